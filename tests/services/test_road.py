"""From a claim to a reward, a step at a time, on both databases (R1 to R8, R12, R18)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.models import Claim, Coupon, Task
from integrations.events import Buyer, OrderStatus
from tests.engines.frozen import FrozenClock
from tests.paper_shop import eur
from tests.road import Road


def buy(road: Road, ref: str = "1001", **given: object) -> str:
    """A friend claims, buys with the code, and the shop tells us; returns the code."""
    _, code = road.claim()
    road.see(road.shop.order(ref, codes=[code], **given))
    return code


def issued(road: Road, clock: FrozenClock, ref: str = "1001", **given: object) -> str:
    """The friend's order was paid, its hold has passed, and the reward is a coupon; returns the reward's code."""
    buy(road, ref, **given)
    clock.advance(days=31)
    road.work()
    reward = road.reward(ref)
    assert reward is not None
    assert reward.state == "issued"
    (code,) = [each.code for each in road.rows(Coupon, id=reward.coupon_id)]
    return code


def test_shelf_stands_full_before_anybody_claims(road: Road) -> None:
    assert len(road.rows(Coupon, state="ready", purpose="shelf")) == 12
    assert road.shop.calls == [("issue", 12)]


def test_r2_coupon_of_a_claim_names_the_advocate(road: Road) -> None:
    buy(road)
    attribution = road.attribution("1001")
    assert attribution is not None
    assert (attribution.rule, attribution.state, attribution.advocate_id) == ("a", "qualified", road.advocate_id)


def test_r5_reward_is_held_and_then_becomes_a_coupon(road: Road, clock: FrozenClock) -> None:
    buy(road)
    road.work()
    reward = road.reward("1001")
    assert reward is not None
    assert (reward.state, reward.worth_minor) == ("held", 1000)
    assert reward.due_at == clock.now + timedelta(days=30)
    clock.advance(days=29)
    road.work()
    assert road.reward_coupons() == []
    clock.advance(days=1)
    road.work()
    (code,) = road.reward_coupons()
    assert road.shop.coupons[code].spec.amount == eur(1000)
    assert road.entries("1001") == [("earned", 1000), ("issued", -1000)]


def test_r3_same_message_again_changes_nothing(road: Road, clock: FrozenClock) -> None:
    _, code = road.claim()
    snapshot = road.shop.order("1001", codes=[code])
    for _ in range(5):
        road.see(snapshot)
    clock.advance(days=31)
    for _ in range(3):
        road.see(snapshot)
        road.work()
    assert len(road.reward_coupons()) == 1
    assert road.balance("1001") == 0


def test_r4_second_order_of_a_buyer_is_not_new(road: Road) -> None:
    road.see(road.shop.order("1000", buyer=Buyer(email="Karim@mail.test")))
    buy(road, "1001", buyer=Buyer(email="karim@mail.test"))
    attribution = road.attribution("1001")
    assert attribution is not None
    assert (attribution.state, attribution.reason) == ("rejected", "not_new")
    assert road.reward("1001") is None


def test_r8_earlier_order_that_arrives_late_takes_newness_away_before_the_release(
    road: Road, clock: FrozenClock
) -> None:
    before = clock.now - timedelta(days=3)
    buy(road, "1001", buyer=Buyer(email="karim@mail.test"))
    late = road.shop.order(
        "0999", buyer=Buyer(email="karim@mail.test"), placed_at=before, paid_at=before, updated_at=before
    )
    road.see(late)
    road.work()
    reward = road.reward("1001")
    assert reward is not None
    assert reward.state == "revoked"
    assert road.balance("1001") == 0


def test_r4_advocate_who_buys_with_the_own_code_earns_nothing(road: Road) -> None:
    buy(road, buyer=Buyer(email="s.a.r.a+tea@mail.test"))
    assert road.attribution("1001").state == "qualified"  # type: ignore[union-attr]
    buy(road, "1002", buyer=Buyer(email="SARA@mail.test"))
    attribution = road.attribution("1002")
    assert attribution is not None
    assert attribution.reason == "self_referral"


def test_r6_cash_on_delivery_earns_when_it_is_completed(road: Road, clock: FrozenClock) -> None:
    buy(road, gateway="cod", paid_at=None, outstanding=eur(4000))
    assert road.attribution("1001").state == "open"  # type: ignore[union-attr]
    assert road.reward("1001") is None
    clock.advance(days=3)
    road.see(
        road.shop.change(
            "1001", status=OrderStatus.COMPLETED, completed_at=clock.now, paid_at=clock.now, outstanding=eur(0)
        )
    )
    reward = road.reward("1001")
    assert reward is not None
    assert reward.hold_word == "completion"
    assert reward.due_at == clock.now + timedelta(days=30)


def test_r7_refund_before_the_release_revokes_the_reward(road: Road, clock: FrozenClock) -> None:
    buy(road)
    road.see(road.shop.refund("1001", 4000, "r1"))
    clock.advance(days=31)
    road.work()
    reward = road.reward("1001")
    assert reward is not None
    assert reward.state == "revoked"
    assert (road.balance("1001"), road.reward_coupons()) == (0, [])


def test_r7_refund_whose_message_was_lost_is_found_before_the_release(road: Road, clock: FrozenClock) -> None:
    buy(road)
    road.shop.refund("1001", 4000, "r1")
    clock.advance(days=31)
    road.work()
    assert road.reward_coupons() == []


def test_r7_unused_coupon_of_a_refunded_order_is_taken_back(road: Road, clock: FrozenClock) -> None:
    issued(road, clock)
    road.see(road.shop.refund("1001", 4000, "r1"))
    road.work()
    assert road.reward_coupons() == []
    reward = road.reward("1001")
    assert reward is not None
    assert reward.state == "revoked"
    assert road.entries("1001") == [("earned", 1000), ("issued", -1000), ("reversed", -1000), ("returned", 1000)]


def test_r7_spent_reward_of_a_refunded_order_becomes_a_debt_that_the_next_reward_settles(
    road: Road, clock: FrozenClock
) -> None:
    spent = issued(road, clock)
    road.see(road.shop.order("2001", codes=[spent], buyer=Buyer(email="sara@mail.test")))
    road.see(road.shop.refund("1001", 4000, "r1"))
    road.work()
    assert road.balance("1001") == -1000
    buy(road, "1002")
    clock.advance(days=31)
    road.work()
    assert road.balance("1001") == road.balance("1002") == 0
    assert road.entries("1002") == [("earned", 1000), ("netted", -1000)]
    assert road.reward_coupons() == []


def test_r7_debt_that_no_later_reward_settles_is_written_off(road: Road, clock: FrozenClock) -> None:
    spent = issued(road, clock)
    road.see(road.shop.order("2001", codes=[spent], buyer=Buyer(email="sara@mail.test")))
    road.see(road.shop.refund("1001", 4000, "r1"))
    clock.advance(days=179)
    road.work()
    assert road.balance("1001") == -1000
    clock.advance(days=1)
    road.work()
    assert road.balance("1001") == 0
    assert road.entries("1001")[-1] == ("written_off", 1000)


def test_r7_reward_spent_on_a_refunded_order_is_given_again_once(road: Road, clock: FrozenClock) -> None:
    spent = issued(road, clock)
    road.see(road.shop.order("2001", codes=[spent], buyer=Buyer(email="sara@mail.test")))
    road.work()
    assert road.reward_coupons() == []
    snapshot = road.shop.refund("2001", 4000, "r9")
    for _ in range(3):
        road.see(snapshot)
        road.work()
    (again,) = road.reward_coupons()
    assert again != spent
    assert road.balance("1001") == 0


def test_r7_reward_spent_on_a_cancelled_order_is_good_again_where_the_shop_freed_it(
    road: Road, clock: FrozenClock
) -> None:
    spent = issued(road, clock)
    road.see(road.shop.order("2001", codes=[spent], buyer=Buyer(email="sara@mail.test")))
    road.see(road.shop.cancel("2001"))
    road.work()
    assert road.reward_coupons() == [spent]


def test_cancelled_order_is_reversed_and_its_claim_can_pay_for_the_next(road: Road) -> None:
    code = buy(road)
    road.see(road.shop.cancel("1001"))
    assert road.attribution("1001").state == "reversed"  # type: ignore[union-attr]
    road.see(road.shop.order("1002", codes=[code]))
    assert road.attribution("1002").state == "qualified"  # type: ignore[union-attr]


def test_r1_one_claim_pays_for_one_order(road: Road) -> None:
    code = buy(road)
    road.see(road.shop.order("1002", codes=[code]))
    attribution = road.attribution("1002")
    assert attribution is None or attribution.state == "rejected"
    assert road.reward("1002") is None


def test_r12_coupon_used_but_never_claimed_burns_its_shelf_and_opens_a_task(road: Road) -> None:
    leaked = road.rows(Coupon, state="ready")[0].code
    road.see(road.shop.order("1001", codes=[leaked]))
    road.work()
    assert road.attribution("1001") is None
    with road.db.read() as session:
        task = session.scalars(select(Task)).one()
        assert task.kind == "unclaimed_coupon_used"
    fresh = road.rows(Coupon, state="ready")
    assert len(fresh) == 12
    assert set(road.shop.coupons) == {coupon.code for coupon in fresh} | {leaked}


def test_r12_claimed_coupon_expires_in_the_store_with_the_date_shown(road: Road) -> None:
    _, code = road.claim()
    road.work()
    (claim,) = road.rows(Claim)
    assert road.shop.coupons[code].spec.expires_at == claim.expires_at


def test_r18_test_order_runs_the_whole_road_and_takes_its_coupon_back(road: Road) -> None:
    road.see(road.shop.order("1000", buyer=Buyer(email="sara@mail.test")))
    _, code = road.claim(is_test=True)
    road.see(road.shop.order("1001", codes=[code], buyer=Buyer(email="sara@mail.test")))
    road.work()
    attribution, reward = road.attribution("1001"), road.reward("1001")
    assert attribution is not None
    assert (attribution.state, attribution.is_test) == ("qualified", True)
    assert reward is not None
    assert (reward.state, reward.reason) == ("revoked", "test_order")
    assert road.reward_coupons() == []
