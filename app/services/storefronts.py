"""Addresses that lead a friend or an advocate into the shop."""

from __future__ import annotations

from collections.abc import Mapping

from integrations import registry


def home(platform: str | None, home_url: str, parameters: Mapping[str, str], code: str | None = None) -> str:
    """The shop's front page; with parameters and code where its platform says how a shop takes them."""
    storefront = registry.BY_KEY[platform].storefront if platform in registry.BY_KEY else None
    return storefront.home(home_url.rstrip("/"), parameters, code) if storefront else home_url


def friend_parameters(program_id: int, claim_token: str) -> dict[str, str]:
    """What tells the shop's statistics where a friend came from, and brings the signed claim back with the order."""
    return {
        "utm_source": "goodword",
        "utm_medium": "referral",
        "utm_campaign": f"program-{program_id}",
        "utm_content": claim_token,
        "goodword": claim_token,
    }
