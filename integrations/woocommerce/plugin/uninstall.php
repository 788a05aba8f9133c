<?php
/**
 * Deleting the plugin removes what it kept. What orders carry stays: it belongs to their history.
 *
 * @package Goodword
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

foreach ( array( 'goodword_join_address', 'goodword_after_order', 'goodword_in_account' ) as $goodword_option ) {
	delete_option( $goodword_option );
}
delete_transient( 'goodword_offer' );
