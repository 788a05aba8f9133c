"""Every platform of this Goodword, in one explicit tuple. A new one is one folder, one test folder, one line here."""

from __future__ import annotations

from integrations import shopify, woocommerce
from integrations.contract import Platform

PLATFORMS: tuple[Platform, ...] = (woocommerce.PLATFORM, shopify.PLATFORM)


def platform(key: str) -> Platform:
    """The platform registered under `key`. Raises KeyError."""
    return BY_KEY[key]


BY_KEY: dict[str, Platform] = {each.key: each for each in PLATFORMS}
