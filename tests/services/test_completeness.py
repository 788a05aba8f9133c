"""What is said about a day of a store is true: nothing is called known that is not, and what came late is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import clock as app_clock
from app.models import Installation, Order, StoreDay
from app.services import order_walks
from integrations.contract import StoreSession
from integrations.events import OrderSnapshot, OrderStatus
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.road import Road

TODAY = date(2026, 3, 2)  # the clock starts at 9:00 UTC, ten o'clock in the store's Berlin


@pytest.fixture
def connected(road: Road, clock: FrozenClock) -> Road:
    """An hour after the history was loaded: one order of last year, which changed just now."""
    road.shop.order("0", placed_at=app_clock.now() - timedelta(days=400))
    with road.db.begin() as session:
        order_walks.begin(session, road.store_id)
    road.work()
    clock.advance(hours=1)
    road.work()
    return road


def days(road: Road) -> dict[date, StoreDay]:
    with road.db.read() as session:
        return {row.day: row for row in session.scalars(select(StoreDay))}


def said(road: Road, day: date = TODAY) -> tuple[int, int, int, int]:
    """(in the store, known here, gone, untold)"""
    row = days(road)[day]
    return row.in_store, row.known, row.gone, row.untold


def tell(road: Road, order: OrderSnapshot) -> None:
    """The order's message arrives."""
    road.see(order)
    with road.db.begin() as session:
        installation = session.scalars(select(Installation)).one()
        factories.message(session, installation, state="done", order_ref=order.order_ref, done_at=app_clock.now())


def hour_later(road: Road, clock: FrozenClock, hours: float = 1) -> None:
    clock.advance(hours=hours)
    road.work()


def test_a_day_without_trouble_has_no_gaps(connected: Road, clock: FrozenClock) -> None:
    for number in range(3):
        tell(connected, connected.shop.order(str(number)))
    connected.shop.order("draft", status=OrderStatus.DRAFT)
    hour_later(connected, clock)
    assert said(connected) == (3, 3, 0, 0)
    assert len(days(connected)) == 7
    assert days(connected)[TODAY].slowest_seconds == 0


def test_what_no_message_told_of_is_named_with_its_hours(connected: Road, clock: FrozenClock) -> None:
    tell(connected, connected.shop.order("1"))
    clock.advance(hours=1)
    first = app_clock.now()
    connected.shop.order("2")
    clock.advance(hours=1)
    last = app_clock.now()
    connected.shop.order("3")
    hour_later(connected, clock)
    hour_later(connected, clock)
    row = days(connected)[TODAY]
    assert said(connected) == (3, 3, 0, 2)
    assert (row.untold_from, row.untold_until, row.slowest_seconds) == (first, last, 2 * 3600)


def test_no_message_was_due_of_what_changed_before_the_store_was_connected(road: Road, clock: FrozenClock) -> None:
    road.shop.order("1", codes=("TWCQMPHCX",))  # not history alone: it may have been brought by a friend
    clock.advance(minutes=5)
    with road.db.begin() as session:
        order_walks.begin(session, road.store_id)
    road.work()
    hour_later(road, clock)
    hour_later(road, clock)
    assert said(road) == (1, 1, 0, 0)


def test_a_lost_message_about_a_change_counts_on_the_day_of_the_change(connected: Road, clock: FrozenClock) -> None:
    tell(connected, connected.shop.order("1"))
    hour_later(connected, clock, 24)
    connected.shop.change("1", status=OrderStatus.COMPLETED)
    hour_later(connected, clock)
    hour_later(connected, clock)
    assert (said(connected), said(connected, TODAY + timedelta(days=1))) == ((1, 1, 0, 0), (0, 0, 0, 1))


def test_the_day_is_the_stores_own(connected: Road, clock: FrozenClock) -> None:
    clock.move_to(datetime.fromisoformat("2026-03-02T23:30:00+00:00"))  # half past midnight in Berlin
    tell(connected, connected.shop.order("1"))
    hour_later(connected, clock)
    assert (said(connected), said(connected, TODAY + timedelta(days=1))) == ((0, 0, 0, 0), (1, 1, 0, 0))


def test_an_order_that_the_walk_could_not_see_is_found_by_comparing(
    connected: Road, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plugin that keeps dates of changes wrong, an import that sets them back."""
    connected.shop.order("1", updated_at=app_clock.now() - timedelta(days=90))
    hour_later(connected, clock)
    assert said(connected) == (1, 1, 0, 0)
    assert [order.order_ref for order in connected.rows(Order)] == ["0", "1"]


def test_an_order_that_cannot_be_read_is_said_to_be_missing(
    connected: Road, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(connected, connected.shop.order("1"))
    connected.shop.order("2", updated_at=app_clock.now() - timedelta(days=90))
    by_refs = connected.shop.by_refs

    def unreadable(store: StoreSession, refs: Sequence[str]) -> Mapping[str, OrderSnapshot | None]:
        return {ref: order for ref, order in by_refs(store, refs).items() if ref != "2"}

    monkeypatch.setattr(connected.shop, "by_refs", unreadable)
    hour_later(connected, clock)
    assert said(connected) == (2, 1, 0, 0)


def test_equal_numbers_of_different_orders_are_not_taken_for_completeness(connected: Road, clock: FrozenClock) -> None:
    tell(connected, connected.shop.order("1"))
    hour_later(connected, clock)
    del connected.shop.orders["1"]
    connected.shop.order("2", placed_at=app_clock.now() - timedelta(minutes=30),
                         updated_at=app_clock.now() - timedelta(days=90))  # fmt: skip
    hour_later(connected, clock, 24)
    assert said(connected) == (1, 1, 1, 0)


def test_orders_that_vanished_with_a_restored_shop_are_gone_here_and_their_rewards_with_them(
    connected: Road, clock: FrozenClock
) -> None:
    tell(connected, connected.shop.order("1"))
    clock.advance(hours=1)
    _, code = connected.claim()
    tell(connected, connected.shop.order("2", codes=[code]))
    before: Any = connected.reward("2")
    del connected.shop.orders["2"]
    hour_later(connected, clock)
    after: Any = connected.reward("2")
    assert (before.state, after.state, connected.balance("2")) == ("held", "revoked", 0)
    assert said(connected) == (1, 1, 1, 0)


def test_references_are_compared_once_a_day_and_numbers_each_hour(connected: Road, clock: FrozenClock) -> None:
    hour_later(connected, clock)
    connected.shop.calls.clear()
    for _ in range(3):
        hour_later(connected, clock)
    names = [name for name, _ in connected.shop.calls]
    assert (names.count("count"), names.count("placed")) == (21, 0)
    hour_later(connected, clock, 24)
    assert [name for name, _ in connected.shop.calls].count("placed") == 7
