"""Migrations of what is given, down and up again, with data in the tables."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app import clock
from app.extensions import Database
from app.migrate import downgrade, upgrade
from app.models import Coupon, Grant
from tests import factories


def test_coupons_for_a_product_stay_good_without_the_word_for_them(db: Database, database_url: str) -> None:
    """Migration 0015, down and up again: what stands in the store stays, what does not is not made for all goods."""
    with db.begin() as session:
        version = factories.program(session, factories.store(session))
        given = {"kind": "free_product", "product_ref": "12", "basis_points": 0}
        standing = factories.coupon(session, version, **given)
        planned = factories.coupon(session, version, state="planned", **given)
    try:
        downgrade(database_url, "0014")
        with db.begin() as session, pytest.raises(IntegrityError):
            session.execute(text("UPDATE coupons SET kind = 'free_product'"))
    finally:
        upgrade(database_url)
    with db.read() as session:
        found = [session.get_one(Coupon, each.id) for each in (standing, planned)]
        assert [(each.kind, each.basis_points, each.state) for each in found] == [
            ("percent", 10_000, "ready"),
            ("percent", 10_000, "revoked"),
        ]


def test_what_stores_keep_leaves_and_comes_back_empty(db: Database, database_url: str) -> None:
    """Migration 0018, down and up again: rewards and their ledger stay."""
    with db.begin() as session:
        store = factories.store(session)
        version = factories.program(session, store)
        claim = factories.claim(
            session, version, factories.advocate(session, version, factories.person(session, store))
        )
        reward = factories.reward(session, factories.attribution(session, factories.order(session, store), claim))
        row = {"kind": "gift_card", "state": "given", "reason": "", "key": "k" * 64, "amount_minor": 1000}
        row |= {"currency": "EUR", "tag": "", "code": "BCDFGHJKM", "created_at": clock.now()}
        session.add(Grant(store_id=store.id, reward_id=reward.id, advocate_id=reward.advocate_id, **row))
    with db.begin() as session, pytest.raises(IntegrityError):
        session.execute(text("UPDATE grants SET kind = 'money'"))
    try:
        downgrade(database_url, "0017")
    finally:
        upgrade(database_url)
    with db.read() as session:
        assert session.execute(text("SELECT count(*) FROM grants")).scalar_one() == 0
        assert session.execute(text("SELECT count(*) FROM rewards")).scalar_one() == 1
        assert session.execute(text("SELECT count(*) FROM ledger_entries")).scalar_one() == 1
