"""Lost answers, a store that is down for a day, a store that says no."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.models import Claim, Coupon, Effect, Task
from app.services import effects, order_walks, shelf
from integrations.errors import ItemRefused, RemoteOutcomeUnknown, RemoteRejected, RemoteUnavailable
from tests.engines.frozen import FrozenClock
from tests.road import Road

SIX_HOURS = timedelta(hours=6)


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


def retire_shelf(road: Road) -> list[str]:
    """Everything unclaimed is to be taken back; returns the codes in the order in which the worker comes to them."""
    standing = road.rows(Coupon, state="ready", purpose="shelf")
    shelf.retire_now(road.store_id, standing[0].fingerprint)
    return [coupon.code for coupon in standing]


def test_coupon_that_the_shop_refuses_to_revoke_is_set_aside_and_the_others_go(road: Road) -> None:
    foreign, *others = retire_shelf(road)
    road.shop.stuck[foreign] = ItemRefused("not_ours")
    road.work()
    assert foreign in road.shop.coupons
    assert not set(others) & set(road.shop.coupons)
    (kept,) = road.rows(Coupon, code=foreign)
    assert (kept.state, kept.reason) == ("refused", "not_ours")
    with road.db.read() as session:
        (task,) = session.scalars(select(Task))
        assert (task.kind, task.reason, task.evidence) == ("coupon_not_revoked", "not_ours", {"code": foreign})
        assert session.scalars(select(Effect.state).where(Effect.kind == "revoke_coupons")).one() == "done"


@pytest.mark.parametrize("error", [RemoteUnavailable("server_error_500"), RemoteRejected("blocked", 403)])
def test_coupon_over_which_the_shop_fails_waits_and_the_others_go(
    road: Road, clock: FrozenClock, error: Exception
) -> None:
    broken, *others = retire_shelf(road)
    road.shop.stuck[broken] = error
    road.work()
    assert not set(others) & set(road.shop.coupons)
    assert road.rows(Coupon, code=broken)[0].state == "revoking"
    road.shop.stuck.clear()
    with road.db.begin() as session:
        effects.owe(session, road.store_id, "revoke_coupons", "store", lane="coupons")
    road.work()
    assert broken not in road.shop.coupons


def test_shop_that_is_down_is_not_asked_about_every_coupon(road: Road) -> None:
    codes = retire_shelf(road)
    road.shop.stuck = {code: RemoteUnavailable("connection_lost") for code in codes}
    before = len(road.shop.calls)
    road.work()
    assert [name for name, _ in road.shop.calls[before:]].count("revoke") == 3


def test_friend_whose_coupon_was_deleted_before_it_was_narrowed_gets_another(road: Road) -> None:
    claim_id, code = road.claim()
    del road.shop.coupons[code]
    road.work()
    (claim,) = road.rows(Claim, id=claim_id)
    (given,) = road.rows(Coupon, id=claim.coupon_id)
    assert given.code != code
    assert given.code in road.shop.coupons


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("error", [RemoteUnavailable("server_error_503"), RemoteRejected("blocked", 403)])
def test_store_that_is_away_for_five_days_catches_up_by_itself(
    road: Road, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    with road.db.begin() as session:
        order_walks.begin(session, road.store_id)
    road.work()
    buy(road)
    clock.advance(days=31)
    _, code = road.claim()

    def nobody_answers(name: str, count: int) -> None:
        raise error

    with monkeypatch.context() as away:
        away.setattr(road.shop, "call", nobody_answers)
        for _ in range(5 * 12):
            road.work()
            clock.advance(hours=2)
        assert given_up(road) >= {"push_coupons", "narrow_coupon", "release_reward"}
    clock.advance(minutes=15)
    road.work()
    assert given_up(road) == set()
    assert len(road.reward_coupons()) == 1
    (claim,) = [each for each in road.rows(Claim) if each.coupon_id == road.rows(Coupon, code=code)[0].id]
    assert road.shop.coupons[code].spec.expires_at == claim.expires_at


def given_up(road: Road) -> set[str]:
    """Kinds of effects that are not tried any more."""
    with road.db.read() as session:
        return set(session.scalars(select(Effect.kind).where(Effect.state == "stopped")))


def test_what_waits_for_a_store_is_tried_when_the_store_answers_a_look(road: Road, clock: FrozenClock) -> None:
    with road.db.begin() as session:
        order_walks.begin(session, road.store_id)
    road.work()
    clock.advance(minutes=16)
    claim_id, code = road.claim()
    road.shop.trouble = [RemoteUnavailable("connection_lost")] * 2  # the look, and the coupon
    road.work()
    with road.db.begin() as session:  # tried for a day already
        session.execute(update(Effect).where(Effect.kind == "narrow_coupon").values(due_at=clock.now + SIX_HOURS))
    clock.advance(minutes=6)
    road.work()
    (claim,) = road.rows(Claim, id=claim_id)
    assert road.shop.coupons[code].spec.expires_at == claim.expires_at
