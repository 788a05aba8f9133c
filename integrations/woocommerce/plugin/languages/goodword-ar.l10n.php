<?php
/**
 * Arabic. WordPress reads this file as it stands; there is nothing to compile.
 *
 * @package Goodword
 */

defined( 'ABSPATH' ) || exit;

return array(
	'domain'       => 'goodword',
	'language'     => 'ar',
	'plural-forms' => 'nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);',
	'messages'     => array(
		'Goodword'                                   => 'Goodword',
		'Settings'                                   => 'الإعدادات',
		'The code %s is for people who are new to this shop, and there is an earlier order with this e-mail address, phone number or account. Take the code out to place the order.' => 'الرمز %s للعملاء الجدد، وقد سبق طلب من المتجر بهذا البريد الإلكتروني أو رقم الهاتف أو الحساب. أزل الرمز ثم أكمل الطلب.',
		'Recommended by %s (Goodword)'               => 'بتوصية من %s (Goodword)',
		'Came by a recommendation’s link (Goodword)' => 'وصل عبر رابط توصية (Goodword)',
		'Not connected yet: copy the address of your program’s page from Goodword, and paste it here.' => 'لم يوصل المتجر بعد: انسخ عنوان صفحة برنامجك من Goodword وألصقه هنا.',
		'Goodword does not answer, or its program is taking a break. Customers are shown nothing meanwhile.' => 'لا يجيب Goodword، أو أن برنامجه في استراحة. لا يُعرض على العملاء شيء في هذه الأثناء.',
		'Webhooks to Goodword that are active: %1$d of %2$d.' => 'خطافات الويب العاملة إلى Goodword: %1$d من %2$d.',
		'WooCommerce has switched some off. Goodword switches them on again by itself at its next visit.' => 'أوقف WooCommerce بعضها. يعيد Goodword تشغيلها بنفسه في زيارته القادمة.',
		'Address of your program’s page'             => 'عنوان صفحة برنامجك',
		'Where customers get a link of their own. Left empty, the address that came with this plugin is used.' => 'حيث يحصل العملاء على رابطهم الشخصي. إن تُرك فارغًا استُعمل العنوان المرفق بهذه الإضافة.',
		'Tell customers about it'                    => 'إخبار العملاء به',
		'After an order'                             => 'بعد الطلب',
		'In their account'                           => 'في حسابهم',
	),
);
