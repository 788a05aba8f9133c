"""Addresses that lead a friend or an advocate into the shop."""

from __future__ import annotations

from collections.abc import Mapping

from integrations import registry


def home(platform: str | None, home_url: str, parameters: Mapping[str, str], code: str | None = None) -> str:
    """The shop's front page; with parameters and code where its platform says how a shop takes them."""
    storefront = registry.BY_KEY[platform].storefront if platform in registry.BY_KEY else None
    return storefront.home(home_url.rstrip("/"), parameters, code) if storefront else home_url


def new_basket(
    platform: str | None, home_url: str, product_ref: str, code: str, parameters: Mapping[str, str]
) -> str | None:
    """A link to a new basket with the product in it and the code applied; None where the platform has none."""
    storefront = registry.BY_KEY[platform].storefront if platform in registry.BY_KEY else None
    return storefront.apply_link(home_url.rstrip("/"), code, product_ref, parameters) if storefront else None


def plugin(platform: str | None, join_address: str) -> tuple[str, bytes] | None:
    """The file, by name and content, that an owner may install in a shop of the platform; None where there is none."""
    offered = registry.BY_KEY[platform].shop_plugin if platform in registry.BY_KEY else None
    return (offered.file_name, offered.archive(join_address)) if offered else None


def has_plugin(platform: str) -> bool:
    """Whether there is such a file for the platform."""
    return platform in registry.BY_KEY and registry.BY_KEY[platform].shop_plugin is not None


def friend_parameters(program_id: int, claim_token: str) -> dict[str, str]:
    """What tells the shop's statistics where a friend came from, and brings the signed claim back with the order."""
    return {
        "utm_source": "goodword",
        "utm_medium": "referral",
        "utm_campaign": f"program-{program_id}",
        "utm_content": claim_token,
        "goodword": claim_token,
    }
