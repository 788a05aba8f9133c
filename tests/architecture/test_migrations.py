"""One line of migrations that makes exactly the tables the models describe."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app import clock
from app.domain.goods import Background, GoodsSeen
from app.domain.programs import Unproven
from app.extensions import Database, make_engine
from app.migrate import configuration, downgrade, upgrade
from app.models import (
    BankCode,
    Base,
    Claim,
    Coupon,
    Installation,
    Mail,
    OrderBackground,
    OrderSighting,
    OrderWalk,
    ProgramVersion,
    ReplacedCoupon,
    Reward,
    Store,
    StoreDay,
    StoreLook,
)
from app.services import mail
from tests import factories


def test_migrations_have_one_head() -> None:
    scripts = ScriptDirectory.from_config(configuration("sqlite:///var/never-opened.sqlite"))
    assert len(scripts.get_heads()) == 1


def test_migrated_database_is_what_the_models_say(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert differences == []


def test_versions_of_before_keep_refusing_what_nobody_can_know(db: Database, database_url: str) -> None:
    """R11: owners were not asked then (migration 0004)."""
    with db.begin() as session:
        version_id = factories.program(session, factories.store(session)).id
    try:
        downgrade(database_url, "0003")
        with db.read() as session:
            rules = session.execute(text("SELECT rules FROM program_versions")).scalar_one()
            assert "unproven" not in (json.loads(rules) if isinstance(rules, str) else rules)
    finally:
        upgrade(database_url)
    with db.read() as session:
        assert session.get_one(ProgramVersion, version_id).rules == replace(factories.RULES, unproven=Unproven.REFUSE)


def test_invitations_leave_with_the_column_that_knows_their_reader(db: Database, database_url: str) -> None:
    """Migration 0006, down and up again: mails to people stay."""
    with db.begin() as session:
        store = factories.store(session)
        account = factories.account(session)
        person = factories.person(session, store)
        mail.owe_account_mail(
            session, store.id, account.id, "invitation", "1", "en", address="http://x.test", name="Mina", role="agent"
        )
        kept = mail.owe_mail(session, store.id, person.id, "join", "1", "en", address="http://x.test")
    try:
        downgrade(database_url, "0005")
    finally:
        upgrade(database_url)
    with db.read() as session:
        assert [(row.id, row.person_id, row.account_id) for row in session.scalars(select(Mail))] == [
            (kept, person.id, None)
        ]


def test_looks_and_days_go_and_are_taken_anew(db: Database, database_url: str) -> None:
    """Migration 0007, down and up again: what they were about stays, and each coupon is compared as if never before."""
    with db.begin() as session:
        store = factories.store(session)
        order = factories.order(session, store)
        kept = factories.sighting(session, order).id
        coupon = factories.coupon(session, factories.program(session, store), compared_at=clock.now())
        now = clock.now()
        session.add(StoreLook(store_id=store.id, kind="days", looked_at=now, next_at=now, problem="", memory={"a": 1}))
        day = {"day": now.date(), "in_store": 1, "known": 1, "gone": 0, "untold": 1, "slowest_seconds": 3}
        session.add(StoreDay(store_id=store.id, until=now, compared_at=now, untold_from=now, untold_until=now, **day))
    try:
        downgrade(database_url, "0006")
        with db.read() as session:
            assert session.execute(text("SELECT count(*) FROM coupons")).scalar_one() == 1
    finally:
        upgrade(database_url)
    with db.read() as session:
        assert session.get_one(OrderSighting, kept).order_ref == order.order_ref
        assert session.get_one(Coupon, coupon.id).compared_at is None
        assert (session.scalars(select(StoreLook)).all(), session.scalars(select(StoreDay)).all()) == ([], [])


def test_a_shop_lives_through_a_downgrade_to_the_first_schema(db: Database, database_url: str) -> None:
    """Migrations 0002, 0003 and 0005, down and up again: tables they made leave with their rows, the rest stays."""
    with db.begin() as session:
        store = factories.store(session)
        version = factories.program(session, store)
        advocate = factories.advocate(session, version, factories.person(session, store))
        before, present = factories.coupon(session, version), factories.coupon(session, version)
        claim = factories.claim(session, version, advocate, coupon=present)
        held = factories.reward(session, factories.attribution(session, factories.order(session, store), claim))
        now = clock.now()
        session.add(ReplacedCoupon(store_id=store.id, coupon_id=before.id, claim_id=claim.id, reason="edited", at=now))
        session.add(OrderWalk(store_id=store.id, history_before=now, mark=now, orders_read=7, problem=""))
    try:
        downgrade(database_url, "0001")
    finally:
        upgrade(database_url)
    with db.read() as session:
        assert session.get_one(Claim, claim.id).coupon_id == present.id
        assert session.get_one(Reward, held.id).state == held.state
        assert sorted(session.scalars(select(Coupon.id))) == sorted([before.id, present.id])
        assert (session.scalars(select(ReplacedCoupon)).all(), session.scalars(select(OrderWalk)).all()) == ([], [])


def test_connections_live_through_a_downgrade(db: Database, database_url: str) -> None:
    """Migration 0008: what is referred to stays, what was only asked for is gone."""
    with db.begin() as session:
        account = factories.account(session)
        installation = factories.installation(session, factories.store(session))
        factories.message(session, installation)
        installation.greeted_at = clock.now()
        factories.authorization(session, account, installation_id=installation.id)
    try:
        downgrade(database_url, "0007")
        with db.read() as session:
            assert session.execute(text("SELECT count(*) FROM installations")).scalar_one() == 1
    finally:
        upgrade(database_url)
    with db.read() as session:
        standing = session.get_one(Installation, installation.id)
        assert (standing.public_id, standing.greeted_at, standing.leaving_at) == (installation.public_id, None, None)
        assert session.execute(text("SELECT count(*) FROM inbox_messages")).scalar_one() == 1
        assert session.execute(text("SELECT count(*) FROM authorizations")).scalar_one() == 0


def test_what_coupons_leave_out_goes_and_orders_are_asked_about_anew(db: Database, database_url: str) -> None:
    """Migration 0009, down and up again: coupons and what refers to them stay."""
    with db.begin() as session:
        store = factories.store(session)
        version = factories.program(session, store)
        advocate = factories.advocate(session, version, factories.person(session, store))
        coupon = factories.coupon(session, version, excluded_products=["7"], excluded_categories=["20"])
        claim = factories.claim(session, version, advocate, coupon=coupon)
        seen = Background(goods=(GoodsSeen(product_ref="7", category_refs=("20",), on_sale=True),), roles=())
        row = {"store_id": store.id, "order_ref": "1001", "background": seen, "seen_at": clock.now()}
        session.add(OrderBackground(**row))
    with db.read() as session:
        assert session.scalars(select(OrderBackground)).one().background == seen
    try:
        downgrade(database_url, "0008")
        with db.read() as session:
            assert session.execute(text("SELECT count(*) FROM coupons")).scalar_one() == 1
    finally:
        upgrade(database_url)
    with db.read() as session:
        assert session.get_one(Claim, claim.id).coupon_id == coupon.id
        assert session.get_one(Coupon, coupon.id).excluded_products is None
        assert session.scalars(select(OrderBackground)).all() == []


def test_rewards_of_milestones_leave_with_the_word_for_them(db: Database, database_url: str) -> None:
    """Migration 0010, down and up again: a reward for an order stays, without the terms that only milestones and tiers
    have."""
    with db.begin() as session:
        store = factories.store(session)
        version = factories.program(session, store)
        claim = factories.claim(
            session, version, factories.advocate(session, version, factories.person(session, store))
        )
        attribution = factories.attribution(session, factories.order(session, store), claim)
        kept = factories.reward(session, attribution, terms=factories.RULES.reward, rank=3)
        factories.reward(session, attribution, cause_kind="milestone", cause_ref="advocate:1:friends:3")
    try:
        downgrade(database_url, "0009")
        with db.begin() as session, pytest.raises(IntegrityError):
            session.execute(text("UPDATE rewards SET cause_kind = 'milestone'"))
    finally:
        upgrade(database_url)
    with db.read() as session:
        assert [(row.id, row.terms, row.rank) for row in session.scalars(select(Reward))] == [(kept.id, None, None)]
        assert session.execute(text("SELECT count(*) FROM ledger_entries")).scalar_one() == 1
    with db.begin() as session:
        session.execute(text("UPDATE rewards SET cause_kind = 'milestone'"))


def test_stores_count_as_their_connection_says(db: Database, database_url: str) -> None:
    """Migration 0011, down and up again: the unit is read from what the store said when it was connected."""
    with db.begin() as session:
        toman = factories.store(session, currency="IRR", shown_currency="IRT")
        factories.installation(session, toman, facts={"shown_currency": "IRT"})
        euro = factories.store(session, shown_currency="EUR")
        factories.installation(session, euro, facts={})
    try:
        downgrade(database_url, "0010")
    finally:
        upgrade(database_url)
    with db.read() as session:
        assert session.get_one(Store, toman.id).shown_currency == "IRT"
        assert session.get_one(Store, euro.id).shown_currency == ""
        assert session.execute(text("SELECT count(*) FROM installations")).scalar_one() == 2


def test_the_cause_that_an_advocate_picked_goes_and_rewards_stay(db: Database, database_url: str) -> None:
    """Migration 0012, down and up again."""
    with db.begin() as session:
        store = factories.store(session)
        version = factories.program(session, store)
        advocate = factories.advocate(session, version, factories.person(session, store), donates_to="Trees")
        claim = factories.claim(session, version, advocate)
        attribution = factories.attribution(session, factories.order(session, store), claim)
        reward = factories.reward(session, attribution, donated_to="Trees")
    try:
        downgrade(database_url, "0011")
        with db.read() as session:
            assert session.execute(text("SELECT count(*) FROM rewards")).scalar_one() == 1
    finally:
        upgrade(database_url)
    with db.read() as session:
        assert session.get_one(Reward, reward.id).donated_to is None
        assert session.get_one(Claim, claim.id).advocate_id == advocate.id


def test_banks_of_codes_go_and_what_they_gave_stays(db: Database, database_url: str) -> None:
    """Migration 0013, down and up again."""
    with db.begin() as session:
        store = factories.store(session)
        version = factories.program(session, store)
        claim = factories.claim(
            session, version, factories.advocate(session, version, factories.person(session, store))
        )
        reward = factories.reward(session, factories.attribution(session, factories.order(session, store), claim))
        given = {"code": "TICKET-1", "digest": "d" * 64, "reward_id": reward.id, "added_at": clock.now()}
        session.add(BankCode(store_id=store.id, program_id=version.program_id, given_at=clock.now(), **given))
    try:
        downgrade(database_url, "0012")
    finally:
        upgrade(database_url)
    with db.read() as session:
        assert session.get_one(Reward, reward.id).advocate_id == reward.advocate_id
        assert session.scalars(select(BankCode)).all() == []
