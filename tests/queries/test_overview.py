"""The owner's numbers: worked out by hand, with everything that must stay out put in (R16)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.extensions import Database
from app.models import Advocate, ProgramVersion, Store, Visit
from app.queries import overview
from tests import factories
from tests.engines.frozen import FrozenClock


@pytest.fixture
def shop(db: Database) -> int:
    """An empty shop in Berlin."""
    with db.begin() as session:
        return factories.store(session).id


def advocate(session: Session, store_id: int, name: str = "Sara") -> tuple[ProgramVersion, Advocate]:
    store = session.get_one(Store, store_id)
    version = factories.program(session, store)
    return version, factories.advocate(session, version, factories.person(session, store, name))


def referral(
    session: Session, by: tuple[ProgramVersion, Advocate], *, claim: dict[str, Any], order: dict[str, Any], **given: Any
) -> Any:
    """A claim, its order and what was decided about it; `discount` is what our code took off."""
    version, who = by
    store = session.get_one(Store, version.store_id)
    claimed = factories.claim(session, version, who, **claim)
    placed = factories.order(session, store, **order)
    evidence = {"winner": {"discount_minor": given.pop("discount", 750)}}
    return factories.attribution(session, placed, claimed, evidence=evidence, **given)


def visit(session: Session, who: Advocate, at: datetime) -> None:
    row = Visit(store_id=who.store_id, program_id=who.program_id, advocate_id=who.id, channel="link", at=at)
    factories.added(session, row)


def test_new_store_has_no_numbers_and_no_division_by_zero(shop: int) -> None:
    seen = overview.overview(shop, 30)
    assert seen.figures.funnel == overview.Funnel(shared=0, visited=0, claimed=0, ordered=0, kept=0)
    assert (seen.figures.revenue_minor, seen.figures.cost_minor, seen.liability.minor) == (0, 0, 0)
    assert seen.figures.cost_per_friend_minor is None
    assert seen.advocates == ()


def test_period_begins_with_a_day_of_the_store(shop: int, clock: FrozenClock) -> None:
    clock.move_to(datetime(2026, 3, 2, 23, 30, tzinfo=UTC))  # already the third in Berlin
    seen = overview.overview(shop, 7)
    assert seen.since == datetime(2026, 2, 24, 23, 0, tzinfo=UTC)
    assert seen.until == clock.now


def test_funnel_counts_people_visits_codes_orders_and_what_stayed(db: Database, shop: int, clock: FrozenClock) -> None:
    with db.begin() as session:
        sara = advocate(session, shop)
        sara[1].joined_at = clock.now - timedelta(days=100)
        visit(session, sara[1], clock.now)
        visit(session, sara[1], clock.now)
        advocate(session, shop, "Navid")  # joined now, nobody opened the link
        referral(session, sara, claim={}, order={})
        referral(session, sara, claim={}, order={}, state="reversed", reason="refunded")
        referral(session, sara, claim={}, order={"collected_at": None}, state="open", reason="waiting_payment")
    assert overview.overview(shop, 30).figures.funnel == overview.Funnel(
        shared=2, visited=2, claimed=3, ordered=3, kept=1
    )


def test_tests_and_undone_links_are_out(db: Database, shop: int) -> None:
    with db.begin() as session:
        sara = advocate(session, shop)
        referral(session, sara, claim={"is_test": True}, order={"is_test": True})
        referral(session, sara, claim={}, order={}, state="rejected", reason="evidence_withdrawn")
        referral(session, advocate(session, shop, "Mina"), claim={"is_test": True}, order={"is_test": True})
        sara[1].joined_at -= timedelta(days=100)
    assert overview.overview(shop, 30).figures.funnel == overview.Funnel(
        shared=0, visited=0, claimed=1, ordered=0, kept=0
    )


def test_what_happened_before_stands_in_the_period_before(db: Database, shop: int, clock: FrozenClock) -> None:
    with db.begin() as session:
        sara = advocate(session, shop)
        then = clock.now - timedelta(days=40)
        referral(session, sara, claim={"claimed_at": then}, order={"placed_at": then, "base_minor": 4321})
    seen = overview.overview(shop, 30)
    assert seen.figures.revenue_minor == 0
    assert (seen.before.revenue_minor, seen.before.funnel.claimed, seen.before.funnel.kept) == (4321, 1, 1)


def test_revenue_is_what_stayed_and_is_never_converted(db: Database, shop: int) -> None:
    with db.begin() as session:
        sara = advocate(session, shop)
        referral(session, sara, claim={}, order={"base_minor": 4000})
        referral(session, sara, claim={}, order={"base_minor": 9000, "currency": "USD"})
        referral(session, sara, claim={}, order={"base_minor": 7000}, state="rejected", reason="not_new")
    figures = overview.overview(shop, 30).figures
    assert figures.revenue_minor == 4000
    assert figures.other_revenue == (("USD", 9000),)


def test_discount_of_somebody_who_did_not_qualify_is_a_cost(db: Database, shop: int) -> None:
    with db.begin() as session:
        sara = advocate(session, shop)
        referral(session, sara, claim={}, order={}, discount=600)
        referral(session, sara, claim={}, order={}, discount=50, state="rejected", reason="not_new")
        referral(session, sara, claim={}, order={}, discount=9, state="reversed", reason="refunded")
        referral(session, sara, claim={}, order={"collected_at": None}, discount=1, state="open", reason="x")
    assert overview.overview(shop, 30).figures.discounts_minor == 650


def test_rewards_cost_what_was_sent_less_what_came_back(db: Database, shop: int) -> None:
    with db.begin() as session:
        sara = advocate(session, shop)
        sent = factories.reward(session, referral(session, sara, claim={}, order={}), state="issued")
        factories.entry(session, sent, "issued", "coupon:1", -1000)
        factories.entry(session, sent, "returned", "coupon:1", 1000)
        factories.entry(session, sent, "issued", "coupon:2", -400)
        shipping = factories.reward(
            session, referral(session, sara, claim={}, order={}), state="issued", worth_minor=1, currency="XXX"
        )
        factories.entry(session, shipping, "issued", "coupon:3", -1)
        tried = referral(session, sara, claim={"is_test": True}, order={"is_test": True})
        factories.entry(session, factories.reward(session, tried, state="issued"), "issued", "coupon:4", -1000)
    figures = overview.overview(shop, 30).figures
    assert (figures.rewards_minor, figures.other_rewards) == (400, 1)
    assert figures.cost_minor == 750 + 750 + 400
    assert figures.cost_per_friend_minor == 950


def test_liability_is_what_was_promised_and_what_is_not_yet_spent(db: Database, shop: int, clock: FrozenClock) -> None:
    with db.begin() as session:
        sara = advocate(session, shop)

        def coupon(**given: Any) -> int:
            values = {"purpose": "reward", "kind": "fixed", "amount_minor": 1000} | given
            return factories.coupon(session, sara[0], **values).id

        def reward(**given: Any) -> None:
            factories.reward(session, referral(session, sara, claim={}, order={}), **given)

        reward(worth_minor=1000)
        reward(worth_minor=300, state="due")
        reward(worth_minor=0, state="revoked")
        reward(state="issued", coupon_id=coupon())
        reward(state="issued", coupon_id=coupon(state="used", used_by_order="1"))
        reward(state="issued", coupon_id=coupon(expires_at=clock.now - timedelta(days=1)))
        tried = referral(session, sara, claim={"is_test": True}, order={"is_test": True})
        factories.reward(session, tried, worth_minor=7)
    liability = overview.overview(shop, 30).liability
    assert (liability.promised_minor, liability.unspent_minor, liability.minor) == (1300, 1000, 2300)


def test_top_advocates_stand_by_revenue_with_their_newest_reward(db: Database, shop: int, clock: FrozenClock) -> None:
    with db.begin() as session:
        sara, navid = advocate(session, shop, "Sara"), advocate(session, shop, "Navid")
        referral(session, sara, claim={}, order={"base_minor": 3000})
        first = referral(session, navid, claim={}, order={"base_minor": 2000})
        last = referral(session, navid, claim={}, order={"base_minor": 2500})
        referral(session, navid, claim={}, order={"base_minor": 9999}, state="reversed", reason="refunded")
        factories.reward(session, first, state="issued", issued_at=clock.now)
        factories.reward(session, last, due_at=clock.now + timedelta(days=9))
    rows = overview.overview(shop, 30).advocates
    assert [(row.name, row.friends, row.revenue_minor) for row in rows] == [("Navid", 2, 4500), ("Sara", 1, 3000)]
    assert (rows[0].reward_state, rows[0].reward_at) == ("held", clock.now + timedelta(days=9))
    assert rows[1].reward_state is None


def test_number_of_statements_does_not_grow(db: Database, shop: int, statements: Any) -> None:
    def asked() -> int:
        with statements() as sent:
            overview.overview(shop, 90)
        return len(sent)

    with db.begin() as session:
        referral(session, advocate(session, shop), claim={}, order={})
    few = asked()
    with db.begin() as session:
        for name in ("Navid", "Lea", "Karim"):
            factories.reward(session, referral(session, advocate(session, shop, name), claim={}, order={}))
    assert asked() == few


def test_another_store_counts_nothing_here(db: Database, shop: int) -> None:
    with db.begin() as session:
        other = factories.store(session)
        sara = advocate(session, other.id)
        visit(session, sara[1], other.created_at)
        factories.reward(session, referral(session, sara, claim={}, order={}))
    seen = overview.overview(shop, 30)
    assert seen.figures.funnel == overview.Funnel(shared=0, visited=0, claimed=0, ordered=0, kept=0)
    assert (seen.liability.minor, seen.advocates) == (0, ())
