<?php
/**
 * Codes for new customers only are refused before anybody pays, not after.
 *
 * Goodword decides again, with all that it knows; what is refused here it would not have counted.
 *
 * @package Goodword
 */

defined( 'ABSPATH' ) || exit;

/**
 * The classic checkout stops with a sentence where a code is for new customers and whoever orders is none.
 *
 * @param array    $data   What was filled in.
 * @param WP_Error $errors What keeps the order from being placed.
 */
function goodword_check_classic_checkout( $data, $errors ) {
	$code = goodword_code_for_newcomers( WC()->cart ? WC()->cart->get_applied_coupons() : array() );
	$who  = array( $data['billing_email'] ?? '', $data['billing_phone'] ?? '', get_current_user_id() );
	if ( '' !== $code && goodword_bought_before( ...$who ) ) {
		$errors->add( 'goodword_not_new', esc_html( goodword_not_new_words( $code ) ) );
	}
}

/**
 * The checkout block does the same, when the order is about to be placed.
 *
 * @param WC_Order        $order   The order.
 * @param WP_REST_Request $request The request.
 * @throws \Automattic\WooCommerce\StoreApi\Exceptions\RouteException Where whoever orders is no new customer.
 */
function goodword_check_block_checkout( $order, $request ) {
	if ( 'POST' !== $request->get_method() ) {
		return; // Somebody is still filling in.
	}
	$code = goodword_code_for_newcomers( $order->get_coupon_codes() );
	$who  = array( $order->get_billing_email(), $order->get_billing_phone(), get_current_user_id() );
	if ( '' !== $code && goodword_bought_before( ...$who ) ) {
		throw new \Automattic\WooCommerce\StoreApi\Exceptions\RouteException(
			'goodword_not_new',
			esc_html( goodword_not_new_words( $code ) ),
			400
		);
	}
}

/**
 * The first of these codes that Goodword gave to somebody new, or ''.
 *
 * @param string[] $codes Codes in the cart or on the order.
 * @return string
 */
function goodword_code_for_newcomers( $codes ) {
	foreach ( $codes as $code ) {
		$coupon = goodword_coupon( $code );
		if ( $coupon && 'yes' === $coupon->get_meta( '_goodword_new_customers' ) ) {
			return $coupon->get_code();
		}
	}
	return '';
}

/**
 * Whether there is an earlier order, paid for, under any of the three. In doubt nobody is refused.
 *
 * @param string $email       As it was filled in.
 * @param string $phone       As it was filled in.
 * @param int    $customer_id Of the account, or 0.
 * @return bool
 */
function goodword_bought_before( $email, $phone, $customer_id ) {
	$known = array_filter(
		array(
			'billing_email' => goodword_names_somebody( $email ) ? $email : '',
			'billing_phone' => goodword_calls_somebody( $phone ) ? $phone : '',
			'customer_id'   => (int) $customer_id,
		)
	);
	foreach ( $known as $field => $value ) {
		if ( goodword_has_paid_order( $field, $value ) ) {
			return true;
		}
	}
	return false;
}

/**
 * Whether an order under this field brought its money. Cash on delivery comes with completion.
 *
 * @param string     $field A field that wc_get_orders() knows.
 * @param string|int $value Its value.
 * @return bool
 */
function goodword_has_paid_order( $field, $value ) {
	$asked     = array(
		$field   => $value,
		'type'   => 'shop_order',
		'status' => 'completed',
		'limit'  => 20,
	);
	$completed = wc_get_orders(
		array_merge(
			$asked,
			array(
				'limit'  => 1,
				'return' => 'ids',
			)
		)
	);
	if ( $completed ) {
		return true;
	}
	foreach ( wc_get_orders( array_merge( $asked, array( 'status' => 'processing' ) ) ) as $order ) {
		if ( 'cod' !== $order->get_payment_method() && $order->get_date_paid() ) {
			return true;
		}
	}
	return false;
}

/**
 * Whether an e-mail address stands for a person: tills write guest@ and the like.
 *
 * @param string $email The address.
 * @return bool
 */
function goodword_names_somebody( $email ) {
	$nobody = array( 'guest', 'nobody', 'none', 'anonymous', 'unknown', 'walkin', 'walk-in', 'pos', 'test', 'noreply', 'no-reply', 'noemail', 'no-email' );
	$name   = strtolower( (string) strstr( (string) $email, '@', true ) );
	return '' !== $name && ! in_array( $name, $nobody, true );
}

/**
 * Whether a telephone number stands for a person: 0000000 does not.
 *
 * @param string $phone The number.
 * @return bool
 */
function goodword_calls_somebody( $phone ) {
	$digits = substr( (string) preg_replace( '/[^0-9]/', '', (string) $phone ), -7 );
	$is_run = false !== strpos( '01234567890', $digits ) || false !== strpos( '09876543210', $digits );
	return 7 === strlen( $digits ) && ! $is_run && strlen( count_chars( $digits, 3 ) ) > 1;
}

/**
 * Why the order was not placed, and what to do.
 *
 * @param string $code The code.
 * @return string
 */
function goodword_not_new_words( $code ) {
	return sprintf(
		/* translators: %s: the code, such as KTW RQH PXM. */
		__( 'The code %s is for people who are new to this shop, and there is an earlier order with this e-mail address, phone number or account. Take the code out to place the order.', 'goodword' ),
		goodword_shown_code( $code )
	);
}
