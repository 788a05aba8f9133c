"""Signs of fraud on real orders (R9): what is refused, what waits for a look, and until when."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from app import clock as app_clock
from app.domain.programs import Rules
from app.models import (
    Advocate,
    Attribution,
    AuditEntry,
    Effect,
    LedgerEntry,
    Order,
    OrderKey,
    OrderSighting,
    ProgramVersion,
    Reward,
    Store,
)
from app.services import people, support
from app.services.people import Identity
from app.services.support import Act
from integrations.events import Buyer, OrderSnapshot, OrderStatus
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.road import Road

WATCHFUL = replace(factories.RULES, doubt_days=7, doubt_release_minor=1000, crowd_limit=2)


@pytest.fixture
def rules() -> Rules:
    """Doubts are released after a week, up to ten euros; three codes from one link in a day are a crowd."""
    return WATCHFUL


def advocate(road: Road, email: str, name: str = "Karim Saleh") -> int:
    """Somebody who recommends."""
    with road.db.begin() as session:
        store = session.get_one(Store, road.store_id)
        who = people.meet(session, store, Identity(email=email, name=name), "en")
        return factories.advocate(session, session.get_one(ProgramVersion, road.version_id), who).id


def buys(road: Road, ref: str, by: int, buyer: Buyer, **given: Any) -> OrderSnapshot:
    """The buyer takes a code from the advocate's link, and buys."""
    _, code = road.claim(by)
    return road.shop.order(ref, codes=[code], buyer=buyer, **given)


def signs(road: Road, ref: str) -> list[str]:
    attribution = road.attribution(ref)
    assert attribution is not None
    return [each["sign"] for each in attribution.evidence.get("signs", ())]


def state(road: Road, ref: str) -> tuple[str, str, str, str]:
    """Of the order and of its reward: state and reason."""
    attribution, reward = road.attribution(ref), road.reward(ref)
    assert attribution is not None
    return attribution.state, attribution.reason, reward.state if reward else "", reward.reason if reward else ""


SARA_AT_HOME = {"name": "Sara Mahdavi", "address": "Hauptstraße 5, 10117 Berlin", "country": "DE"}


def sara_bought(road: Road, clock: FrozenClock, **given: Any) -> None:
    """The advocate of the road has an order of her own."""
    road.see(road.shop.order("900", buyer=Buyer(**({"email": "sara@mail.test"} | SARA_AT_HOME | given))))
    clock.advance(days=1)


@pytest.mark.parametrize(
    ("hers", "theirs", "expected", "outcome"),
    [
        ({}, {"email": "sara@mail.test"}, ["same_person"], "rejected"),
        ({}, {"email": "other@mail.test", **SARA_AT_HOME}, ["same_name_and_address"], "looked_at"),
        ({}, {"email": "x@mailinator.com", **SARA_AT_HOME}, ["same_name_and_address", "throwaway_mail"], "looked_at"),
        ({}, {"email": "x@mailinator.com"}, ["throwaway_mail"], "on_hold"),
        ({"phone": "030 8412765"}, {"email": "tom@mail.test", "phone": "+49308412765"}, ["same_phone"], "looked_at"),
        ({"customer_ref": "7"}, {"email": "tom@mail.test", "customer_ref": "7"}, ["same_account"], "looked_at"),
        ({}, {"email": "tom@mail.test", **SARA_AT_HOME, "name": "Tom Mahdavi"}, [], "on_hold"),
    ],
)
@pytest.mark.parametrize("rules", [replace(WATCHFUL, new_customers_only=False)])
def test_r9_what_the_buyer_shares_with_the_advocate(
    road: Road, clock: FrozenClock, hers: dict[str, str], theirs: dict[str, str], expected: list[str], outcome: str
) -> None:
    sara_bought(road, clock, **hers)
    road.see(buys(road, "1001", road.advocate_id, Buyer(**theirs)))
    assert signs(road, "1001") == expected
    assert outcome in state(road, "1001")


def test_oddity_mutual_recommendation_makes_the_second_grey(road: Road, clock: FrozenClock) -> None:
    sara, karim = road.advocate_id, advocate(road, "karim@mail.test")
    road.see(buys(road, "1001", sara, Buyer(email="karim@mail.test")))
    clock.advance(days=1)
    road.see(buys(road, "1002", karim, Buyer(email="sara@mail.test")))
    assert (signs(road, "1001"), signs(road, "1002")) == ([], ["ring"])
    assert state(road, "1001") == ("qualified", "qualified", "held", "on_hold")
    assert state(road, "1002") == ("qualified", "qualified", "held", "looked_at")


@pytest.mark.parametrize("length", [2, 3, 4, 6])
def test_r8_a_circle_is_closed_by_its_last_order_whichever_arrives_first(
    road: Road, clock: FrozenClock, length: int
) -> None:
    emails = ["sara@mail.test", *(f"friend{number}@mail.test" for number in range(1, length))]
    advocates = [road.advocate_id, *(advocate(road, email) for email in emails[1:])]
    order_refs = [str(1001 + number) for number in range(length)]
    placed = []
    for number, order_ref in enumerate(order_refs):
        clock.advance(hours=1)
        placed.append(buys(road, order_ref, advocates[number], Buyer(email=emails[(number + 1) % length])))
    for turn, arriving in enumerate(itertools.permutations(placed)):
        if turn % {2: 1, 3: 1, 4: 5, 6: 239}[length]:
            continue
        for snapshot in arriving:
            road.see(replace(snapshot, updated_at=snapshot.updated_at + timedelta(seconds=turn)))
        road.work()
        assert [signs(road, each) for each in order_refs] == [*([[]] * (length - 1)), ["ring"]]
        forget(road)


def forget(road: Road) -> None:
    """Everything that was seen is forgotten; what was handed out stays."""
    with road.db.begin() as session:
        for table in (LedgerEntry, Reward, Attribution, OrderSighting, OrderKey, Order, Effect):
            session.execute(delete(table))


def test_r9_a_row_of_people_who_recommend_the_next_one_is_no_circle(road: Road, clock: FrozenClock) -> None:
    by = road.advocate_id
    for number in range(5):
        clock.advance(hours=1)
        email = f"friend{number}@mail.test"
        road.see(buys(road, str(1001 + number), by, Buyer(email=email)))
        by = advocate(road, email)
    assert [signs(road, str(1001 + number)) for number in range(5)] == [[]] * 5


def test_r9_many_codes_from_one_link_in_a_day_are_noted_and_very_many_wait_for_a_look(
    road: Road, clock: FrozenClock
) -> None:
    found = []
    for number in range(10):
        clock.advance(minutes=10)
        road.see(buys(road, str(1001 + number), road.advocate_id, Buyer(email=f"friend{number}@mail.test")))
        found.append(signs(road, str(1001 + number)))
    assert found == [[]] * 2 + [["crowd"]] * 6 + [["leaked_code"]] * 2
    assert [state(road, ref)[3] for ref in ("1001", "1005", "1009")] == ["on_hold", "on_hold", "looked_at"]


def test_r9_a_crowd_is_none_where_links_usually_give_as_many(road: Road, clock: FrozenClock) -> None:
    for _ in range(4):
        road.claim()
    clock.advance(days=2)
    for number in range(6):
        road.see(buys(road, str(1001 + number), road.advocate_id, Buyer(email=f"friend{number}@mail.test")))
    assert [signs(road, str(1001 + number)) for number in range(6)] == [[]] * 6


@pytest.mark.parametrize("rules", [replace(WATCHFUL, personal_codes=True)])
def test_r9_a_personal_code_that_many_type_on_one_day_has_leaked(road: Road, clock: FrozenClock) -> None:
    with road.db.read() as session:
        code = session.get_one(Advocate, road.advocate_id).code
    for number in range(5):
        clock.advance(minutes=1)
        road.see(road.shop.order(str(1001 + number), codes=[code]))
    assert [signs(road, str(1001 + number)) for number in range(5)] == [*([[]] * 3), *([["leaked_code"]] * 2)]


def test_r9_parcels_that_the_buyer_refused_are_noted(road: Road, clock: FrozenClock) -> None:
    for number in range(2):
        refused = {"gateway": "cod", "status": OrderStatus.CANCELLED, "paid_at": None, "cancelled_at": app_clock.now()}
        road.see(road.shop.order(str(900 + number), buyer=Buyer(email="karim@mail.test"), **refused))
        clock.advance(days=1)
    road.see(buys(road, "1001", road.advocate_id, Buyer(email="karim@mail.test")))
    assert signs(road, "1001") == ["refused_parcels"]
    assert state(road, "1001") == ("qualified", "qualified", "held", "on_hold")
    road.see(buys(road, "1002", road.advocate_id, Buyer(email="x@mailinator.com", phone="+49308412765")))
    assert signs(road, "1002") == ["throwaway_mail"]


def doubtful(road: Road, clock: FrozenClock, goods: int = 4000) -> str:
    """An order whose buyer has the advocate's name and address."""
    sara_bought(road, clock)
    road.see(buys(road, "1001", road.advocate_id, Buyer(email="other@mail.test", **SARA_AT_HOME), goods=goods))
    return "1001"


def test_r9_grey_is_released_at_its_deadline_although_nobody_looked(road: Road, clock: FrozenClock) -> None:
    ref = doubtful(road, clock)
    reward = road.reward(ref)
    assert reward is not None
    assert reward.look_until == reward.due_at + timedelta(days=7)
    clock.advance(days=36)
    road.work()
    assert state(road, ref)[2:] == ("held", "looked_at")
    assert road.reward_coupons() == []
    clock.advance(days=1, hours=1)
    road.work()
    assert state(road, ref)[2] == "issued"
    with road.db.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "unlooked")).one()
        assert (entry.subject, entry.account_id) == ("order:1001", None)


@pytest.mark.parametrize("rules", [replace(WATCHFUL, doubt_release_minor=most) for most in (0, 999)])
def test_r9_above_the_owners_amount_grey_is_kept_for_a_person(road: Road, clock: FrozenClock) -> None:
    ref = doubtful(road, clock)
    clock.advance(days=60)
    road.work()
    assert state(road, ref)[2:] == ("held", "waiting_approval")
    support.approve(agent(road), ref)
    road.work()
    assert state(road, ref)[2] == "issued"


def agent(road: Road) -> Act:
    with road.db.begin() as session:
        return Act(store_id=road.store_id, account_id=factories.account(session).id, reason="I know them.")


def test_r9_what_was_approved_in_time_waits_no_longer_than_every_other(road: Road, clock: FrozenClock) -> None:
    ref = doubtful(road, clock)
    support.approve(agent(road), ref)
    assert state(road, ref)[2:] == ("held", "on_hold")
    clock.advance(days=30, hours=1)
    road.work()
    assert state(road, ref)[2] == "issued"


def test_r9_what_was_rejected_earns_nothing_until_that_is_undone(road: Road, clock: FrozenClock) -> None:
    ref = doubtful(road, clock)
    act = agent(road)
    support.reject(act, ref)
    assert state(road, ref) == ("rejected", "rejected_by_person", "revoked", "rejected_by_person")
    with road.db.read() as session:
        entry_id = session.scalars(select(AuditEntry.id).where(AuditEntry.verb == "reject")).one()
    support.undo(act, entry_id)
    assert state(road, ref) == ("qualified", "qualified", "held", "looked_at")


@pytest.mark.parametrize("rules", [replace(WATCHFUL, doubt_days=0)])
def test_r9_without_days_to_look_it_is_released_with_its_hold(road: Road, clock: FrozenClock) -> None:
    ref = doubtful(road, clock)
    clock.advance(days=30, hours=1)
    road.work()
    assert state(road, ref)[2] == "issued"


def test_r18_a_test_order_is_asked_nothing(road: Road, clock: FrozenClock) -> None:
    sara_bought(road, clock)
    _, code = road.claim(is_test=True)
    road.see(road.shop.order("1001", codes=[code], buyer=Buyer(email="sara@mail.test", **SARA_AT_HOME)))
    assert signs(road, "1001") == []
    assert state(road, "1001")[:2] == ("qualified", "test_order")


def test_r8_what_is_learned_after_the_release_takes_nothing_back(road: Road, clock: FrozenClock) -> None:
    _, code = road.claim()
    twice = {"phone": "+49308412765", **SARA_AT_HOME}
    road.see(road.shop.order("1001", codes=[code], buyer=Buyer(email="x@mailinator.com", **twice)))
    clock.advance(days=31)
    road.work()
    assert state(road, "1001")[2] == "issued"
    late = app_clock.now() - timedelta(days=40)
    road.see(road.shop.order("900", buyer=Buyer(email="sara@mail.test", **twice), placed_at=late))
    road.see(road.shop.change("1001", number="1001b"))
    assert state(road, "1001")[0] == "qualified"
