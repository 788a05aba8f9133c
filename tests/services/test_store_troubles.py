"""Lost answers, a store that is down for a day, a store that says no."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import Coupon, Effect, Task
from integrations.errors import RemoteOutcomeUnknown, RemoteRejected, RemoteUnavailable
from tests.engines.frozen import FrozenClock
from tests.road import Road


def buy(road: Road, ref: str = "1001", **given: object) -> str:
    """A friend claims, buys with the code, and the shop tells us; returns the code."""
    _, code = road.claim()
    road.see(road.shop.order(ref, codes=[code], **given))
    return code


@pytest.mark.parametrize("answer", ["before", "after"])
def test_lost_answer_leaves_no_coupon_missing_and_none_twice(road: Road, clock: FrozenClock, answer: str) -> None:
    lost = RemoteOutcomeUnknown("timeout")
    (road.shop.trouble if answer == "before" else road.shop.lost).append(lost)
    buy(road)
    clock.advance(days=31)
    road.work()
    road.shop.trouble.clear()
    clock.advance(minutes=5)
    road.work()
    assert len(road.reward_coupons()) == 1
    assert road.balance("1001") == 0
    ours = {coupon.code for coupon in road.rows(Coupon) if coupon.state in ("ready", "claimed", "used")}
    assert set(road.shop.coupons) == ours


def test_store_that_is_down_for_a_day_gets_everything_afterwards(road: Road, clock: FrozenClock) -> None:
    buy(road)
    clock.advance(days=31)
    for _ in range(24):
        road.shop.trouble = [RemoteUnavailable("refused")] * 3
        road.work()
        clock.advance(hours=1)
    road.shop.trouble = []
    clock.advance(hours=6)
    road.work()
    assert len(road.reward_coupons()) == 1
    assert len(road.rows(Coupon, state="ready", purpose="shelf")) >= 12


def test_shop_that_says_no_stops_the_effect_and_tells_a_person(road: Road, clock: FrozenClock) -> None:
    buy(road)
    clock.advance(days=31)
    road.shop.refuse = lambda spec: "mismatch_amount"
    road.work()
    reward = road.reward("1001")
    assert reward is not None
    assert (reward.state, reward.reason) == ("failed", "coupon_refused")
    with road.db.read() as session:
        assert {task.reason for task in session.scalars(select(Task))} == {"mismatch_amount"}
    road.shop.refuse = lambda _: None


def test_rejected_call_is_stopped_and_shown(road: Road) -> None:
    road.shop.trouble = [RemoteRejected("coupons_disabled")]
    buy(road)
    road.work()
    with road.db.read() as session:
        stopped = session.scalars(select(Effect).where(Effect.state == "stopped")).all()
        assert [effect.reason for effect in stopped] == ["coupons_disabled"]
