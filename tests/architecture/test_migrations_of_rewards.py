"""Migrations of causes and sides of rewards, down and up again."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.extensions import Database
from app.migrate import downgrade, upgrade
from app.models import LedgerEntry, Reward
from tests import factories


def test_what_points_bought_leaves_with_its_word(db: Database, database_url: str) -> None:
    """Migration 0017, down and up again: redemptions and what was spent on them go, every other reward stays."""
    with db.begin() as session:
        store = factories.store(session)
        version = factories.program(session, store)
        advocate = factories.advocate(session, version, factories.person(session, store))
        attribution = factories.attribution(
            session, factories.order(session, store), factories.claim(session, version, advocate)
        )
        kept = factories.reward(session, attribution, kind="points", currency="PTS", worth_minor=100).id
        bought = factories.reward(session, attribution, cause_kind="redemption", cause_ref="1:nonce", state="due")
        factories.entry(session, bought, "spent", "redemption", -50)
    try:
        downgrade(database_url, "0016")
        with db.read() as session, pytest.raises(IntegrityError):
            session.execute(text("UPDATE rewards SET cause_kind = 'redemption'"))
        with db.read() as session, pytest.raises(IntegrityError):
            session.execute(text("UPDATE ledger_entries SET kind = 'spent'"))
    finally:
        upgrade(database_url)
    with db.read() as session:
        assert session.scalars(select(Reward.id)).all() == [kept]
        assert session.scalars(select(LedgerEntry.kind)).all() == ["earned"]


def test_what_friends_were_given_leaves_and_the_advocates_rewards_stay(db: Database, database_url: str) -> None:
    """Migration 0020, down and up again."""
    with db.begin() as session:
        store = factories.store(session)
        version = factories.program(session, store)
        claim = factories.claim(
            session, version, factories.advocate(session, version, factories.person(session, store))
        )
        attribution = factories.attribution(session, factories.order(session, store), claim)
        kept = factories.reward(session, attribution).id
        factories.reward(session, attribution, side="friend", kind="gift")
    try:
        downgrade(database_url, "0019")
        with db.read() as session, pytest.raises(IntegrityError):
            session.execute(text("UPDATE rewards SET side = 'friend'"))
    finally:
        upgrade(database_url)
    with db.read() as session:
        assert session.scalars(select(Reward.id)).all() == [kept]
        assert session.scalars(select(LedgerEntry.reward_id)).all() == [kept]
