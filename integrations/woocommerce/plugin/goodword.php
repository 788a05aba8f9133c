<?php
/**
 * Plugin Name: Goodword
 * Description: Connects this shop to its Goodword server more closely: recommendations are recognised without a code, a friend's code is applied by the link, and customers are told that they can recommend you.
 * Version: 1.0.0
 * Requires at least: 6.5
 * Requires PHP: 7.4
 * Requires Plugins: woocommerce
 * WC requires at least: 8.0
 * WC tested up to: 10.0
 * Author: Goodword
 * Text Domain: goodword
 * Domain Path: /languages
 *
 * Everything here makes Goodword work better, and nothing depends on it: a shop without this plugin loses no order.
 *
 * @package Goodword
 */

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/includes/codes.php';
require_once __DIR__ . '/includes/click.php';
require_once __DIR__ . '/includes/newness.php';
require_once __DIR__ . '/includes/offer.php';
require_once __DIR__ . '/includes/order.php';
require_once __DIR__ . '/includes/settings.php';

add_action( 'before_woocommerce_init', 'goodword_declare_compatibility' );
add_action( 'init', 'goodword_load_words' );
add_action( 'plugins_loaded', 'goodword_start' );

/**
 * WooCommerce knows that orders in tables of their own and the checkout block are fine.
 */
function goodword_declare_compatibility() {
	if ( class_exists( \Automattic\WooCommerce\Utilities\FeaturesUtil::class ) ) {
		foreach ( array( 'custom_order_tables', 'cart_checkout_blocks' ) as $feature ) {
			\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( $feature, __FILE__, true );
		}
	}
}

/**
 * Our sentences are there in the site's language, where we have it.
 */
function goodword_load_words() {
	load_plugin_textdomain( 'goodword', false, basename( __DIR__ ) . '/languages' );
}

/**
 * Every part hangs on its hooks; without WooCommerce nothing happens.
 */
function goodword_start() {
	if ( ! function_exists( 'WC' ) ) {
		return;
	}
	add_filter( 'woocommerce_coupon_code', 'goodword_fold_code', 20 );

	// WooCommerce has read the cart at 10 and done what a form asked for at 20.
	add_action( 'wp_loaded', 'goodword_remember_link', 30 );
	add_action( 'wp_loaded', 'goodword_apply_waiting_code', 31 );
	add_action( 'woocommerce_guest_session_to_user_id', 'goodword_follow_sign_in' );
	add_action( 'woocommerce_checkout_create_order', 'goodword_carry_clicks' );
	add_action( 'woocommerce_store_api_checkout_update_order_meta', 'goodword_carry_clicks_and_save' );

	add_action( 'woocommerce_after_checkout_validation', 'goodword_check_classic_checkout', 10, 2 );
	add_action( 'woocommerce_store_api_checkout_update_order_from_request', 'goodword_check_block_checkout', 10, 2 );

	add_action( 'woocommerce_thankyou', 'goodword_show_after_order' );
	add_action( 'woocommerce_account_dashboard', 'goodword_show_in_account' );
	add_action( 'woocommerce_admin_order_data_after_order_details', 'goodword_show_referral' );

	add_filter( 'woocommerce_get_sections_advanced', 'goodword_add_section' );
	add_filter( 'woocommerce_get_settings_advanced', 'goodword_add_settings', 10, 2 );
	add_filter( 'woocommerce_admin_settings_sanitize_option_goodword_join_address', 'goodword_clean_address' );
	add_action( 'update_option_goodword_join_address', 'goodword_forget_offer' );
	add_action( 'add_option_goodword_join_address', 'goodword_forget_offer' );
	add_filter( 'plugin_action_links_' . plugin_basename( __FILE__ ), 'goodword_add_settings_link' );
}
