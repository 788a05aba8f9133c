"""R8, R11: which reward an order is promised, by its rank and its placing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.programs import AdvocateReward, Boost, RewardKind, Rules, Tier
from app.domain.promises import Promise, boost_at, free_rank, highest_rank, in_force, is_plain
from tests.domain.builders import FIXED, PERCENT, PLACED, SHARE, rules

TWENTY = AdvocateReward(kind=RewardKind.FIXED, amount_minor=2000)
FIFTY = AdvocateReward(kind=RewardKind.FIXED, amount_minor=5000)
TIERED = rules(reward=FIXED, tiers=(Tier(from_rank=3, reward=TWENTY), Tier(from_rank=10, reward=FIFTY)))
DAY = timedelta(days=1)
DOUBLE = Boost(starts_at=PLACED, ends_at=PLACED + DAY, factor_points=20_000)


def earned(of: Rules, rank: int = 1, placed_at: object = PLACED) -> AdvocateReward:
    return in_force(of, rank=rank, placed_at=placed_at).reward  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rank", "reward"), [(1, FIXED), (2, FIXED), (3, TWENTY), (9, TWENTY), (10, FIFTY), (1000, FIFTY)]
)
def test_r8_each_friend_earns_by_their_rank(rank: int, reward: AdvocateReward) -> None:
    assert earned(TIERED, rank) == reward


def test_r11_boost_raises_what_was_placed_while_it_was_on_its_last_second_included() -> None:
    boosted = rules(reward=FIXED, boosts=(DOUBLE,))
    before, last, after = PLACED - timedelta(microseconds=1), PLACED + DAY - timedelta(microseconds=1), PLACED + DAY
    amounts = [earned(boosted, placed_at=at).amount_minor for at in (before, PLACED, last, after)]
    assert amounts == [1000, 2000, 2000, 1000]
    assert [boost_at(boosted, at) for at in (before, last)] == [None, DOUBLE]


def test_r11_boost_raises_a_share_and_the_tier_that_was_reached() -> None:
    assert earned(rules(reward=SHARE, boosts=(DOUBLE,))) == replace(SHARE, basis_points=2000)
    assert earned(rules(reward=PERCENT, boosts=(replace(DOUBLE, factor_points=12_500),))).basis_points == 2500
    assert earned(replace(TIERED, boosts=(DOUBLE,)), rank=3).amount_minor == 4000


def test_rules_in_force_leave_nothing_to_be_chosen() -> None:
    chosen = in_force(replace(TIERED, boosts=(DOUBLE,)), rank=1, placed_at=PLACED + DAY)
    assert chosen == rules(reward=FIXED)
    assert is_plain(chosen)
    assert not is_plain(TIERED)
    assert not is_plain(rules(boosts=(DOUBLE,)))
    assert (highest_rank(TIERED), highest_rank(rules())) == (10, 1)


def test_reward_remembers_its_terms_only_where_a_rank_decided_them() -> None:
    assert Promise(rules()).terms is None
    assert Promise(rules(reward=TWENTY), 3).terms == TWENTY


@pytest.mark.parametrize(
    ("before", "rank"),
    [
        ({}, 1),
        ({None: 2}, 3),
        ({1: 1, 2: 1, None: 1}, 4),
        ({2: 1}, 1),  # what fell out before it left its rank free
        ({2: 1, None: 1}, 3),
        ({1: 1, 3: 1, None: 1}, 4),
        ({1: 2}, 3),  # one of the two had fallen out and came back
        ({3: 1, 4: 1}, 1),
    ],
)
def test_r8_order_takes_the_next_rank_that_no_released_one_keeps(before: dict[int | None, int], rank: int) -> None:
    assert free_rank(before) == rank
