<?php
/**
 * Persian. WordPress reads this file as it stands; there is nothing to compile.
 *
 * @package Goodword
 */

defined( 'ABSPATH' ) || exit;

return array(
	'domain'       => 'goodword',
	'language'     => 'fa_IR',
	'plural-forms' => 'nplurals=2; plural=(n > 1);',
	'messages'     => array(
		'Goodword'                                   => 'Goodword',
		'Settings'                                   => 'تنظیمات',
		'The code %s is for people who are new to this shop, and there is an earlier order with this e-mail address, phone number or account. Take the code out to place the order.' => 'کد %s برای مشتریان تازه است و پیش‌تر با همین ایمیل، شمارهٔ تلفن یا حساب کاربری سفارشی ثبت شده است. برای ثبت سفارش، کد را بردارید.',
		'Recommended by %s (Goodword)'               => 'با معرفی %s (Goodword)',
		'Came by a recommendation’s link (Goodword)' => 'از راه پیوند معرفی آمده است (Goodword)',
		'Not connected yet: copy the address of your program’s page from Goodword, and paste it here.' => 'هنوز وصل نیست: نشانی صفحهٔ برنامه‌تان را از Goodword کپی کنید و اینجا بگذارید.',
		'Goodword does not answer, or its program is taking a break. Customers are shown nothing meanwhile.' => 'Goodword پاسخ نمی‌دهد یا برنامه‌اش در استراحت است. در این مدت چیزی به مشتریان نشان داده نمی‌شود.',
		'Webhooks to Goodword that are active: %1$d of %2$d.' => 'وب‌هوک‌های فعال به Goodword: %1$d از %2$d.',
		'WooCommerce has switched some off. Goodword switches them on again by itself at its next visit.' => 'WooCommerce برخی را خاموش کرده است. Goodword در سرکشی بعدی خودش دوباره روشنشان می‌کند.',
		'Address of your program’s page'             => 'نشانی صفحهٔ برنامهٔ شما',
		'Where customers get a link of their own. Left empty, the address that came with this plugin is used.' => 'جایی که مشتریان پیوند خودشان را می‌گیرند. اگر خالی بماند، نشانی همراه این افزونه به کار می‌رود.',
		'Tell customers about it'                    => 'گفتن به مشتریان',
		'After an order'                             => 'پس از سفارش',
		'In their account'                           => 'در حساب کاربری‌شان',
	),
);
