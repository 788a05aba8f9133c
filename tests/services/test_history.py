"""R4: who bought before is learned from the store's earlier orders, once each, while decisions wait."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import clock as app_clock
from app.models import Effect, Order, OrderKey, OrderSighting, OrderWalk, Reward
from app.services import decisions, order_walks, reconciliation
from app.worker.loop import run_effect
from integrations.contract import StoreSession
from integrations.errors import PayloadInvalid, RemoteRejected, RemoteUnavailable
from integrations.events import Buyer, OrderSnapshot, OrderStatus
from tests.engines.databases import SQLITE
from tests.engines.frozen import FrozenClock
from tests.road import Road

YEAR = timedelta(days=365)


def earlier(road: Road, ref: str, email: str, **given: object) -> OrderSnapshot:
    """An order of a year ago."""
    at = given.pop("at", app_clock.now() - YEAR)
    return road.shop.order(
        ref, **({"buyer": Buyer(email=email), "placed_at": at, "updated_at": at, "paid_at": at} | given)
    )


def begin(road: Road) -> None:
    with road.db.begin() as session:
        order_walks.begin(session, road.store_id)


def walk(road: Road) -> OrderWalk:
    with road.db.read() as session:
        return session.scalars(select(OrderWalk)).one()


def count(road: Road, model: type[Order] | type[OrderKey] | type[OrderSighting]) -> int:
    with road.db.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def reason(road: Road, ref: str) -> str:
    attribution = road.attribution(ref)
    assert attribution is not None
    return attribution.reason


def test_r4_decisions_wait_for_history_and_then_fall(road: Road, clock: FrozenClock) -> None:
    for number in range(5):
        earlier(road, str(number), f"regular{number}@mail.test")
    begin(road)
    clock.advance(hours=1)
    _, code = road.claim()
    _, other = road.claim()
    road.see(road.shop.order("1001", codes=[code], buyer=Buyer(email="karim@mail.test")))
    road.see(road.shop.order("1002", codes=[other], buyer=Buyer(email="Regular3@mail.test")))
    assert (reason(road, "1001"), reason(road, "1002")) == ("waiting_history", "waiting_history")
    assert road.reward("1001") is None
    road.work()
    assert (reason(road, "1001"), reason(road, "1002")) == ("qualified", "not_new")
    assert walk(road).loaded_at == app_clock.now()


def test_history_keeps_hashes_and_counts_and_nothing_else(road: Road) -> None:
    earlier(road, "1", "old@mail.test", status=OrderStatus.COMPLETED)
    earlier(road, "2", "old@mail.test", status=OrderStatus.CANCELLED)
    begin(road)
    road.work()
    assert (count(road, Order), count(road, OrderSighting)) == (2, 0)
    assert [order.collected_at is not None for order in road.rows(Order)] == [True, False]
    assert (walk(road).orders_read, walk(road).orders_total) == (2, 2)
    with road.db.read() as session:
        assert len(set(session.scalars(select(OrderKey.digest).where(OrderKey.kind == "email")))) == 1


def test_r4_unpaid_orders_of_the_past_leave_a_customer_new(road: Road, clock: FrozenClock) -> None:
    earlier(road, "1", "karim@mail.test", status=OrderStatus.FAILED)
    begin(road)
    road.work()
    clock.advance(hours=1)
    _, code = road.claim()
    road.see(road.shop.order("1001", codes=[code], buyer=Buyer(email="karim@mail.test")))
    assert reason(road, "1001") == "qualified"


def test_loading_that_is_killed_goes_on_and_counts_each_order_once(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    start = app_clock.now() - YEAR
    for number in range(1050):  # forty a second, so that pages end within one
        earlier(road, str(number), f"{number}@mail.test", at=start + timedelta(seconds=number // 40))
    changed_since = road.shop.changed_since

    def killed(store: StoreSession, since: datetime) -> Iterator[OrderSnapshot]:
        for order in changed_since(store, since):
            if order.order_ref == "730":
                raise KeyboardInterrupt  # nothing of ours catches it, as nothing catches kill -9
            yield order

    begin(road)
    monkeypatch.setattr(reconciliation, "SLICE", 300)
    monkeypatch.setattr(road.shop, "changed_since", killed)
    with pytest.raises(KeyboardInterrupt):
        run_until_killed()
    assert 0 < walk(road).orders_read < 1050
    monkeypatch.setattr(road.shop, "changed_since", changed_since)
    with road.db.begin() as session:
        session.query(Effect).update({"lease_until": None})
    road.shop.change("7", status=OrderStatus.COMPLETED)  # read already, and to be met once more
    road.work()
    assert walk(road).loaded_at is not None
    assert (count(road, Order), walk(road).orders_read) == (1050, 1050)
    assert {order.status for order in road.rows(Order, order_ref="7")} == {"completed"}


def test_a_long_look_at_what_is_known_goes_in_runs_and_comes_to_its_end(
    road: Road, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = app_clock.now() - YEAR
    for number in range(450):
        earlier(road, str(number), f"{number}@mail.test", at=start + timedelta(minutes=number))
    begin(road)
    monkeypatch.setattr(order_walks, "ENOUGH", -1.0)
    began: list[datetime] = []
    changed_since = road.shop.changed_since

    def counted(store: StoreSession, since: datetime) -> Iterator[OrderSnapshot]:
        began.append(since)
        return changed_since(store, since)

    monkeypatch.setattr(road.shop, "changed_since", counted)
    road.work()
    assert (count(road, Order), walk(road).orders_read) == (450, 450)
    assert len(began) > 4


def run_until_killed() -> None:
    while run_effect():
        pass


def test_an_order_of_the_first_minutes_whose_message_was_lost_is_decided(road: Road, clock: FrozenClock) -> None:
    earlier(road, "1", "old@mail.test")
    begin(road)
    clock.advance(minutes=10)
    _, code = road.claim()
    road.shop.order("1001", codes=[code])
    road.work()
    assert reason(road, "1001") == "qualified"
    with road.db.read() as session:
        assert set(session.scalars(select(OrderSighting.source))) == {"reconcile"}


def test_an_order_of_the_past_that_a_message_tells_of_is_an_order_like_others(road: Road, clock: FrozenClock) -> None:
    earlier(road, "1", "old@mail.test", status=OrderStatus.PENDING, paid_at=None)
    begin(road)
    road.work()
    clock.advance(days=1)
    road.see(road.shop.change("1", status=OrderStatus.PROCESSING, paid_at=app_clock.now()))
    assert count(road, OrderSighting) == 1
    assert road.rows(Order)[0].collected_at == app_clock.now()


def test_a_message_older_than_history_is_read_back(road: Road, clock: FrozenClock) -> None:
    before = earlier(road, "1", "old@mail.test", status=OrderStatus.PENDING, paid_at=None)
    road.shop.change("1", status=OrderStatus.PROCESSING, paid_at=app_clock.now())
    begin(road)
    road.work()
    road.see(before)
    road.work()
    assert road.rows(Order)[0].status == "processing"


def test_r8_an_order_of_the_past_paid_later_takes_newness_away(road: Road, clock: FrozenClock) -> None:
    earlier(road, "1", "karim@mail.test", status=OrderStatus.ON_HOLD, paid_at=None)
    begin(road)
    road.work()
    clock.advance(hours=1)
    _, code = road.claim()
    road.see(road.shop.order("1001", codes=[code], buyer=Buyer(email="karim@mail.test")))
    assert reason(road, "1001") == "qualified"
    road.shop.change("1", status=OrderStatus.PROCESSING, paid_at=app_clock.now() - YEAR)
    clock.advance(hours=1)
    road.work()
    assert reason(road, "1001") == "not_new"


def test_deciding_about_an_order_of_the_past_reads_it_first(road: Road) -> None:
    earlier(road, "1", "old@mail.test")
    begin(road)
    road.work()
    with road.db.begin() as session:
        assert decisions.settle(session, road.store_id, "1") is None
    road.work()
    assert count(road, OrderSighting) == 1


def test_an_unreadable_order_does_not_keep_history_open(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier(road, "1", "old@mail.test")
    changed_since = road.shop.changed_since

    def one_is_broken(store: StoreSession, since: datetime) -> Iterator[OrderSnapshot]:
        yield from changed_since(store, since)
        raise PayloadInvalid("amount_unreadable")

    monkeypatch.setattr(road.shop, "changed_since", one_is_broken)
    begin(road)
    road.work()
    assert walk(road).loaded_at is not None
    assert count(road, Order) == 1


@pytest.mark.parametrize("trouble", [RemoteUnavailable("refused"), RemoteRejected("key_unknown", 401)])
def test_a_store_that_does_not_answer_is_asked_for_as_long_as_it_takes(
    road: Road, clock: FrozenClock, trouble: Exception
) -> None:
    earlier(road, "1", "old@mail.test")
    begin(road)
    for _ in range(5):
        road.shop.trouble = [trouble]
        road.work()
        assert walk(road).problem == trouble.reason  # type: ignore[attr-defined]
        clock.advance(days=2)
    road.shop.trouble = []
    road.work()
    assert (walk(road).problem, count(road, Order)) == ("", 1)


def test_connecting_again_does_not_load_history_again(road: Road, clock: FrozenClock) -> None:
    earlier(road, "1", "old@mail.test")
    begin(road)
    road.work()
    first = walk(road)
    clock.advance(days=40)
    begin(road)
    road.work()
    assert (walk(road).history_before, walk(road).loaded_at) == (first.history_before, first.loaded_at)


@pytest.mark.slow
@pytest.mark.engines(SQLITE)
def test_fifty_thousand_orders_in_flat_memory(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    start = app_clock.now() - YEAR
    model = earlier(road, "0", "0@mail.test")
    resident: list[int] = []

    def long(store: StoreSession, since: datetime) -> Iterator[OrderSnapshot]:
        for number in range(max(int((since - start).total_seconds()), 0), 50_000):
            if number % 5000 == 0:
                resident.append(int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize())
            at = start + timedelta(seconds=number)
            yield replace(
                model, order_ref=str(number), placed_at=at, updated_at=at, buyer=Buyer(email=f"{number}@mail.test")
            )

    monkeypatch.setattr(road.shop, "changed_since", long)
    begin(road)
    road.work()
    assert count(road, Order) == 50_000
    assert max(resident[2:]) - resident[1] < 16 * 1024 * 1024
    with road.db.read() as session:
        assert session.scalar(select(func.count()).select_from(Reward)) == 0
