"""WooCommerce 10 (REST v3): everything that knows its header names, status words, addresses and payload keys."""

from __future__ import annotations

from integrations.contract import Platform
from integrations.woocommerce.catalogue import WooAccounts, WooCatalogue
from integrations.woocommerce.connector import WooConnector
from integrations.woocommerce.coupons import WooCoupons
from integrations.woocommerce.orders import WooOrders
from integrations.woocommerce.shop_plugin import WooPlugin
from integrations.woocommerce.storefront import WooStorefront
from integrations.woocommerce.subscriptions import WooSubscriptions
from integrations.woocommerce.webhooks import WooWebhooks

PLATFORM = Platform(
    key="woocommerce",
    label="WooCommerce",
    webhooks=WooWebhooks(),
    connector=WooConnector(),
    subscriptions=WooSubscriptions(),
    coupons=WooCoupons(),
    orders=WooOrders(),
    catalogue=WooCatalogue(),
    accounts=WooAccounts(),
    storefront=WooStorefront(),
    shop_plugin=WooPlugin(),
    earning_statuses=frozenset({"processing", "completed"}),
    # WooCommerce dates a cash-on-delivery order as paid when it starts processing; the money comes with completion.
    pays_on_delivery=frozenset({"cod"}),
)
