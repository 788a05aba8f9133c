<?php
// What the plugin does, one function a behaviour: `php behaviour.php PLUGIN_FOLDER name` runs one in a process of its own.

define( 'PLUGIN', $argv[1] );
require __DIR__ . '/stand_in.php';
require PLUGIN . '/goodword.php';
do_action( 'plugins_loaded' );

const CODE    = 'BCDFGHJKQ'; // Its check letter agrees; app/domain/codes.py makes such codes.
const CLICK   = 'AQ.abcdefghijklmnopqrstuv';
const ANOTHER = 'Ag.ABCDEFGHIJKLMNOPQRSTUV';
const JOIN    = 'https://refer.example/join/tea';

function same( $expected, $found ) {
	if ( $expected !== $found ) {
		throw new Exception( 'expected ' . var_export( $expected, true ) . ', found ' . var_export( $found, true ) );
	}
}

/** A coupon that Goodword made stands in the shop. */
function our_coupon( $meta = array(), $minimum = 0 ) {
	Shop::$coupons[ strtolower( CODE ) ] = array(
		'id'      => 7,
		'minimum' => $minimum,
		'meta'    => array( '_goodword' => CODE ) + $meta,
	);
}

/** Somebody opens a page of the shop with these parameters. */
function open( $parameters = array() ) {
	$_GET = array_map( fn( $each ) => is_string( $each ) ? addslashes( $each ) : $each, $parameters );
	do_action( 'wp_loaded' );
}

function clicks_on( $order ) {
	return wp_list_pluck( $order->get_meta( '_goodword_claim', false ), 'value' );
}

/** Goodword answers this. */
function answers( $told, $status = 200 ) {
	Shop::$options['goodword_join_address'] = JOIN;
	Shop::$answer                           = array(
		'status' => $status,
		'body'   => is_string( $told ) ? $told : json_encode( $told ),
	);
}

function an_offer( $promise = 'Your friend gets 15%, and you get €10.' ) {
	$words = fn( $language ) => array(
		'heading' => "$language heading",
		'promise' => $promise,
		'button'  => "$language button",
	);
	return array(
		'is_open' => true,
		'words'   => array(
			'en' => $words( 'en' ),
			'ar' => $words( 'ar' ),
			'fa' => $words( 'fa' ),
		),
	);
}

function shown( $hook, ...$given ) {
	ob_start();
	do_action( $hook, ...$given );
	return ob_get_clean();
}

/** What the classic checkout says to this buyer with our coupon in the cart. */
function refusal( $buyer = array() ) {
	WC()->cart->applied = array( strtolower( CODE ) );
	$errors             = new WP_Error();
	do_action( 'woocommerce_after_checkout_validation', $buyer, $errors );
	return $errors->errors['goodword_not_new'] ?? null;
}

// --- the click ---

function test_a_click_travels_from_the_link_to_a_classic_order() {
	open( array( 'goodword' => CLICK ) );
	$order = new Order();
	do_action( 'woocommerce_checkout_create_order', $order, array() );
	same( array( CLICK ), clicks_on( $order ) );
	same( 0, $order->saved ); // WooCommerce saves it; it has no number yet.
}

function test_a_click_travels_to_a_block_order_and_is_written_once() {
	open( array( 'goodword' => CLICK ) );
	$order = new Order();
	do_action( 'woocommerce_store_api_checkout_update_order_meta', $order );
	do_action( 'woocommerce_store_api_checkout_update_order_meta', $order );
	same( array( CLICK ), clicks_on( $order ) );
	same( 1, $order->saved );
}

function test_the_page_of_a_click_is_cached_by_nobody_and_the_session_is_kept() {
	open( array( 'goodword' => CLICK ) );
	same( 1, Shop::$nocache );
	same( true, DONOTCACHEPAGE );
	same( true, WC()->session->cookie );
}

function test_a_page_without_a_click_is_left_alone() {
	open( array( 'utm_source' => 'goodword' ) );
	same( 0, Shop::$nocache );
	same( false, WC()->session->cookie );
	same( array(), WC()->session->kept );
}

function test_junk_is_kept_nowhere_and_pushes_nothing_out() {
	open( array( 'goodword' => CLICK ) );
	$junk = array( '', 'x', CLICK . 'w', CLICK . "\n", '<b>' . CLICK, 'a.b', str_repeat( 'a', 5000 ), array( CLICK ), 'AQ.' . str_repeat( 'é', 11 ), "AQ.abcdefghijklmnopqrstu'" );
	foreach ( $junk as $each ) {
		open( array( 'goodword' => $each, 'goodword_code' => $each ) );
	}
	same( array( 'goodword_clicks' => array( CLICK ) ), WC()->session->kept );
}

function test_a_later_click_stands_beside_the_first_and_the_store_of_them_is_bounded() {
	open( array( 'goodword' => CLICK ) );
	open( array( 'goodword' => ANOTHER ) );
	open( array( 'goodword' => CLICK ) );
	same( array( CLICK, ANOTHER ), goodword_clicks() );
	for ( $number = 10; $number < 90; $number++ ) {
		open( array( 'goodword' => $number . '.abcdefghijklmnopqrstuv' ) );
	}
	same( 5, count( goodword_clicks() ) );
	same( CLICK, goodword_clicks()[0] );
}

function test_what_somebody_else_put_into_the_session_is_not_carried() {
	foreach ( array( 'text', array( 'junk', CLICK, 7 ), null ) as $kept ) {
		WC()->session->set( 'goodword_clicks', $kept );
		$order = new Order();
		do_action( 'woocommerce_checkout_create_order', $order, array() );
		same( is_array( $kept ) ? array( CLICK ) : array(), clicks_on( $order ) );
	}
}

function test_a_click_survives_signing_in_with_an_empty_cart() {
	do_action( 'woocommerce_guest_session_to_user_id', 't_1', '4' );
	same( false, WC()->session->cookie );
	open( array( 'goodword' => CLICK ) );
	WC()->session->cookie = false; // Its name is the guest's; WooCommerce has just moved what it held.
	do_action( 'woocommerce_guest_session_to_user_id', 't_1', '4' );
	same( true, WC()->session->cookie );
}

function test_without_a_session_nothing_happens() {
	WC()->session = null;
	open( array( 'goodword' => CLICK, 'goodword_code' => CODE ) );
	$order = new Order();
	do_action( 'woocommerce_checkout_create_order', $order, array() );
	same( array(), clicks_on( $order ) );
}

function test_behind_the_counter_nothing_is_remembered() {
	Shop::$in_admin = true;
	open( array( 'goodword' => CLICK ) );
	same( array(), WC()->session->kept );
}

// --- the code ---

function test_the_links_code_is_applied_as_soon_as_something_is_in_the_cart() {
	our_coupon();
	open( array( 'goodword' => CLICK, 'goodword_code' => CODE ) );
	same( array(), WC()->cart->applied );
	WC()->cart->subtotal = 20;
	open();
	same( array( strtolower( CODE ) ), WC()->cart->applied );
}

function test_the_links_code_is_applied_at_once_to_a_cart_that_holds_something() {
	our_coupon();
	WC()->cart->subtotal = 20;
	open( array( 'goodword_code' => 'bcd-fgh-jkq' ) );
	same( array( strtolower( CODE ) ), WC()->cart->applied );
}

function test_a_code_waits_for_its_minimum_without_an_error() {
	our_coupon( array(), 30 );
	WC()->cart->subtotal = 20;
	open( array( 'goodword_code' => CODE ) );
	same( array(), WC()->cart->applied );
	WC()->cart->subtotal = 30;
	open();
	same( array( strtolower( CODE ) ), WC()->cart->applied );
}

function test_a_code_that_was_taken_out_stays_out() {
	our_coupon();
	WC()->cart->subtotal = 20;
	open( array( 'goodword_code' => CODE ) );
	WC()->cart->applied = array();
	open();
	same( array(), WC()->cart->applied );
}

function test_a_code_that_somebody_chose_is_not_pushed_out() {
	our_coupon();
	WC()->cart->subtotal = 20;
	WC()->cart->applied  = array( 'summer' );
	open( array( 'goodword_code' => CODE ) );
	same( array( 'summer' ), WC()->cart->applied );
}

function test_only_goodwords_coupons_are_applied_by_link() {
	Shop::$coupons[ strtolower( CODE ) ] = array( 'id' => 7 ); // The shop's own, which happens to look like ours.
	Shop::$coupons['summer']             = array( 'id' => 8 );
	WC()->cart->subtotal                 = 20;
	open( array( 'goodword_code' => CODE ) );
	open( array( 'goodword_code' => 'summer' ) );
	same( array(), WC()->cart->applied );
	same( array(), WC()->session->kept );
	same( false, WC()->session->cookie );
}

function test_a_coupon_deleted_meanwhile_is_forgotten() {
	our_coupon();
	open( array( 'goodword_code' => CODE ) );
	Shop::$coupons       = array();
	WC()->cart->subtotal = 20;
	open();
	same( null, WC()->session->get( 'goodword_code' ) );
	same( array(), WC()->cart->applied );
}

// --- the coupon box ---

function test_what_people_type_becomes_the_plain_code() {
	our_coupon();
	$typed = array( 'BCD FGH JKQ', 'bcd-fgh-jkq', ' bcdfghjkq ', 'BCD–FGH–JKQ', "bcd\u{200c}fgh\u{200f}jkq", '«BCD.FGH.JKQ»', "BCD\u{00a0}FGH\u{00a0}JKQ", 'BCD&nbsp;FGH JKQ' );
	if ( class_exists( 'Normalizer' ) ) {
		$typed[] = 'ＢＣＤ ＦＧＨ ＪＫＱ'; // As wide as Chinese letters; many servers have what tells their width.
	}
	foreach ( $typed as $each ) {
		same( strtolower( CODE ), wc_format_coupon_code( $each ) );
	}
}

function test_codes_of_others_are_left_as_they_were_typed() {
	foreach ( array( 'summer-sale', 'BCD FGH JKQ', 'welcome 10', '', "\xff\xfe", str_repeat( 'b ', 300 ) ) as $each ) {
		same( strtolower( $each ), wc_format_coupon_code( $each ) ); // Nothing of ours stands in this shop.
	}
	our_coupon();
	Shop::$coupons['bcd-fgh-jkq'] = array( 'id' => 9 ); // The shop's own, under exactly what was typed.
	same( 'bcd-fgh-jkq', wc_format_coupon_code( 'BCD-FGH-JKQ' ) );
	same( 'bcd fgh jkn', wc_format_coupon_code( 'bcd fgh jkn' ) ); // The check letter does not agree.
}

function test_codes_are_shown_three_by_three() {
	same( 'BCD FGH JKQ', goodword_shown_code( 'bcdfghjkq' ) );
}

function test_check_letters_are_those_of_goodword() {
	foreach ( json_decode( getenv( 'CODES' ), true ) as $code => $is_sound ) {
		same( $is_sound, goodword_is_code( $code ) );
	}
}

// --- new customers only ---

function test_somebody_with_an_earlier_paid_order_is_told_before_paying() {
	our_coupon( array( '_goodword_new_customers' => 'yes' ) );
	Shop::$orders = array( new Order( array( 'status' => 'completed', 'billing_email' => 'lea@mail.shop' ) ) );
	same( true, false !== strpos( refusal( array( 'billing_email' => 'lea@mail.shop' ) ), 'The code BCD FGH JKQ is for people who are new' ) );
	same( null, refusal( array( 'billing_email' => 'new@mail.shop' ) ) );
}

function test_they_are_known_by_phone_and_account_too() {
	our_coupon( array( '_goodword_new_customers' => 'yes' ) );
	Shop::$orders = array( new Order( array( 'status' => 'completed', 'billing_phone' => '+31 20 555 01 47', 'customer_id' => 4 ) ) );
	same( true, null !== refusal( array( 'billing_phone' => '+31 20 555 01 47' ) ) );
	Shop::$user = 4;
	same( true, null !== refusal() );
	Shop::$user = 5;
	same( null, refusal() );
}

function test_the_sentence_is_in_the_sites_language() {
	our_coupon( array( '_goodword_new_customers' => 'yes' ) );
	Shop::$orders = array( new Order( array( 'status' => 'completed', 'billing_email' => 'lea@mail.shop' ) ) );
	foreach ( array( 'fa_IR' => 'مشتریان تازه', 'ar' => 'للعملاء الجدد' ) as $locale => $words ) {
		Shop::$locale = $locale;
		same( true, false !== strpos( refusal( array( 'billing_email' => 'lea@mail.shop' ) ), $words ) );
	}
}

function test_the_block_checkout_refuses_when_the_order_is_placed_and_not_before() {
	our_coupon( array( '_goodword_new_customers' => 'yes' ) );
	Shop::$orders = array( new Order( array( 'status' => 'completed', 'billing_email' => 'lea@mail.shop' ) ) );
	$order        = new Order( array( 'billing_email' => 'lea@mail.shop', 'coupons' => array( strtolower( CODE ) ) ) );
	do_action( 'woocommerce_store_api_checkout_update_order_from_request', $order, new Request( 'PUT' ) );
	try {
		do_action( 'woocommerce_store_api_checkout_update_order_from_request', $order, new Request( 'POST' ) );
	} catch ( \Automattic\WooCommerce\StoreApi\Exceptions\RouteException $refusal ) {
		same( 'goodword_not_new', $refusal->slug );
		same( 400, $refusal->getCode() );
		return;
	}
	throw new Exception( 'the order went through' );
}

function test_money_that_did_not_come_makes_nobody_a_customer() {
	our_coupon( array( '_goodword_new_customers' => 'yes' ) );
	$lea = array( 'billing_email' => 'lea@mail.shop' );
	foreach (
		array(
			array( 'status' => 'pending' ),
			array( 'status' => 'failed', 'date_paid' => '2026-01-01' ),
			array( 'status' => 'processing' ),
			array( 'status' => 'processing', 'payment_method' => 'cod', 'date_paid' => '2026-01-01' ),
		) as $unpaid
	) {
		Shop::$orders[] = new Order( $lea + $unpaid );
	}
	same( null, refusal( $lea ) );
	Shop::$orders[] = new Order( $lea + array( 'status' => 'processing', 'date_paid' => '2026-01-01' ) );
	same( true, null !== refusal( $lea ) );
}

function test_what_tills_write_for_nobody_matches_nobody() {
	our_coupon( array( '_goodword_new_customers' => 'yes' ) );
	foreach ( array( 'billing_email' => array( 'guest@shop.example', '' ), 'billing_phone' => array( '0000000', '000', '1234567', '' ) ) as $field => $values ) {
		foreach ( $values as $value ) {
			Shop::$orders = array( new Order( array( 'status' => 'completed', $field => $value ) ) );
			same( null, refusal( array( $field => $value ) ) );
		}
	}
}

function test_other_coupons_are_for_everybody() {
	$lea          = array( 'billing_email' => 'lea@mail.shop' );
	Shop::$orders = array( new Order( $lea + array( 'status' => 'completed' ) ) );
	our_coupon( array( '_goodword_new_customers' => 'no' ) );
	same( null, refusal( $lea ) );
	our_coupon(); // A reward, or one that was not handed out by a claim.
	same( null, refusal( $lea ) );
	Shop::$coupons[ strtolower( CODE ) ] = array( 'id' => 1, 'meta' => array( '_goodword' => 'NPQRSTVWC', '_goodword_new_customers' => 'yes' ) );
	same( null, refusal( $lea ) ); // A copy that the shop made for itself.
}

// --- the block ---

function test_the_block_says_what_goodword_says_in_the_pages_language() {
	answers( an_offer( 'You & <b>friends</b>' ) );
	Shop::$orders = array( 5 => new Order( array( 'status' => 'processing' ) ) );
	Shop::$locale = 'fa_IR';
	$block        = shown( 'woocommerce_thankyou', 5 );
	same( '<section class="goodword-offer" lang="fa" dir="rtl"><h2>fa heading</h2><p>You &amp; &lt;b&gt;friends&lt;/b&gt;</p><p><a class="button wp-element-button" href="' . JOIN . '?lang=fa" rel="noopener">fa button</a></p></section>', $block );
	Shop::$locale = 'de_DE';
	same( true, false !== strpos( shown( 'woocommerce_account_dashboard' ), 'lang="en" dir="ltr"' ) );
}

function test_the_block_is_dressed_once_from_no_file_and_weaker_than_the_theme() {
	answers( an_offer() );
	shown( 'woocommerce_account_dashboard' );
	shown( 'woocommerce_account_dashboard' );
	$style = Shop::$styles['goodword'];
	same( array( false, true, 1 ), array( $style['file'], $style['queued'], count( $style['rules'] ) ) );
	same( 0, preg_match( '/url\(|@import|left|right|width|}[^:}]/', $style['rules'][0] ) ); // Every rule is a :where().
}

function test_the_offer_is_asked_once_in_a_quarter_of_an_hour_and_quickly_given_up() {
	answers( an_offer() );
	shown( 'woocommerce_account_dashboard' );
	shown( 'woocommerce_account_dashboard' );
	same( 1, count( Shop::$asked ) );
	same( JOIN . '/offer.json', Shop::$asked[0][0] );
	same( 2, Shop::$asked[0][1]['timeout'] );
	same( 900, Shop::$transients['goodword_offer'][1] );
}

function test_what_is_no_offer_is_not_shown() {
	$nothing = array( array( 'is_open' => false, 'words' => array() ), array(), 'junk', '[]', '{"is_open":true,"words":7}', array( 'is_open' => 'yes' ) + an_offer(), array( 'is_open' => true, 'words' => array( 'en' => 'text' ) ), an_offer( str_repeat( 'x', 601 ) ), an_offer( '' ) );
	foreach ( $nothing as $told ) {
		Shop::$transients = array();
		answers( $told );
		same( '', shown( 'woocommerce_account_dashboard' ) );
	}
	Shop::$transients = array();
	answers( an_offer(), 500 );
	same( '', shown( 'woocommerce_account_dashboard' ) );
}

function test_a_server_that_is_down_is_asked_every_five_minutes_and_no_old_promise_is_shown() {
	Shop::$options['goodword_join_address'] = JOIN;
	same( '', shown( 'woocommerce_account_dashboard' ) );
	same( '', shown( 'woocommerce_account_dashboard' ) );
	same( 1, count( Shop::$asked ) );
	same( 300, Shop::$transients['goodword_offer'][1] );
}

function test_under_an_order_that_did_not_come_about_nobody_is_asked_to_recommend() {
	answers( an_offer() );
	foreach ( array( 'failed', 'cancelled', 'refunded' ) as $status ) {
		Shop::$orders = array( 5 => new Order( array( 'status' => $status ) ) );
		same( '', shown( 'woocommerce_thankyou', 5 ) );
	}
	same( '', shown( 'woocommerce_thankyou', 6 ) );
}

function test_the_shopkeeper_can_switch_each_place_off() {
	answers( an_offer() );
	Shop::$options += array( 'goodword_after_order' => 'no', 'goodword_in_account' => 'no' );
	Shop::$orders   = array( 5 => new Order( array( 'status' => 'processing' ) ) );
	same( '', shown( 'woocommerce_thankyou', 5 ) . shown( 'woocommerce_account_dashboard' ) );
}

function test_a_shop_that_is_not_connected_shows_nothing_and_asks_nobody() {
	same( '', shown( 'woocommerce_account_dashboard' ) );
	same( array(), Shop::$asked );
}

// --- for the shopkeeper ---

function test_the_order_says_who_recommended() {
	our_coupon( array( '_goodword_by' => 'Sara<i>' ) );
	$order = new Order( array( 'coupons' => array( 'summer', strtolower( CODE ) ) ) );
	same( '<p class="form-field form-field-wide goodword-referral">Recommended by Sara&lt;i&gt; (Goodword)</p>', shown( 'woocommerce_admin_order_data_after_order_details', $order ) );
}

function test_an_order_that_came_by_link_alone_says_so_and_others_say_nothing() {
	$order = new Order();
	same( '', shown( 'woocommerce_admin_order_data_after_order_details', $order ) );
	$order->add_meta_data( '_goodword_claim', CLICK );
	same( true, false !== strpos( shown( 'woocommerce_admin_order_data_after_order_details', $order ), 'Came by a recommendation’s link' ) );
}

function test_the_settings_say_what_is_connected() {
	answers( an_offer() );
	Shop::$webhooks = array( 1 => new Webhook( 'active', 'https://refer.example/hooks/1' ), 2 => new Webhook( 'disabled', 'https://refer.example/hooks/1' ), 3 => new Webhook( 'active', 'https://other.example/' ) );
	$settings       = apply_filters( 'woocommerce_get_settings_advanced', array(), 'goodword' );
	same( true, false !== strpos( $settings[0]['desc'], 'Your friend gets 15%, and you get €10.<br>Webhooks to Goodword that are active: 1 of 2.<br>WooCommerce has switched some off.' ) );
	same( array( 'x' ), apply_filters( 'woocommerce_get_settings_advanced', array( 'x' ), 'keys' ) );
}

function test_the_address_is_one_of_the_web() {
	$written = array( ' https://refer.example/join/tea/?lang=fa#top ' => JOIN, 'javascript:alert(1)' => '', 'refer' => '', '' => '' );
	foreach ( $written as $each => $kept ) {
		same( $kept, apply_filters( 'woocommerce_admin_settings_sanitize_option_goodword_join_address', $each ) );
	}
}

function test_another_address_forgets_the_old_offer() {
	answers( an_offer() );
	goodword_offer();
	do_action( 'update_option_goodword_join_address', 'a', 'b' );
	same( array(), Shop::$transients );
}

function test_deleting_the_plugin_removes_its_settings() {
	answers( an_offer() );
	goodword_offer();
	Shop::$options += array( 'goodword_after_order' => 'no', 'goodword_in_account' => 'no', 'other' => 1 );
	define( 'WP_UNINSTALL_PLUGIN', true );
	require PLUGIN . '/uninstall.php';
	same( array( 'other' => 1 ), Shop::$options );
	same( array(), Shop::$transients );
}

$name = $argv[2];
$name();
echo 'ok';
