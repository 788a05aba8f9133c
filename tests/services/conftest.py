"""What tests of services share: tokens that sign, and a shop with a referral under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from app import clock as app_clock
from app.extensions import Database
from app.links.tokens import tokens
from app.services import accounts
from tests import factories
from tests.road import road, rules, shop

__all__ = ["road", "rules", "shop"]  # fixtures: pytest finds them here


@pytest.fixture(autouse=True)
def keys() -> None:
    """Tokens are signed."""
    tokens.configure(("k" * 40,))


@pytest.fixture(autouse=True)
def light_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed by the same algorithm at a price that tests can pay."""
    monkeypatch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@dataclass(frozen=True)
class Scene:
    """A shop with an owner, an advocate, and an order that came with her friend's code."""

    store_id: int
    account_id: int
    program_id: int
    version_id: int
    person_id: int
    advocate_id: int
    advocate_code: str
    claim_id: int
    order_ref: str


@pytest.fixture
def scene(db: Database) -> Scene:
    """Sara recommended; a friend claimed a day ago and has ordered and paid."""
    with db.begin() as session:
        owner = factories.account(session)
        store = factories.store(session, owner=owner)
        version = factories.program(session, store)
        sara = factories.person(session, store)
        advocate = factories.advocate(session, version, sara)
        handed = factories.coupon(session, version, state="claimed")
        claim = factories.claim(
            session, version, advocate, coupon=handed, claimed_at=app_clock.now() - timedelta(days=1)
        )
        order = factories.order_with_code(session, store, handed.code)
        return Scene(
            store_id=store.id,
            account_id=owner.id,
            program_id=version.program_id,
            version_id=version.id,
            person_id=sara.id,
            advocate_id=advocate.id,
            advocate_code=advocate.code,
            claim_id=claim.id,
            order_ref=order.order_ref,
        )
