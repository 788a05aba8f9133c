<?php
/**
 * The share block. Its words are Goodword's, made from the program's rules, so that they cannot drift from it.
 *
 * @package Goodword
 */

defined( 'ABSPATH' ) || exit;

const GOODWORD_LONGEST = 600; // No sentence of ours is longer.
// A quiet frame in whatever colours the page has. Nothing here is stronger than a rule of the shop's theme.
const GOODWORD_LOOK = ':where(.goodword-offer){margin-block:2em;padding-block:1.25em;padding-inline:1.5em;border:1px solid #8886;border-radius:.5em;background:#8881;text-align:start}'
	. ':where(.goodword-offer h2){margin-block:0 .5em;font-size:1.25em}:where(.goodword-offer p){margin-block:0 .75em}:where(.goodword-offer p:last-child){margin-block-end:0}:where(.goodword-offer a){display:inline-block;margin-block-start:.5em}';

/**
 * The program's page, where customers get a link of their own; '' where nobody has told.
 *
 * @return string
 */
function goodword_join_address() {
	$written = (string) get_option( 'goodword_join_address', '' );
	// Goodword writes its address beside this plugin when it packs it for a shop.
	$packed = dirname( __DIR__ ) . '/address.php';
	return '' === $written && is_readable( $packed ) ? (string) include $packed : $written;
}

/**
 * Under an order that stands, whoever placed it is told that they can recommend the shop.
 *
 * @param int $order_id The order.
 */
function goodword_show_after_order( $order_id ) {
	$order = wc_get_order( $order_id );
	if ( $order && ! $order->has_status( array( 'failed', 'cancelled', 'refunded' ) ) && 'no' !== get_option( 'goodword_after_order', 'yes' ) ) {
		goodword_show_offer();
	}
}

/**
 * The account's first page tells it too.
 */
function goodword_show_in_account() {
	if ( 'no' !== get_option( 'goodword_in_account', 'yes' ) ) {
		goodword_show_offer();
	}
}

/**
 * The block: what a friend gets, what they get themselves, and a button. Nothing where there is no offer at the moment.
 */
function goodword_show_offer() {
	$language = goodword_language();
	$offer    = goodword_offer();
	$words    = $offer[ $language ] ?? null;
	if ( ! $words ) {
		return;
	}
	goodword_dress_offer();
	printf(
		'<section class="goodword-offer" lang="%1$s" dir="%2$s"><h2>%3$s</h2><p>%4$s</p><p><a class="button wp-element-button" href="%5$s" rel="noopener">%6$s</a></p></section>',
		esc_attr( $language ),
		esc_attr( 'en' === $language ? 'ltr' : 'rtl' ),
		esc_html( $words['heading'] ),
		esc_html( $words['promise'] ),
		esc_url( add_query_arg( 'lang', $language, goodword_join_address() ) ),
		esc_html( $words['button'] )
	);
}

/**
 * The block's few rules stand in the page, once; no file is fetched for them.
 */
function goodword_dress_offer() {
	wp_register_style( 'goodword', false, array(), '1' );
	if ( ! wp_style_is( 'goodword' ) ) {
		wp_add_inline_style( 'goodword', GOODWORD_LOOK );
	}
	wp_enqueue_style( 'goodword' );
}

/**
 * The language of Goodword's that this page speaks, else English.
 *
 * @return string
 */
function goodword_language() {
	$language = strtolower( (string) strtok( determine_locale(), '_-' ) );
	return in_array( $language, array( 'ar', 'fa' ), true ) ? $language : 'en';
}

/**
 * What the program promises now, in words, a language each: at most a quarter of an hour old. Empty where it promises
 * nothing, or where Goodword does not answer: an old promise would be worse than none.
 *
 * @return array
 */
function goodword_offer() {
	$kept = get_transient( 'goodword_offer' );
	if ( is_array( $kept ) ) {
		return $kept;
	}
	// Whoever comes while we ask does not wait, and a server that is down is asked every five minutes, not every time.
	set_transient( 'goodword_offer', array(), 5 * MINUTE_IN_SECONDS );
	$offer = goodword_ask_offer();
	if ( $offer ) {
		set_transient( 'goodword_offer', $offer, 15 * MINUTE_IN_SECONDS );
	}
	return $offer;
}

/**
 * What Goodword answers, checked; empty where there is no offer or no answer within two seconds.
 *
 * @return array
 */
function goodword_ask_offer() {
	$address = goodword_join_address();
	if ( '' === $address ) {
		return array();
	}
	$asked  = array(
		'timeout'             => 2,
		'redirection'         => 0,
		'limit_response_size' => 65536,
	);
	$answer = wp_safe_remote_get( untrailingslashit( $address ) . '/offer.json', $asked );
	if ( is_wp_error( $answer ) || 200 !== wp_remote_retrieve_response_code( $answer ) ) {
		return array();
	}
	$told = json_decode( wp_remote_retrieve_body( $answer ), true );
	if ( ! is_array( $told ) || true !== ( $told['is_open'] ?? null ) || ! is_array( $told['words'] ?? null ) ) {
		return array();
	}
	return array_filter( $told['words'], 'goodword_are_words' );
}

/**
 * Whether these are a block's sentences.
 *
 * @param mixed $words What was answered for one language.
 * @return bool
 */
function goodword_are_words( $words ) {
	foreach ( array( 'heading', 'promise', 'button' ) as $part ) {
		$sentence = $words[ $part ] ?? null;
		if ( ! is_string( $sentence ) || '' === $sentence || mb_strlen( $sentence ) > GOODWORD_LONGEST ) {
			return false;
		}
	}
	return true;
}

/**
 * The next page asks anew.
 */
function goodword_forget_offer() {
	delete_transient( 'goodword_offer' );
}
