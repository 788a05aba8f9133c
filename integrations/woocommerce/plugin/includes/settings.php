<?php
/**
 * WooCommerce > Settings > Advanced > Goodword. WooCommerce draws, checks and saves the form, and asks who may.
 *
 * @package Goodword
 */

defined( 'ABSPATH' ) || exit;

/**
 * A section of its own stands among the advanced settings.
 *
 * @param array $sections The sections.
 * @return array
 */
function goodword_add_section( $sections ) {
	$sections['goodword'] = __( 'Goodword', 'goodword' );
	return $sections;
}

/**
 * The section's settings.
 *
 * @param array  $settings The settings of the section that is shown.
 * @param string $section  Its name.
 * @return array
 */
function goodword_add_settings( $settings, $section ) {
	if ( 'goodword' !== $section ) {
		return $settings;
	}
	return array(
		array(
			'id'    => 'goodword_settings',
			'type'  => 'title',
			'title' => __( 'Goodword', 'goodword' ),
			'desc'  => implode( '<br>', array_map( 'esc_html', goodword_connection_words() ) ),
		),
		array(
			'id'          => 'goodword_join_address',
			'type'        => 'url',
			'title'       => __( 'Address of your program’s page', 'goodword' ),
			'desc'        => __( 'Where customers get a link of their own. Left empty, the address that came with this plugin is used.', 'goodword' ),
			'placeholder' => goodword_join_address(),
			'default'     => '',
			'autoload'    => false,
		),
		array(
			'id'      => 'goodword_after_order',
			'type'    => 'checkbox',
			'title'   => __( 'Tell customers about it', 'goodword' ),
			'desc'    => __( 'After an order', 'goodword' ),
			'default' => 'yes',
		),
		array(
			'id'      => 'goodword_in_account',
			'type'    => 'checkbox',
			'desc'    => __( 'In their account', 'goodword' ),
			'default' => 'yes',
		),
		array(
			'id'   => 'goodword_settings',
			'type' => 'sectionend',
		),
	);
}

/**
 * Only an address of the web is kept, without what stands behind it.
 *
 * @param mixed $written What was written.
 * @return string
 */
function goodword_clean_address( $written ) {
	$address = esc_url_raw( trim( (string) $written ), array( 'http', 'https' ) );
	return untrailingslashit( (string) strtok( $address, '?#' ) );
}

/**
 * What is connected, in sentences: whether Goodword answers here, and whether this shop still reports its orders.
 *
 * @return string[]
 */
function goodword_connection_words() {
	if ( '' === goodword_join_address() ) {
		return array( __( 'Not connected yet: copy the address of your program’s page from Goodword, and paste it here.', 'goodword' ) );
	}
	$offer = goodword_ask_offer();
	$words = $offer[ goodword_language() ] ?? null;
	$lines = array( $words ? $words['promise'] : __( 'Goodword does not answer, or its program is taking a break. Customers are shown nothing meanwhile.', 'goodword' ) );

	list( $active, $all ) = goodword_count_webhooks();
	/* translators: 1: number of webhooks that are active, 2: number of webhooks. */
	$lines[] = sprintf( __( 'Webhooks to Goodword that are active: %1$d of %2$d.', 'goodword' ), $active, $all );
	if ( $active < $all ) {
		$lines[] = __( 'WooCommerce has switched some off. Goodword switches them on again by itself at its next visit.', 'goodword' );
	}
	return $lines;
}

/**
 * How many of this shop's webhooks lead to Goodword: those that are active, and all.
 *
 * @return int[]
 */
function goodword_count_webhooks() {
	$host  = wp_parse_url( goodword_join_address(), PHP_URL_HOST );
	$count = array( 0, 0 );
	foreach ( WC_Data_Store::load( 'webhook' )->get_webhooks_ids() as $id ) {
		$webhook = wc_get_webhook( $id );
		if ( $webhook && wp_parse_url( $webhook->get_delivery_url(), PHP_URL_HOST ) === $host ) {
			$count[0] += 'active' === $webhook->get_status() ? 1 : 0;
			++$count[1];
		}
	}
	return $count;
}

/**
 * The list of plugins links to the settings.
 *
 * @param string[] $links The plugin's links.
 * @return string[]
 */
function goodword_add_settings_link( $links ) {
	$address = admin_url( 'admin.php?page=wc-settings&tab=advanced&section=goodword' );
	array_unshift( $links, sprintf( '<a href="%s">%s</a>', esc_url( $address ), esc_html__( 'Settings', 'goodword' ) ) );
	return $links;
}
