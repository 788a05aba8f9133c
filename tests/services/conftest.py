"""What tests of services share: tokens that sign, and a shop with a referral under way."""

from __future__ import annotations

import pytest

from app.links.tokens import tokens
from tests.road import road, rules, shop
from tests.scenes import light_passwords, scene

__all__ = ["light_passwords", "road", "rules", "scene", "shop"]  # fixtures: pytest finds them here


@pytest.fixture(autouse=True)
def keys() -> None:
    """Tokens are signed."""
    tokens.configure(("k" * 40,))
