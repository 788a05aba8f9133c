"""R8, R11: rewards that depend on how many friends came before, and on the day on which the order was placed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.programs import AdvocateReward, Approval, Boost, RewardKind, Tier
from app.models import ProgramVersion, Store
from app.services import support
from app.services.support import Act
from integrations.events import OrderStatus
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.road import Road

TWENTY = AdvocateReward(kind=RewardKind.FIXED, amount_minor=2000)
QUARTER_OFF = AdvocateReward(kind=RewardKind.PERCENT, basis_points=2500)
TIERED = replace(factories.RULES, tiers=(Tier(from_rank=2, reward=TWENTY), Tier(from_rank=3, reward=QUARTER_OFF)))


def buy(road: Road, clock: FrozenClock, *refs: str) -> None:
    """Friends take a code and order, one an hour."""
    for ref in refs:
        clock.advance(hours=1)
        road.see(road.shop.order(ref, codes=[road.claim()[1]]))
    road.work()


def worth(road: Road, *refs: str) -> list[tuple[str, int, int | None]]:
    """Of each order: kind and worth of its reward, and its rank."""
    rewards = [road.reward(ref) for ref in refs]
    return [(each.kind, each.worth_minor, each.rank) for each in rewards if each]


@pytest.mark.parametrize("rules", [TIERED])
def test_r8_each_friend_earns_by_their_rank_and_the_shop_gets_that_coupon(road: Road, clock: FrozenClock) -> None:
    buy(road, clock, "1", "2", "3", "4")
    expected = [("fixed", 1000, 1), ("fixed", 2000, 2), ("percent", 1, 3), ("percent", 1, 4)]
    assert worth(road, "1", "2", "3", "4") == expected
    clock.advance(days=31)
    road.work()
    specs = [road.shop.coupons[code].spec for code in road.reward_coupons()]
    given = sorted((str(each.kind), each.basis_points, each.amount.minor if each.amount else 0) for each in specs)
    assert given == [("fixed", 0, 1000), ("fixed", 0, 2000), ("percent", 2500, 0), ("percent", 2500, 0)]


@pytest.mark.parametrize("rules", [TIERED])
def test_r8_when_a_friend_falls_out_those_after_move_up(road: Road, clock: FrozenClock) -> None:
    buy(road, clock, "1", "2", "3")
    road.see(road.shop.cancel("1"))
    road.work()
    assert worth(road, "2", "3") == [("fixed", 1000, 1), ("fixed", 2000, 2)]
    assert (road.balance("1"), road.balance("2"), road.balance("3")) == (0, 1000, 2000)
    road.see(road.shop.change("1", status=OrderStatus.PROCESSING, cancelled_at=None))
    road.work()
    assert worth(road, "1", "2", "3") == [("fixed", 1000, 1), ("fixed", 2000, 2), ("percent", 1, 3)]


@pytest.mark.parametrize("rules", [TIERED])
def test_r8_what_was_released_keeps_its_tier_and_the_free_rank_is_given_once(road: Road, clock: FrozenClock) -> None:
    buy(road, clock, "1", "2")
    clock.advance(days=31)
    road.work()
    road.see(road.shop.refund("1", 4000, "r1"))
    buy(road, clock, "3", "4")
    assert worth(road, "2", "3", "4") == [("fixed", 2000, 2), ("fixed", 1000, 1), ("percent", 1, 3)]
    assert road.entries("2") == [("earned", 2000), ("issued", -2000)]


@pytest.mark.parametrize("rules", [TIERED])
def test_r8_late_order_takes_the_next_free_rank(road: Road, clock: FrozenClock) -> None:
    placed, early = clock.now, road.claim()[1]
    buy(road, clock, "2")
    clock.advance(days=31)
    road.work()
    given = road.reward_coupons()
    road.see(road.shop.order("1", codes=[early], placed_at=placed, paid_at=placed, updated_at=placed))
    road.work()
    assert worth(road, "1", "2") == [("fixed", 2000, 2), ("fixed", 1000, 1)]
    assert set(given) <= set(road.reward_coupons())


@pytest.mark.parametrize("rules", [TIERED])
def test_r8_late_order_that_nothing_released_stands_before_moves_the_others(road: Road, clock: FrozenClock) -> None:
    placed, early = clock.now, road.claim()[1]
    buy(road, clock, "2", "3")
    road.see(road.shop.order("1", codes=[early], placed_at=placed, paid_at=placed, updated_at=placed))
    road.work()
    assert worth(road, "1", "2", "3") == [("fixed", 1000, 1), ("fixed", 2000, 2), ("percent", 1, 3)]


def test_r11_boost_counts_by_the_hour_at_which_the_order_was_placed(road: Road, clock: FrozenClock) -> None:
    starts = clock.now + timedelta(days=1)
    boost = Boost(starts_at=starts, ends_at=starts + timedelta(days=1), factor_points=20_000)
    with road.db.begin() as session:
        version = session.get_one(ProgramVersion, road.version_id)
        version.rules = replace(version.rules, boosts=(boost,))
    buy(road, clock, "1")
    clock.move_to(starts - timedelta(hours=1))
    buy(road, clock, "2")
    clock.move_to(boost.ends_at - timedelta(hours=1, microseconds=1))
    buy(road, clock, "3")
    buy(road, clock, "4")
    assert [each[1] for each in worth(road, "1", "2", "3", "4")] == [1000, 2000, 2000, 1000]


@pytest.mark.parametrize("rules", [TIERED])
def test_r8_order_that_goes_to_another_advocate_moves_up_those_of_the_former(road: Road, clock: FrozenClock) -> None:
    buy(road, clock, "1", "2", "3")
    with road.db.begin() as session:
        store, version = session.get_one(Store, road.store_id), session.get_one(ProgramVersion, road.version_id)
        other = factories.advocate(session, version, factories.person(session, store))
        account = factories.account(session)
    support.link(Act(store_id=road.store_id, account_id=account.id, reason="she called"), "1", other.code)
    road.work()
    assert worth(road, "1", "2", "3") == [("fixed", 1000, 1), ("fixed", 1000, 1), ("fixed", 2000, 2)]


@pytest.mark.parametrize("rules", [replace(TIERED, cap_rewards=2)])
def test_r10_a_capped_order_has_no_rank_and_takes_the_next_one_when_it_may_earn(road: Road, clock: FrozenClock) -> None:
    buy(road, clock, "1", "2", "3")
    capped = road.attribution("3")
    assert capped is not None
    assert (capped.reason, road.reward("3")) == ("cap_reached", None)
    road.see(road.shop.cancel("1"))
    road.work()
    assert worth(road, "2", "3") == [("fixed", 1000, 1), ("fixed", 2000, 2)]


@pytest.mark.parametrize("rules", [replace(TIERED, approval=Approval.ABOVE, approval_above_minor=1500)])
def test_r5_approval_above_an_amount_asks_for_the_tier_that_was_reached(road: Road, clock: FrozenClock) -> None:
    buy(road, clock, "1", "2")
    clock.advance(days=31)
    road.work()
    rewards = [road.reward(ref) for ref in ("1", "2")]
    assert [each.state for each in rewards if each] == ["issued", "held"]
    assert [each.reason for each in rewards if each] == ["issued", "waiting_approval"]
