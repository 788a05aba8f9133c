"""Shopify 2026-10: everything that knows its header names, status words, addresses and payload keys."""

from __future__ import annotations

from integrations.contract import Platform
from integrations.shopify.webhooks import ShopifyWebhooks

PLATFORM = Platform(key="shopify", label="Shopify", webhooks=ShopifyWebhooks())
