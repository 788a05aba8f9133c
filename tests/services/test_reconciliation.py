"""Whatever a store's messages do, what it knows is known here too, and what we rely on there is looked after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock as app_clock
from app.models import AuditEntry, Installation, Order, StoreLook
from app.services import effects, held_orders, order_walks, shops
from integrations.contract import StoreSession
from integrations.errors import RemoteRejected, RemoteUnavailable
from integrations.events import SENDER_SEES_NOTHING, Money, OrderSnapshot
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.paper_webhooks import PaperHook
from tests.road import Road

QUARTER = 15


@pytest.fixture
def connected(road: Road, clock: FrozenClock) -> Road:
    """The road's store an hour after its history was loaded, its webhooks standing."""
    with road.db.begin() as session:
        order_walks.begin(session, road.store_id)
    road.work()
    clock.advance(hours=1)
    road.work()
    return road


def looks(road: Road) -> dict[str, StoreLook]:
    with road.db.read() as session:
        return {each.kind: each for each in session.scalars(select(StoreLook))}


def address(road: Road) -> str:
    with road.db.read() as session:
        return shops.webhook_address(session.scalars(select(Installation)).one())


def mended(road: Road) -> list[str]:
    """Why webhooks were put right, each time."""
    with road.db.read() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.verb == "mend_webhooks").order_by(AuditEntry.id))
        return [row.evidence["fault"] for row in rows]


def mine(road: Road) -> list[tuple[str, bool, str]]:
    return sorted(
        (hook.topic, hook.active, hook.secret)
        for hook in road.shop.webhooks.hooks.values()
        if hook.address == address(road)
    )


RIGHT = [("coupon.gone", True, "secret"), ("order.changed", True, "secret")]


def quarters(road: Road, clock: FrozenClock, count: int) -> None:
    for _ in range(count):
        clock.advance(minutes=QUARTER)
        road.work()


# --- webhooks ---


def test_webhooks_are_made_where_they_are_missing_and_then_left_alone(connected: Road, clock: FrozenClock) -> None:
    assert (mine(connected), mended(connected)) == (RIGHT, ["missing"])
    standing = dict(connected.shop.webhooks.hooks)
    quarters(connected, clock, 3)
    assert (connected.shop.webhooks.hooks, mended(connected)) == (standing, ["missing"])


@pytest.mark.parametrize("fault", ["switched_off", "missing", "doubled", "moved"])
def test_a_fault_of_the_webhooks_is_mended_within_a_quarter_of_an_hour(
    connected: Road, clock: FrozenClock, fault: str
) -> None:
    hooks = connected.shop.webhooks
    ref = next(iter(hooks.hooks))
    if fault == "switched_off":
        hooks.hooks[ref].active = False
    elif fault == "missing":
        del hooks.hooks[ref]
    elif fault == "doubled":
        hooks.add("order.changed", address(connected), "another")
    else:
        hooks.hooks[ref].address = "https://elsewhere.test/hook"
    hooks.hooks["foreign"] = PaperHook("order.changed", "https://accounting.test/hook", "theirs", active=False)
    quarters(connected, clock, 1)
    assert (mine(connected), mended(connected)) == (RIGHT, ["missing", fault])
    assert not [hook for hook in hooks.hooks.values() if "elsewhere" in hook.address]
    assert hooks.hooks["foreign"].address == "https://accounting.test/hook"


def test_a_changed_secret_is_given_again_once_an_order_came_of_which_no_message_told(
    connected: Road, clock: FrozenClock
) -> None:
    clock.advance(hours=3)
    for hook in connected.shop.webhooks.hooks.values():
        hook.secret = "changed in the shop"
    connected.shop.order("1001")
    quarters(connected, clock, 4)
    assert (mine(connected), mended(connected)) == (RIGHT, ["missing", "silent"])
    clock.advance(hours=3)
    quarters(connected, clock, 2)
    assert mended(connected) == ["missing", "silent"], "one silence is mended once"


def told(road: Road, snapshot: OrderSnapshot) -> None:
    """The shop's message about the order has come, and was worked through."""
    road.see(snapshot)
    with road.db.begin() as session:
        installation = session.scalars(select(Installation)).one()
        factories.message(session, installation, state="done", order_ref=snapshot.order_ref, done_at=app_clock.now())


def test_a_message_that_is_only_overtaken_by_our_looking_is_no_silence(connected: Road, clock: FrozenClock) -> None:
    clock.advance(hours=3)
    order = connected.shop.order("1001")
    quarters(connected, clock, 1)  # found by looking
    clock.advance(minutes=5)
    told(connected, order)
    clock.advance(hours=2)
    quarters(connected, clock, 1)
    assert mended(connected) == ["missing"]


def empty_message(road: Road) -> None:
    """A message of the shop has come in which its order is missing."""
    with road.db.begin() as session:
        installation = session.scalars(select(Installation)).one()
        factories.message(session, installation, state="ignored", reason=SENDER_SEES_NOTHING, done_at=app_clock.now())


def test_webhooks_whose_user_may_no_longer_see_orders_are_made_anew(connected: Road, clock: FrozenClock) -> None:
    hooks = connected.shop.webhooks
    empty_message(connected)
    quarters(connected, clock, 2)
    assert (hooks.made_anew, mine(connected), mended(connected)) == (1, RIGHT, ["missing", "empty"])
    empty_message(connected)  # it did not help
    quarters(connected, clock, 4)
    assert hooks.made_anew == 1, "not again at once"
    quarters(connected, clock, 4)
    assert hooks.made_anew == 2


def test_webhooks_that_were_put_right_otherwise_are_made_anew_all_the_same(connected: Road, clock: FrozenClock) -> None:
    empty_message(connected)
    clock.advance(minutes=1)
    ref = next(iter(connected.shop.webhooks.hooks))
    connected.shop.webhooks.hooks[ref].active = False
    quarters(connected, clock, 2)
    assert connected.shop.webhooks.made_anew == 1


def test_webhooks_that_are_just_being_made_are_left_to_their_maker(connected: Road, clock: FrozenClock) -> None:
    connected.shop.webhooks.hooks.clear()
    with connected.db.begin() as session:
        later = app_clock.now() + timedelta(days=1)
        effects.owe(session, connected.store_id, "subscribe_webhooks", "installation:1", lane="setup", due_at=later)
    quarters(connected, clock, 1)
    assert (mine(connected), mended(connected)) == ([], ["missing"])


# --- looks ---


def test_a_look_that_fails_keeps_nobody_from_the_others(
    connected: Road, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(store: StoreSession) -> None:
        raise RemoteRejected("role_missing", 403)

    monkeypatch.setattr(connected.shop.webhooks, "list", refused)
    connected.shop.order("1001")
    quarters(connected, clock, 1)
    found = looks(connected)
    assert {kind: look.problem for kind, look in found.items() if look.problem} == {"webhooks": "role_missing"}
    assert found["webhooks"].next_at == app_clock.now() + timedelta(minutes=5)
    assert found["orders"].looked_at == app_clock.now()
    assert [order.order_ref for order in connected.rows(Order)] == ["1001"]


def test_a_store_that_was_down_for_a_day_is_caught_up_with(
    connected: Road, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed_since = connected.shop.changed_since

    def down(store: StoreSession, since: object) -> Iterator[OrderSnapshot]:
        raise RemoteUnavailable("refused")

    monkeypatch.setattr(connected.shop, "changed_since", down)
    for number in range(24):
        connected.shop.order(f"{number}")
        clock.advance(hours=1)
    quarters(connected, clock, 2)
    assert (looks(connected)["orders"].problem, connected.rows(Order)) == ("refused", [])
    monkeypatch.setattr(connected.shop, "changed_since", changed_since)
    quarters(connected, clock, 1)
    assert (looks(connected)["orders"].problem, len(connected.rows(Order))) == ("", 24)


# --- orders whose reward is held ---


def held(road: Road, *refs: str) -> None:
    """Orders whose rewards are on hold."""
    for ref in refs:
        _, code = road.claim()
        road.see(road.shop.order(ref, codes=[code]))
        road.work()
        reward = road.reward(ref)
        assert reward is not None
        assert reward.state == "held"


@pytest.fixture
def four_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """All held orders are read in four looks, so that a test need not take ninety-six."""
    monkeypatch.setattr(held_orders, "LOOKS_A_ROUND", 4)


@pytest.mark.usefixtures("four_a_day")
def test_an_erased_order_takes_its_held_reward_with_it(connected: Road, clock: FrozenClock) -> None:
    held(connected, "1001", "1002")
    del connected.shop.orders["1002"]
    quarters(connected, clock, 4)
    first, second = connected.reward("1001"), connected.reward("1002")
    assert first is not None
    assert second is not None
    assert (first.state, second.state, connected.balance("1002")) == ("held", "revoked", 0)


@pytest.mark.usefixtures("four_a_day")
def test_a_deleted_refund_gives_the_held_reward_its_worth_back(connected: Road, clock: FrozenClock) -> None:
    held(connected, "1001")
    whole = connected.balance("1001")
    refunded = connected.shop.refund("1001", 2000, "r1")
    connected.see(refunded)
    assert connected.balance("1001") < whole
    connected.shop.orders["1001"] = replace(refunded, refunds=(), refunded=Money(0, "EUR"))  # this changes no date
    quarters(connected, clock, 4)
    assert connected.balance("1001") == whole


@pytest.mark.usefixtures("four_a_day")
def test_each_held_order_is_read_once_a_day_and_spread_over_it(connected: Road, clock: FrozenClock) -> None:
    held(connected, "1", "2", "3", "4", "5")
    connected.shop.calls.clear()
    quarters(connected, clock, 6)
    assert [count for name, count in connected.shop.calls if name == "by_refs"] == [2, 2, 1]
    clock.advance(days=1)
    quarters(connected, clock, 1)
    assert [count for name, count in connected.shop.calls if name == "by_refs"] == [2, 2, 1, 2]
