<?php
// A small stand-in for what our plugin calls of WordPress and WooCommerce, so that its own PHP runs without a shop.
// It does what those functions are documented to do with what we give them, and nothing else; a real shop has the last
// word (README of the platform's folder says what was seen there).

namespace Automattic\WooCommerce\StoreApi\Exceptions {
	class RouteException extends \Exception {
		public $slug;
		public function __construct( $slug, $message, $status = 400 ) {
			parent::__construct( $message, $status );
			$this->slug = $slug;
		}
	}
}

namespace {
	error_reporting( E_ALL );
	set_error_handler(
		function ( $level, $message, $file, $line ) {
			throw new ErrorException( $message, 0, $level, $file, $line );
		}
	);

	define( 'ABSPATH', '/' );
	define( 'MINUTE_IN_SECONDS', 60 );

	/** Everything that a test may set or look at. */
	class Shop {
		public static $hooks       = array();
		public static $options     = array();
		public static $transients  = array(); // Name => array( value, seconds ).
		public static $coupons     = array(); // Code => array of facts.
		public static $orders      = array();
		public static $webhooks    = array();
		public static $locale      = 'en_US';
		public static $user        = 0;
		public static $in_admin    = false;
		public static $answer      = null; // Of the Goodword server.
		public static $asked       = array();
		public static $nocache     = 0;
		public static $styles      = array(); // Name => array( file, rules, queued ).
		public static $wc;
	}

	// --- WordPress ---

	if ( ! function_exists( 'mb_strlen' ) ) {
		// WordPress has one of its own, for servers without the extension.
		function mb_strlen( $text ) {
			return preg_match_all( '/./us', $text );
		}
	}

	function add_filter( $hook, $do, $priority = 10, $arguments = 1 ) {
		Shop::$hooks[ $hook ][ $priority ][] = array( $do, $arguments );
	}
	function add_action( ...$given ) {
		add_filter( ...$given );
	}
	function apply_filters( $hook, $value, ...$more ) {
		$by_priority = Shop::$hooks[ $hook ] ?? array();
		ksort( $by_priority );
		foreach ( array_merge( ...array_values( $by_priority ) ) as list( $do, $count ) ) {
			$value = $do( ...array_slice( array( $value, ...$more ), 0, $count ) );
		}
		return $value;
	}
	function do_action( $hook, ...$given ) {
		$by_priority = Shop::$hooks[ $hook ] ?? array();
		ksort( $by_priority );
		foreach ( array_merge( ...array_values( $by_priority ) ) as list( $do, $count ) ) {
			$do( ...array_slice( $given, 0, $count ) );
		}
	}
	function load_plugin_textdomain() {}
	function __( $text, $domain ) {
		$file = PLUGIN . '/languages/' . $domain . '-' . Shop::$locale . '.l10n.php';
		return is_readable( $file ) ? ( ( include $file )['messages'][ $text ] ?? $text ) : $text;
	}
	function wp_register_style( $name, $file ) {
		Shop::$styles[ $name ] ??= array( 'file' => $file, 'rules' => array(), 'queued' => false );
	}
	function wp_style_is( $name ) {
		return Shop::$styles[ $name ]['queued'];
	}
	function wp_add_inline_style( $name, $rules ) {
		Shop::$styles[ $name ]['rules'][] = $rules;
	}
	function wp_enqueue_style( $name ) {
		Shop::$styles[ $name ]['queued'] = true;
	}
	function esc_html( $text ) {
		return htmlspecialchars( $text, ENT_QUOTES );
	}
	function esc_attr( $text ) {
		return htmlspecialchars( $text, ENT_QUOTES );
	}
	function esc_html__( $text, $domain ) {
		return esc_html( __( $text, $domain ) );
	}
	function esc_url_raw( $url, $schemes = array( 'http', 'https' ) ) {
		return in_array( parse_url( $url, PHP_URL_SCHEME ), $schemes, true ) ? str_replace( array( '"', "'", '<', '>', ' ' ), '', $url ) : '';
	}
	function esc_url( $url ) {
		return str_replace( '&', '&#038;', esc_url_raw( $url ) );
	}
	function add_query_arg( $key, $value, $url ) {
		return $url . ( false === strpos( $url, '?' ) ? '?' : '&' ) . $key . '=' . rawurlencode( $value );
	}
	function untrailingslashit( $text ) {
		return rtrim( $text, '/\\' );
	}
	function sanitize_text_field( $text ) {
		return trim( preg_replace( '/[\r\n\t ]+/', ' ', strip_tags( $text ) ) );
	}
	function wp_unslash( $text ) {
		return stripslashes( $text );
	}
	function wp_list_pluck( $list, $field ) {
		return array_map( fn( $each ) => is_object( $each ) ? $each->$field : $each[ $field ], $list );
	}
	function wp_parse_url( $url, $part ) {
		return parse_url( $url, $part );
	}
	function is_admin() {
		return Shop::$in_admin;
	}
	function get_current_user_id() {
		return Shop::$user;
	}
	function determine_locale() {
		return Shop::$locale;
	}
	function nocache_headers() {
		++Shop::$nocache;
	}
	function admin_url( $path ) {
		return 'https://shop.example/wp-admin/' . $path;
	}
	function plugin_basename( $file ) {
		return 'goodword/' . basename( $file );
	}
	function get_option( $name, $default = false ) {
		return Shop::$options[ $name ] ?? $default;
	}
	function delete_option( $name ) {
		unset( Shop::$options[ $name ] );
	}
	function get_transient( $name ) {
		return Shop::$transients[ $name ][0] ?? false;
	}
	function set_transient( $name, $value, $seconds ) {
		Shop::$transients[ $name ] = array( $value, $seconds );
	}
	function delete_transient( $name ) {
		unset( Shop::$transients[ $name ] );
	}
	function wp_safe_remote_get( $url, $how ) {
		Shop::$asked[] = array( $url, $how );
		return Shop::$answer ?? new WP_Error( 'http_request_failed', 'timed out' );
	}
	function wp_remote_retrieve_response_code( $answer ) {
		return $answer['status'];
	}
	function wp_remote_retrieve_body( $answer ) {
		return $answer['body'];
	}
	function is_wp_error( $thing ) {
		return $thing instanceof WP_Error;
	}
	class WP_Error {
		public $errors = array();
		public function __construct( $slug = '', $message = '' ) {
			if ( $slug ) {
				$this->add( $slug, $message );
			}
		}
		public function add( $slug, $message ) {
			$this->errors[ $slug ] = $message;
		}
	}
	class Request {
		private $method;
		public function __construct( $method ) {
			$this->method = $method;
		}
		public function get_method() {
			return $this->method;
		}
	}

	// --- WooCommerce ---

	function WC() {
		return Shop::$wc;
	}
	/** WooCommerce's own foldings stand at priority 10. */
	add_filter( 'woocommerce_coupon_code', 'html_entity_decode' );
	add_filter( 'woocommerce_coupon_code', 'strtolower' );
	function wc_format_coupon_code( $code ) {
		return apply_filters( 'woocommerce_coupon_code', $code );
	}
	function wc_get_coupon_id_by_code( $code ) {
		return Shop::$coupons[ strtolower( $code ) ]['id'] ?? 0;
	}
	class Meta {
		public $key;
		public $value;
		public function __construct( $key, $value ) {
			$this->key   = $key;
			$this->value = $value;
		}
	}
	trait HasMeta {
		public $meta = array();
		public function get_meta( $key, $single = true ) {
			$found = array_values( array_filter( $this->meta, fn( $each ) => $each->key === $key ) );
			return $single ? ( $found[0]->value ?? '' ) : $found;
		}
		public function add_meta_data( $key, $value ) {
			$this->meta[] = new Meta( $key, $value );
		}
	}
	class WC_Coupon {
		use HasMeta;
		private $code;
		public function __construct( $code ) {
			$this->code = wc_format_coupon_code( $code );
			foreach ( Shop::$coupons[ $this->code ]['meta'] ?? array() as $key => $value ) {
				$this->add_meta_data( $key, $value );
			}
		}
		public function get_id() {
			return Shop::$coupons[ $this->code ]['id'] ?? 0;
		}
		public function get_code() {
			return $this->code;
		}
	}
	class WC_Discounts {
		private $cart;
		public function __construct( $cart ) {
			$this->cart = $cart;
		}
		public function is_coupon_valid( $coupon ) {
			$minimum = Shop::$coupons[ $coupon->get_code() ]['minimum'] ?? 0;
			return $this->cart->subtotal < $minimum ? new WP_Error( 'invalid_coupon', 'minimum' ) : true;
		}
	}
	class Cart {
		public $subtotal = 0;
		public $applied  = array();
		public function is_empty() {
			return 0 === $this->subtotal;
		}
		public function get_applied_coupons() {
			return $this->applied;
		}
		public function apply_coupon( $code ) {
			$this->applied[] = wc_format_coupon_code( $code );
			return true;
		}
	}
	class Session {
		public $kept   = array();
		public $cookie = false;
		public function get( $name ) {
			return $this->kept[ $name ] ?? null;
		}
		public function set( $name, $value ) {
			$this->kept[ $name ] = $value;
		}
		public function set_customer_session_cookie( $is_set ) {
			$this->cookie = $is_set;
		}
	}
	class Order {
		use HasMeta;
		public $facts;
		public $saved = 0;
		public function __construct( $facts = array() ) {
			$this->facts = $facts + array(
				'status'         => 'checkout-draft',
				'coupons'        => array(),
				'billing_email'  => '',
				'billing_phone'  => '',
				'customer_id'    => 0,
				'payment_method' => 'card',
				'date_paid'      => null,
			);
		}
		public function __call( $name, $given ) {
			return $this->facts[ substr( $name, strlen( 'get_' ) ) ];
		}
		public function get_coupon_codes() {
			return $this->facts['coupons'];
		}
		public function has_status( $any ) {
			return in_array( $this->facts['status'], $any, true );
		}
		public function save_meta_data() {
			++$this->saved;
		}
	}
	function wc_get_orders( $asked ) {
		$fields = array_diff_key( $asked, array_flip( array( 'type', 'limit', 'return' ) ) );
		$fits   = fn( $order ) => array_intersect_key( $order->facts, $fields ) == $fields; // phpcs:ignore
		return array_slice( array_values( array_filter( Shop::$orders, $fits ) ), 0, $asked['limit'] );
	}
	function wc_get_order( $id ) {
		return Shop::$orders[ $id ] ?? false;
	}
	function wc_get_webhook( $id ) {
		return Shop::$webhooks[ $id ];
	}
	class Webhook {
		private $status;
		private $url;
		public function __construct( $status, $url ) {
			$this->status = $status;
			$this->url    = $url;
		}
		public function get_status() {
			return $this->status;
		}
		public function get_delivery_url() {
			return $this->url;
		}
	}
	class WC_Data_Store {
		public static function load( $kind ) {
			return new self();
		}
		public function get_webhooks_ids() {
			return array_keys( Shop::$webhooks );
		}
	}

	Shop::$wc          = new stdClass();
	Shop::$wc->session = new Session();
	Shop::$wc->cart    = new Cart();
}
