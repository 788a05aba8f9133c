"""What tests of services share: tokens that sign, and a shop with a referral under way."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from app.extensions import Database
from app.links.tokens import tokens
from app.services import accounts
from tests.road import road, rules, shop
from tests.scenes import Scene, make_scene

__all__ = ["road", "rules", "shop"]  # fixtures: pytest finds them here


@pytest.fixture(autouse=True)
def keys() -> None:
    """Tokens are signed."""
    tokens.configure(("k" * 40,))


@pytest.fixture(autouse=True)
def light_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed by the same algorithm at a price that tests can pay."""
    monkeypatch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def scene(db: Database) -> Scene:
    """Sara recommended; a friend claimed a day ago and has ordered and paid."""
    with db.begin() as session:
        return make_scene(session)
