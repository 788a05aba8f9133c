"""A shop with one referral under way, as many tests need it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from app import clock
from app.extensions import Database
from app.services import accounts
from tests import factories


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


def make_scene(session: Session) -> Scene:
    """Sara recommended; a friend claimed a day ago and has ordered and paid."""
    owner = factories.account(session)
    store = factories.store(session, owner=owner)
    version = factories.program(session, store)
    sara = factories.person(session, store)
    advocate = factories.advocate(session, version, sara)
    handed = factories.coupon(session, version, state="claimed")
    claim = factories.claim(session, version, advocate, coupon=handed, claimed_at=clock.now() - timedelta(days=1))
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


@pytest.fixture
def scene(db: Database) -> Scene:
    """Sara recommended; a friend claimed a day ago and has ordered and paid."""
    with db.begin() as session:
        return make_scene(session)


@pytest.fixture(autouse=True)
def light_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed by the same algorithm at a price that tests can pay."""
    monkeypatch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
