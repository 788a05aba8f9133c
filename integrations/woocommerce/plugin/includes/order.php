<?php
/**
 * What the shopkeeper sees of a recommendation on an order.
 *
 * @package Goodword
 */

defined( 'ABSPATH' ) || exit;

/**
 * On the order's page stands who recommended the shop: a first name or a code, never an address. It is read from the
 * coupon, where Goodword wrote it, and not copied onto the order.
 *
 * @param WC_Order $order The order.
 */
function goodword_show_referral( $order ) {
	$words = goodword_referral_words( $order );
	if ( '' !== $words ) {
		printf( '<p class="form-field form-field-wide goodword-referral">%s</p>', esc_html( $words ) );
	}
}

/**
 * The sentence for an order, or '' where nobody recommended it.
 *
 * @param WC_Order $order The order.
 * @return string
 */
function goodword_referral_words( $order ) {
	foreach ( $order->get_coupon_codes() as $code ) {
		$coupon = goodword_coupon( $code );
		$name   = $coupon ? (string) $coupon->get_meta( '_goodword_by' ) : '';
		if ( '' !== $name ) {
			/* translators: %s: first name or code of the customer who recommended the shop. */
			return sprintf( __( 'Recommended by %s (Goodword)', 'goodword' ), $name );
		}
	}
	$has_click = '' !== (string) $order->get_meta( '_goodword_claim' );
	return $has_click ? __( 'Came by a recommendation’s link (Goodword)', 'goodword' ) : '';
}
