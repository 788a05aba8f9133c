"""Orders that the shop erased: gone they are, until a reading of ours shows them again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import clock as app_clock
from app.models import Effect, Order
from app.services import effects, orders
from integrations.errors import PayloadInvalid, RemoteUnavailable
from integrations.events import Buyer, OrderSnapshot
from tests.engines.frozen import FrozenClock
from tests.road import Road


def erased(road: Road, clock: FrozenClock) -> OrderSnapshot:
    """Order 1001 qualified, then the shop erased it and we found out; returns how it looked."""
    _, code = road.claim()
    snapshot = road.shop.order("1001", codes=[code])
    road.see(snapshot)
    clock.advance(days=1)
    del road.shop.orders["1001"]
    read_again(road)
    road.work()
    assert standing(road) == (True, "reversed")
    return snapshot


def read_again(road: Road) -> None:
    with road.db.begin() as session:
        orders.owe_reading(session, road.store_id, "1001")


def standing(road: Road) -> tuple[bool, str]:
    """Whether order 1001 is gone, and what became of its referral."""
    (order,) = road.rows(Order, order_ref="1001")
    attribution = road.attribution("1001")
    assert attribution is not None
    return order.gone_at is not None, attribution.state


@pytest.mark.parametrize("source", ["webhook", "reconcile"])
def test_old_message_that_is_replayed_does_not_bring_an_erased_order_back(
    road: Road, clock: FrozenClock, source: str
) -> None:
    snapshot = erased(road, clock)
    road.see(snapshot, source)
    assert standing(road) == (True, "reversed")
    road.work()
    assert standing(road) == (True, "reversed")
    assert road.shop.calls[-1] == ("by_ref", 1)
    clock.advance(days=31)
    road.work()
    assert road.reward_coupons() == []


def test_order_that_the_shop_has_again_is_back_once_it_was_read(road: Road, clock: FrozenClock) -> None:
    snapshot = erased(road, clock)
    road.shop.orders["1001"] = snapshot
    road.see(snapshot)
    road.work()
    assert standing(road) == (False, "qualified")


def test_newer_message_about_an_erased_order_waits_for_a_shop_that_is_down(road: Road, clock: FrozenClock) -> None:
    road.shop.orders["1001"] = erased(road, clock)
    newer = road.shop.change("1001")
    road.shop.trouble.append(RemoteUnavailable("connection_lost"))
    road.see(newer)
    road.work()
    assert standing(road) == (True, "reversed")
    clock.advance(seconds=effects.pause_after(1).total_seconds())
    road.work()
    assert standing(road) == (False, "qualified")


def test_order_that_cannot_be_read_stops_and_says_why(road: Road) -> None:
    road.shop.trouble.append(PayloadInvalid("shape_unexpected"))
    read_again(road)
    road.work()
    with road.db.read() as session:
        stopped = session.scalars(select(Effect).where(Effect.state == "stopped")).one()
        assert (stopped.kind, stopped.reason, stopped.attempts) == ("read_back_order", "shape_unexpected", 1)


def test_whoever_had_an_order_before_its_number_was_given_again_is_as_new_as_they_were(
    road: Road, clock: FrozenClock
) -> None:
    """The shop came back from yesterday's backup; the first buyer orders once more."""
    _, first = road.claim()
    _, second = road.claim()
    bob = Buyer(email="bob@mail.test")
    road.see(road.shop.order("1001", codes=[first], buyer=bob))
    clock.advance(hours=1)
    road.see(road.shop.order("1002", codes=[first], buyer=bob))
    before = road.attribution("1002")
    assert before is not None
    assert before.state == "rejected"
    clock.advance(minutes=1)
    road.see(road.shop.order("1001", codes=[second], buyer=Buyer(email="dirk@mail.test"), placed_at=app_clock.now()))
    road.work()
    for ref in ("1001", "1002"):
        attribution = road.attribution(ref)
        assert attribution is not None
        assert attribution.reason == "qualified", ref


def test_oddity_identities_unite_when_a_buyer_is_corrected(road: Road, clock: FrozenClock) -> None:
    _, first = road.claim()
    _, second = road.claim()
    bob = Buyer(email="bob@mail.test")
    road.see(road.shop.order("1001", codes=[first], buyer=bob))
    clock.advance(hours=1)
    road.see(road.shop.change("1001", buyer=Buyer(email="robert@mail.test")))
    road.see(road.shop.order("1002", codes=[second], buyer=bob))
    attribution = road.attribution("1002")
    assert attribution is not None
    assert attribution.reason == "not_new"
