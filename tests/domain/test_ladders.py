"""Tiers and boosts that cannot stand are refused; margin and budget count with the dearest of them (R4, R10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.budgets import Uses, held_by_code, stand
from app.domain.program_faults import HIGHEST_RANK, MOST_BOOSTS, MOST_TIERS, Fault, faults
from app.domain.programs import AdvocateReward, Boost, FriendOffer, OfferKind, Rules, Tier
from tests.domain.builders import FIXED, FREE_SHIPPING, PERCENT, PLACED, rules

DAY = timedelta(days=1)
TWENTY = replace(FIXED, amount_minor=2000)
FIVE_OFF = FriendOffer(kind=OfferKind.FIXED, amount_minor=500)
DOUBLE = Boost(starts_at=PLACED, ends_at=PLACED + DAY, factor_points=20_000)


def sound(**changes: object) -> Rules:
    """5.00 for the friend and 10.00 for the advocate, from 50.00."""
    return rules(**({"friend": FIVE_OFF, "reward": FIXED, "minimum_minor": 5000} | changes))


def tiers(*from_ranks: int, reward: AdvocateReward = TWENTY) -> tuple[Tier, ...]:
    return tuple(Tier(from_rank=rank, reward=reward) for rank in from_ranks)


def boosts(*days: tuple[int, int], factor_points: int = 20_000) -> tuple[Boost, ...]:
    return tuple(
        Boost(starts_at=PLACED + first * DAY, ends_at=PLACED + end * DAY, factor_points=factor_points)
        for first, end in days
    )


def found(program: Rules) -> list[tuple[str, str]]:
    return [(each.field, each.reason) for each in faults(program)]


def test_tiers_and_boosts_that_stand_are_saved() -> None:
    assert faults(sound(minimum_minor=9000, tiers=tiers(2, 3, 10, HIGHEST_RANK), boosts=boosts((0, 1), (1, 2)))) == ()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"tiers": tiers(1)}, ("tiers.0.from_rank", "out_of_range")),
        ({"tiers": tiers(3, 3)}, ("tiers.1.from_rank", "out_of_range")),
        ({"tiers": tiers(HIGHEST_RANK + 1)}, ("tiers.0.from_rank", "out_of_range")),
        ({"tiers": tiers(*range(2, MOST_TIERS + 3))}, ("tiers", "too_many")),
        ({"tiers": tiers(2, reward=replace(FIXED, amount_minor=0))}, ("tiers.0.reward.amount_minor", "out_of_range")),
        ({"tiers": tiers(2, reward=replace(PERCENT, basis_points=0))}, ("tiers.0.reward.basis_points", "out_of_range")),
        ({"boosts": boosts((1, 1))}, ("boosts.0.ends_at", "ends_before_it_begins")),
        ({"boosts": boosts((0, 2), (1, 3))}, ("boosts.1.starts_at", "boosts_overlap")),
        ({"boosts": boosts((0, 1), factor_points=10_000)}, ("boosts.0.factor_points", "out_of_range")),
        ({"boosts": boosts((0, 1), factor_points=100_001)}, ("boosts.0.factor_points", "out_of_range")),
        ({"boosts": boosts(*((day, day + 1) for day in range(MOST_BOOSTS + 1)))}, ("boosts", "too_many")),
        ({"boosts": boosts((0, 1)), "reward": FREE_SHIPPING}, ("boosts.0.factor_points", "nothing_to_raise")),
    ],
)
def test_what_cannot_stand_is_refused_where_it_stands(changes: dict[str, object], fault: tuple[str, str]) -> None:
    assert fault in found(sound(**changes))


def test_a_raised_share_is_at_most_the_whole() -> None:
    half = replace(PERCENT, basis_points=5000)
    limits = (("least", 10_001), ("most", 20_000))
    raised = sound(reward=half, margin_limit_points=10_000, boosts=boosts((0, 1), factor_points=20_100))
    assert faults(raised) == (Fault("boosts.0.factor_points", "out_of_range", limits),)


def test_r4_margin_counts_with_every_tier_and_boost() -> None:
    """5.00 and 20.00 are half of 50.00; a cent more is refused, and so is what a boost makes of the tier."""
    assert faults(sound(tiers=tiers(10))) == ()
    (fault,) = faults(sound(tiers=tiers(10, reward=replace(FIXED, amount_minor=2001))))
    assert (fault.field, fault.reason, dict(fault.figures)["needs_minimum_minor"]) == (
        "minimum_minor", "margin_passed", 5002,
    )  # fmt: skip
    assert found(sound(boosts=boosts((0, 1)))) == []
    assert found(sound(boosts=boosts((0, 1), factor_points=20_100))) == [("minimum_minor", "margin_passed")]
    assert found(sound(tiers=tiers(10), boosts=boosts((0, 1)))) == [("minimum_minor", "margin_passed")]


def test_r10_a_code_holds_the_dearest_that_its_order_may_earn() -> None:
    assert held_by_code(sound(tiers=tiers(10)), 0, PLACED) == 500 + 2000
    boosted = sound(boosts=boosts((31, 32)))
    assert held_by_code(boosted, 0, PLACED) == 500 + 1000, "it begins after the code's last day"
    assert held_by_code(boosted, 0, PLACED + DAY) == 500 + 2000
    assert held_by_code(boosted, 0, PLACED + 32 * DAY) == 500 + 1000, "it is over"


def test_r10_a_percent_coupon_on_terms_of_its_own_costs_its_share_of_a_usual_order() -> None:
    program = sound(reward=PERCENT, budget_minor=100_000, budget_order_minor=8000)
    budget = stand(program, [Uses(program, percent_rewards=1, percent_points=5000)], PLACED, "UTC")
    assert budget.spent_minor == 1600 + 4000


def test_r10_budget_has_room_for_the_dearest_code() -> None:
    assert found(sound(tiers=tiers(10), budget_minor=2500)) == []
    assert found(sound(tiers=tiers(10), budget_minor=2499)) == [("budget_minor", "out_of_range")]
    assert found(sound(tiers=tiers(2, reward=PERCENT), budget_minor=9000)) == [("budget_order_minor", "out_of_range")]
