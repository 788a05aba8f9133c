"""Migrations about doubts, down and up again with rows in the tables (R9)."""

from __future__ import annotations

from sqlalchemy import inspect, select, text

from app import clock
from app.extensions import Database
from app.migrate import downgrade, upgrade
from app.models import Attribution, Claim, Order, Reward, SecondLook, Store
from tests import factories


def test_doubts_go_and_the_rewards_that_they_were_about_stay(db: Database, database_url: str) -> None:
    """Migration 0014, down and up again: what looked odd is looked at anew when its order is next decided."""
    with db.begin() as session:
        store = factories.store(session)
        version = factories.program(session, store)
        claim = factories.claim(
            session, version, factories.advocate(session, version, factories.person(session, store))
        )
        order = factories.order(session, store, refused=True)
        doubt = {"reason": "looked_at", "needs_approval": True, "look_until": clock.now(), "goes_unlooked": True}
        reward = factories.reward(session, factories.attribution(session, order, claim), **doubt)
    try:
        downgrade(database_url, "0013")
        with db.read() as session:
            assert session.execute(text("SELECT needs_approval FROM rewards")).scalar_one()
            assert {"ix_claims_advocate_id"} == claims_by_advocate(db)
    finally:
        upgrade(database_url)
    assert {"ix_claims_advocate"} == claims_by_advocate(db)
    with db.read() as session:
        standing = session.get_one(Reward, reward.id)
        assert (standing.look_until, standing.goes_unlooked, standing.needs_approval) == (None, False, True)
        assert session.get_one(Order, order.id).refused is False
        assert session.get_one(Claim, claim.id).advocate_id == reward.advocate_id
        assert session.execute(text("SELECT count(*) FROM ledger_entries")).scalar_one() == 1


def test_addresses_that_last_for_minutes_are_forgotten_and_orders_stay(db: Database, database_url: str) -> None:
    """Migration 0016, down and up again; what was seen of an order says it anew when it is next decided."""
    with db.begin() as session:
        order = factories.order(session, factories.store(session), throwaway=True)
        factories.order(session, session.get_one(Store, order.store_id))
    try:
        downgrade(database_url, "0015")
    finally:
        upgrade(database_url)
    with db.read() as session:
        assert session.scalars(select(Order.throwaway)).all() == [False, False]
        assert session.get_one(Order, order.id).order_ref == order.order_ref


def test_second_looks_go_and_what_they_were_about_stays(db: Database, database_url: str) -> None:
    """Migration 0019, down and up again."""
    with db.begin() as session:
        store = factories.store(session)
        version = factories.program(session, store)
        advocate = factories.advocate(session, version, factories.person(session, store))
        decided = factories.attribution(
            session, factories.order(session, store), factories.claim(session, version, advocate)
        )
        now = clock.now()
        asked = {"order_ref": decided.order_ref, "advocate_id": advocate.id, "message": "It was my sister."}
        session.add(SecondLook(store_id=store.id, **asked, asked_at=now, answer_by=now, answer="stays"))
    with db.read() as session:
        assert session.scalars(select(SecondLook.message)).one() == "It was my sister."
    try:
        downgrade(database_url, "0018")
    finally:
        upgrade(database_url)
    with db.read() as session:
        assert session.scalars(select(SecondLook)).all() == []
        assert session.scalars(select(Attribution.order_ref)).all() == [decided.order_ref]


def claims_by_advocate(db: Database) -> set[str | None]:
    """Indexes of claims that begin with, or are only of, the advocate."""
    named = {each["name"] for each in inspect(db.engine).get_indexes("claims")}
    return named & {"ix_claims_advocate", "ix_claims_advocate_id"}
