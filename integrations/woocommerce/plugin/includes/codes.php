<?php
/**
 * Goodword's codes: nine letters without vowels, the last a check letter, shown three by three.
 *
 * @package Goodword
 */

defined( 'ABSPATH' ) || exit;

const GOODWORD_LETTERS  = 'BCDFGHJKMNPQRSTVWXYZ';
const GOODWORD_MOST     = 100; // No more characters than this are looked at.
const GOODWORD_DOUBLING = array( 0, 2, 3, 1 );

/**
 * What somebody typed or pasted as the code it means, or '' where it cannot be one of Goodword's codes.
 * Case, width, spaces, dashes, quotes and invisible marks do not matter.
 *
 * @param mixed $typed What was typed.
 * @return string Nine capital letters, or ''.
 */
function goodword_plain_code( $typed ) {
	if ( ! is_string( $typed ) || strlen( $typed ) > GOODWORD_MOST ) {
		return '';
	}
	if ( class_exists( 'Normalizer' ) ) {
		$typed = (string) Normalizer::normalize( $typed, Normalizer::FORM_KC );
	}
	// Separators, controls and format characters (zero-width, bidi), punctuation, combining marks.
	$letters = strtoupper( (string) preg_replace( '/[\p{Z}\p{C}\p{P}\p{M}]+/u', '', $typed ) );
	return goodword_is_code( $letters ) ? $letters : '';
}

/**
 * Whether these are nine letters of ours whose check letter agrees.
 *
 * Letter number n stands for the pair (n mod 4, n mod 5); each step doubles in both fields, and a code ends in zero.
 *
 * @param string $letters Capital letters.
 * @return bool
 */
function goodword_is_code( $letters ) {
	if ( 9 !== strlen( $letters ) || 9 !== strspn( $letters, GOODWORD_LETTERS ) ) {
		return false;
	}
	$in_four = 0;
	$in_five = 0;
	foreach ( str_split( $letters ) as $letter ) {
		$number  = strpos( GOODWORD_LETTERS, $letter );
		$in_four = GOODWORD_DOUBLING[ $in_four ^ ( $number % 4 ) ];
		$in_five = ( 2 * ( $in_five - $number % 5 + 5 ) ) % 5;
	}
	return 0 === $in_four && 0 === $in_five;
}

/**
 * The code as people see it: KTW RQH PXM.
 *
 * @param string $code Nine letters.
 * @return string
 */
function goodword_shown_code( $code ) {
	return trim( chunk_split( strtoupper( $code ), 3, ' ' ) );
}

/**
 * The coupon that Goodword made under this code, or null: what others made is none of our business.
 *
 * @param string $code Nine letters, in any case.
 * @return WC_Coupon|null
 */
function goodword_coupon( $code ) {
	if ( ! goodword_is_code( strtoupper( (string) $code ) ) ) {
		return null;
	}
	$coupon = new WC_Coupon( $code );
	// The mark names its code, so a copy of our coupon under another code is not taken for ours.
	$is_ours = $coupon->get_id() && $coupon->get_meta( '_goodword' ) === strtoupper( $coupon->get_code() );
	return $is_ours ? $coupon : null;
}

/**
 * What is typed into a coupon box is folded to the plain code where, and only where, that is a coupon of ours and the
 * shop has none under what was typed.
 *
 * @param string $code What WooCommerce is about to look for.
 * @return string
 */
function goodword_fold_code( $code ) {
	$plain = strtolower( goodword_plain_code( $code ) );
	if ( '' === $plain || strtolower( $code ) === $plain || wc_get_coupon_id_by_code( $code ) ) {
		return $code;
	}
	return goodword_coupon( $plain ) ? $plain : $code;
}
