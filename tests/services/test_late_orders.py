"""Orders that we hear of after others that were placed later: one claim pays once (R1), and what was released stays as
it is (R8)."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select

from app.models import Effect
from app.services import decisions, orders, readback
from integrations.events import Buyer, OrderSnapshot, OrderStatus
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.paper_shop import eur
from tests.road import Road

KARIM = Buyer(email="karim@mail.test")


def standing(road: Road, *refs: str) -> dict[str, tuple[str, str, int]]:
    """Of each order: the referral's state, its reason, and what its reward is worth."""
    found = {}
    for ref in refs:
        attribution, reward = road.attribution(ref), road.reward(ref)
        assert attribution is not None
        found[ref] = (attribution.state, attribution.reason, reward.worth_minor if reward else 0)
    return found


def unpaid(road: Road, ref: str, code: str, **given: Any) -> OrderSnapshot:
    """An order that is placed, and not paid yet."""
    return road.shop.order(ref, codes=[code], paid_at=None, status=OrderStatus.PENDING, outstanding=eur(4000), **given)


def pay(road: Road, clock: FrozenClock, ref: str) -> OrderSnapshot:
    """The order is paid now."""
    return road.shop.change(ref, paid_at=clock.now, status=OrderStatus.PROCESSING, outstanding=eur(0))


def test_r1_earlier_order_that_qualifies_later_takes_the_claim_over(road: Road, clock: FrozenClock) -> None:
    _, code = road.claim()
    road.see(unpaid(road, "1001", code))
    clock.advance(hours=1)
    road.see(road.shop.order("1002", codes=[code]))
    assert standing(road, "1001", "1002") == {
        "1001": ("open", "waiting_payment", 0),
        "1002": ("qualified", "qualified", 1000),
    }
    road.see(pay(road, clock, "1001"))
    road.work()
    assert standing(road, "1001", "1002") == {
        "1001": ("qualified", "qualified", 1000),
        "1002": ("rejected", "claim_already_paid", 0),
    }
    clock.advance(days=31)
    road.work()
    assert len(road.reward_coupons()) == 1


@pytest.mark.parametrize("rules", [replace(factories.RULES, trigger="completed")])
def test_r1_it_does_so_where_completion_and_not_payment_makes_it_qualify(road: Road, clock: FrozenClock) -> None:
    _, code = road.claim()
    road.see(road.shop.order("1001", codes=[code]))
    clock.advance(hours=1)
    done = {"status": OrderStatus.COMPLETED, "completed_at": clock.now}
    road.see(road.shop.order("1002", codes=[code], **done))
    road.see(road.shop.change("1001", **done))
    road.work()
    assert [each[0] for each in standing(road, "1001", "1002").values()] == ["qualified", "rejected"]


def test_r1_it_does_so_where_an_edit_makes_it_qualify(road: Road, clock: FrozenClock) -> None:
    _, code = road.claim()
    road.see(road.shop.order("1001", codes=[code], goods=100))
    clock.advance(hours=1)
    road.see(road.shop.order("1002", codes=[code]))
    assert standing(road, "1002")["1002"][0] == "qualified"
    road.see(road.shop.change("1001", goods=eur(4000), total=eur(4000)))
    road.work()
    assert [each[0] for each in standing(road, "1001", "1002").values()] == ["qualified", "rejected"]


def test_r1_later_order_whose_reward_was_released_keeps_the_claim(road: Road, clock: FrozenClock) -> None:
    _, code = road.claim()
    road.see(unpaid(road, "1001", code))
    clock.advance(hours=1)
    road.see(road.shop.order("1002", codes=[code]))
    clock.advance(days=31)
    road.work()
    given = road.reward_coupons()
    assert len(given) == 1
    road.see(pay(road, clock, "1001"))
    road.work()
    clock.advance(days=31)
    road.work()
    assert standing(road, "1001", "1002") == {
        "1001": ("rejected", "claim_already_paid", 0),
        "1002": ("qualified", "qualified", 1000),
    }
    assert road.reward_coupons() == given
    assert road.entries("1002") == [("earned", 1000), ("issued", -1000)]


def test_r1_claim_of_a_released_order_that_was_given_back_pays_for_the_other(road: Road, clock: FrozenClock) -> None:
    _, code = road.claim()
    road.see(unpaid(road, "1001", code))
    clock.advance(hours=1)
    road.see(road.shop.order("1002", codes=[code]))
    clock.advance(days=31)
    road.work()
    road.see(pay(road, clock, "1001"))
    road.see(road.shop.refund("1002", 4000, "r1"))
    road.work()
    assert [each[0] for each in standing(road, "1001", "1002").values()] == ["qualified", "rejected"]
    assert (road.balance("1002"), road.reward_coupons()) == (0, [])
    road.see(road.shop.change("1002", refunds=(), refunded=eur(0), status=OrderStatus.COMPLETED))
    road.work()
    assert [each[0] for each in standing(road, "1001", "1002").values()] == ["qualified", "rejected"]


def test_r1_order_that_came_second_is_paid_when_the_first_is_cancelled_afterwards(
    road: Road, clock: FrozenClock
) -> None:
    _, code = road.claim()
    road.see(road.shop.order("1001", codes=[code]))
    clock.advance(hours=1)
    road.see(road.shop.order("1002", codes=[code]))
    road.see(road.shop.cancel("1001"))
    road.work()
    assert [each[0] for each in standing(road, "1001", "1002").values()] == ["reversed", "qualified"]


@pytest.mark.parametrize("arrival", list(itertools.permutations(range(4))), ids=str)
@pytest.mark.engines("sqlite")
def test_r8_two_orders_of_one_claim_end_alike_in_any_order_of_arrival(
    road: Road, clock: FrozenClock, arrival: tuple[int, ...]
) -> None:
    _, code = road.claim()
    seen = [unpaid(road, "1001", code)]
    clock.advance(hours=1)
    seen += [unpaid(road, "1002", code), pay(road, clock, "1002"), pay(road, clock, "1001")]
    for place in arrival:
        road.see(seen[place])
    road.work()
    assert standing(road, "1001", "1002") == {
        "1001": ("qualified", "qualified", 1000),
        "1002": ("rejected", "claim_already_paid", 0),
    }


def test_r8_late_order_takes_no_newness_from_what_was_released(road: Road, clock: FrozenClock) -> None:
    placed = clock.now
    early, late = road.claim()[1], road.claim()[1]
    clock.advance(hours=1)
    road.see(road.shop.order("1002", codes=[late], buyer=KARIM))
    clock.advance(days=31)
    road.work()
    given = road.reward_coupons()
    road.see(road.shop.order("1001", codes=[early], buyer=KARIM, placed_at=placed, paid_at=placed, updated_at=placed))
    road.work()
    road.see(road.shop.change("1002", status=OrderStatus.COMPLETED))
    clock.advance(days=31)
    road.work()
    assert standing(road, "1001", "1002") == {
        "1001": ("rejected", "not_new", 0),
        "1002": ("qualified", "qualified", 1000),
    }
    assert road.reward_coupons() == given
    assert road.entries("1002") == [("earned", 1000), ("issued", -1000)]


def test_r7_refund_of_a_released_order_still_acts_after_a_late_one(road: Road, clock: FrozenClock) -> None:
    test_r8_late_order_takes_no_newness_from_what_was_released(road, clock)
    road.see(road.shop.refund("1002", 4000, "r1"))
    road.work()
    assert road.reward_coupons() == []
    assert road.balance("1002") == 0


@pytest.mark.parametrize("rules", [replace(factories.RULES, cap_rewards=1, cap_days=30)])
def test_r10_late_order_takes_the_next_free_rank_under_the_cap(road: Road, clock: FrozenClock) -> None:
    placed = clock.now
    early, late = road.claim()[1], road.claim()[1]
    clock.advance(hours=1)
    road.see(road.shop.order("1002", codes=[late]))
    clock.advance(days=31)
    road.work()
    road.see(road.shop.order("1001", codes=[early], placed_at=placed, paid_at=placed, updated_at=placed))
    road.work()
    assert standing(road, "1001", "1002") == {
        "1001": ("rejected", "cap_reached", 0),
        "1002": ("qualified", "qualified", 1000),
    }
    assert len(road.reward_coupons()) == 1


def test_r8_order_that_lost_its_newness_unheard_is_not_released(road: Road, clock: FrozenClock) -> None:
    """Whatever became of the look that was owed: the release decides anew."""
    placed = clock.now
    clock.advance(hours=1)
    code = road.claim()[1]
    road.see(road.shop.order("1002", codes=[code], buyer=KARIM))
    earlier = road.shop.order("1001", buyer=KARIM, placed_at=placed, paid_at=placed, updated_at=placed)
    road.see(earlier)
    with road.db.begin() as session:
        session.execute(delete(Effect).where(Effect.kind == "settle_order"))
    clock.advance(days=31)
    road.work()
    assert road.reward_coupons() == []


def test_r1_order_that_qualifies_while_another_of_its_claim_is_released_pays_alone(
    road: Road, clock: FrozenClock
) -> None:
    _, code = road.claim()
    road.see(unpaid(road, "1001", code))
    clock.advance(hours=1)
    road.see(road.shop.order("1002", codes=[code]))
    clock.advance(days=31)
    reward = road.reward("1002")
    assert reward is not None
    pay(road, clock, "1001")
    releasing = threading.Thread(target=readback.release, args=(road.store_id, reward.id))
    with road.db.begin() as session:
        orders.see(session, road.store_id, road.shop.orders["1001"], source="webhook", seen_at=clock.now)
        decisions.settle(session, road.store_id, "1001")
        releasing.start()
        releasing.join(0.5)
        assert releasing.is_alive()  # it waits for what becomes of the other order
    releasing.join()
    road.work()
    clock.advance(days=31)
    road.work()
    assert [each[0] for each in standing(road, "1001", "1002").values()] == ["qualified", "rejected"]
    assert len(road.reward_coupons()) == 1


def test_orders_that_come_in_their_order_are_decided_once_each(road: Road) -> None:
    """An advocate with a thousand friends costs a thousand decisions, not a million, in one second too."""
    for number in range(4):
        road.see(road.shop.order(f"{1001 + number}", codes=[road.claim()[1]]))
    with road.db.read() as session:
        assert session.scalars(select(Effect.subject).where(Effect.kind == "settle_order")).all() == []


def test_r8_oddity_same_instant_as_a_reading_is_read_again(road: Road, clock: FrozenClock) -> None:
    """Cancelled and restored within a second: the restored order looks as it did before, and the reading between the
    two would count."""
    paid = road.shop.order("1001", codes=[road.claim()[1]])
    road.see(paid)
    road.shop.change("1001", status=OrderStatus.CANCELLED, updated_at=paid.updated_at)
    road.see(road.shop.orders["1001"])
    clock.advance(seconds=0.2)
    road.work()
    assert standing(road, "1001")["1001"][0] == "reversed"
    clock.advance(seconds=0.2)
    road.shop.orders["1001"] = paid
    road.see(paid, source="walk")
    road.work()
    assert standing(road, "1001")["1001"] == ("qualified", "qualified", 1000)
