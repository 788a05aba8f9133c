<?php
/**
 * The way from a recommendation's link to the order: in WooCommerce's own session, without a cookie of ours.
 *
 * @package Goodword
 */

defined( 'ABSPATH' ) || exit;

const GOODWORD_MOST_CLICKS = 5;

/**
 * Whether this looks like the signed proof of a click. Only Goodword can tell whether it is one.
 *
 * @param mixed $text What an address carried.
 * @return bool
 */
function goodword_is_click( $text ) {
	return is_string( $text ) && 1 === preg_match( '/^[A-Za-z0-9_-]{2,14}\.[A-Za-z0-9_-]{22}$/D', $text );
}

/**
 * What the link brought is kept in the session: the click for the order, the code until the cart can take it.
 *
 * A page that was cached without regard to its address never gets here; then the code alone tells Goodword.
 */
function goodword_remember_link() {
	$click    = goodword_asked( 'goodword' );
	$is_click = goodword_is_click( $click );
	$coupon   = goodword_coupon( goodword_plain_code( goodword_asked( 'goodword_code' ) ) );
	if ( is_admin() || ! goodword_has_session() || ( ! $is_click && ! $coupon ) ) {
		return;
	}
	goodword_keep_session();
	if ( $is_click ) {
		goodword_keep_click( $click );
	}
	if ( $coupon ) {
		WC()->session->set( 'goodword_code', $coupon->get_code() );
	}
}

/**
 * This visitor's session outlives the page, whose answer belongs to nobody else: no cache may keep it.
 */
function goodword_keep_session() {
	nocache_headers();
	if ( ! defined( 'DONOTCACHEPAGE' ) ) {
		define( 'DONOTCACHEPAGE', true ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals -- The name that caches look for.
	}
	if ( is_callable( array( WC()->session, 'set_customer_session_cookie' ) ) ) {
		WC()->session->set_customer_session_cookie( true );
	}
}

/**
 * One more click is kept beside the earlier ones: which of them counts is Goodword's to decide, and none can push out
 * another.
 *
 * @param string $click What the link carried.
 */
function goodword_keep_click( $click ) {
	$clicks = goodword_clicks();
	if ( ! in_array( $click, $clicks, true ) && count( $clicks ) < GOODWORD_MOST_CLICKS ) {
		$clicks[] = $click;
		WC()->session->set( 'goodword_clicks', $clicks );
	}
}

/**
 * What a link brought survives signing in.
 *
 * WooCommerce moves the session to the account, and renames its cookie only once something is in the cart: until then
 * the old name would wipe the session at the next page (seen in 10.2.4 on 2026-11-25).
 */
function goodword_follow_sign_in() {
	if ( goodword_clicks() || WC()->session->get( 'goodword_code' ) ) {
		WC()->session->set_customer_session_cookie( true );
	}
}

/**
 * The clicks of this visitor.
 *
 * @return string[]
 */
function goodword_clicks() {
	$kept = goodword_has_session() ? WC()->session->get( 'goodword_clicks' ) : null;
	return is_array( $kept ) ? array_values( array_filter( $kept, 'goodword_is_click' ) ) : array();
}

/**
 * The code that came with the link is in the cart as soon as the cart can take it. A code that somebody chose stays:
 * ours waits. Once applied it is the friend's to take out again.
 */
function goodword_apply_waiting_code() {
	$code = goodword_has_session() ? WC()->session->get( 'goodword_code' ) : null;
	$cart = goodword_has_session() ? WC()->cart : null;
	if ( ! $code || ! $cart || is_admin() || $cart->is_empty() || $cart->get_applied_coupons() ) {
		return;
	}
	$coupon = goodword_coupon( $code );
	if ( $coupon && is_wp_error( ( new WC_Discounts( $cart ) )->is_coupon_valid( $coupon ) ) ) {
		return; // The minimum is not reached yet, for example. A visitor who did nothing wrong is shown no error.
	}
	WC()->session->set( 'goodword_code', null );
	if ( $coupon ) {
		$cart->apply_coupon( $coupon->get_code() );
	}
}

/**
 * The new order carries the visitor's clicks. WooCommerce saves it afterwards.
 *
 * @param WC_Order $order The order.
 * @return bool Whether something was added.
 */
function goodword_carry_clicks( $order ) {
	$carried = wp_list_pluck( (array) $order->get_meta( '_goodword_claim', false ), 'value' );
	$missing = array_diff( goodword_clicks(), $carried );
	foreach ( $missing as $click ) {
		$order->add_meta_data( '_goodword_claim', $click );
	}
	return (bool) $missing;
}

/**
 * The checkout block's order, which exists already, carries the visitor's clicks.
 *
 * @param WC_Order $order The order.
 */
function goodword_carry_clicks_and_save( $order ) {
	if ( goodword_carry_clicks( $order ) ) {
		$order->save_meta_data();
	}
}

/**
 * What the address says under a name, or ''.
 *
 * @param string $name The parameter.
 * @return string
 */
function goodword_asked( $name ) {
	// phpcs:disable WordPress.Security.NonceVerification.Recommended -- A link from outside carries no nonce; it spends nothing.
	$is_text = isset( $_GET[ $name ] ) && is_string( $_GET[ $name ] );
	return $is_text ? sanitize_text_field( wp_unslash( $_GET[ $name ] ) ) : '';
	// phpcs:enable
}

/**
 * Whether this request belongs to a visitor of the shop.
 *
 * @return bool
 */
function goodword_has_session() {
	return function_exists( 'WC' ) && ! empty( WC()->session );
}
