"""R10: what a code holds of a budget, what is left, and when it starts anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.budgets import Uses, held_by_code, period_start, stand
from app.domain.offers import offer_fingerprint
from app.domain.program_faults import faults
from app.domain.programs import (
    AdvocateReward,
    BudgetPeriod,
    FriendOffer,
    OfferKind,
    RewardKind,
    Rules,
)
from tests.domain.builders import FIXED, FREE_SHIPPING, PERCENT, rules

NOW = datetime(2026, 5, 10, 12, tzinfo=UTC)
FIVE_OFF = FriendOffer(kind=OfferKind.FIXED, amount_minor=500)
SHIPPING = FriendOffer(kind=OfferKind.FREE_SHIPPING)


def fixed(**changes: Any) -> Rules:
    """5 off for the friend and 10 for the advocate, from 50; 100 in all."""
    return rules(**({"friend": FIVE_OFF, "reward": FIXED, "budget_minor": 10_000} | changes))


@pytest.mark.parametrize(
    ("friend", "reward", "held"),
    [
        (FIVE_OFF, FIXED, 1500),
        (SHIPPING, FIXED, 1000),
        (FIVE_OFF, FREE_SHIPPING, 500),
        (FriendOffer(kind=OfferKind.PERCENT, basis_points=1000), FIXED, 1800),
        (FIVE_OFF, AdvocateReward(kind=RewardKind.ORDER_SHARE, basis_points=1000), 1300),
        (FIVE_OFF, PERCENT, 2100),
    ],
)
def test_r10_a_code_holds_its_sums_and_its_shares_of_a_usual_order(
    friend: FriendOffer, reward: AdvocateReward, held: int
) -> None:
    assert held_by_code(rules(friend=friend, reward=reward), 8000, NOW) == held


def test_r10_what_is_left_is_neither_spent_nor_held() -> None:
    budget = stand(fixed(), [Uses(fixed(), spent_minor=4100, open_codes=2)], NOW, "UTC")
    assert (budget.spent_minor, budget.held_minor, budget.left_minor, budget.codes_left) == (4100, 3000, 2900, 1)
    assert not budget.is_used_up


def test_r10_a_budget_is_used_up_when_no_code_fits_any_more() -> None:
    full = [Uses(fixed(), open_codes=6)]
    assert stand(fixed(), full, NOW, "UTC").is_used_up
    assert not stand(fixed(budget_minor=10_500), full, NOW, "UTC").is_used_up
    overspent = stand(fixed(), [Uses(fixed(), spent_minor=99_999)], NOW, "UTC")
    assert (overspent.codes_left, overspent.is_used_up) == (0, True)


def test_r11_codes_of_an_earlier_version_hold_what_that_one_promised() -> None:
    dearer = fixed(reward=replace(FIXED, amount_minor=3000))
    budget = stand(fixed(), [Uses(fixed(), open_codes=1), Uses(dearer, open_codes=1)], NOW, "UTC")
    assert budget.held_minor == 1500 + 3500


def test_r10_percent_off_promised_costs_its_share_of_a_usual_order() -> None:
    generous = fixed(reward=PERCENT, budget_order_minor=8000)
    assert stand(generous, [Uses(generous, percent_rewards=2)], NOW, "UTC").spent_minor == 3200


@pytest.mark.parametrize(
    ("now", "since", "anew"),
    [
        ("2026-05-10T12:00", "2026-04-30T22:00", "2026-05-31T22:00"),
        ("2026-04-30T21:59:59", "2026-03-31T22:00", "2026-04-30T22:00"),
        ("2026-04-30T22:00", "2026-04-30T22:00", "2026-05-31T22:00"),
        ("2026-12-31T22:59", "2026-11-30T23:00", "2026-12-31T23:00"),
        ("2026-03-10T00:00", "2026-02-28T23:00", "2026-03-31T22:00"),  # the clocks change meanwhile
    ],
)
def test_r10_a_month_is_the_stores_own(now: str, since: str, anew: str) -> None:
    monthly = fixed(budget_period=BudgetPeriod.MONTH)
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert period_start(monthly, at, "Europe/Berlin") == datetime.fromisoformat(since).replace(tzinfo=UTC)
    assert stand(monthly, [], at, "Europe/Berlin").starts_anew == datetime.fromisoformat(anew).replace(tzinfo=UTC)


def test_r10_a_budget_in_all_never_starts_anew() -> None:
    assert stand(fixed(), [], NOW, "UTC").starts_anew is None
    assert period_start(fixed(), NOW, "UTC").year == 1970


@pytest.mark.parametrize(
    ("promised", "field", "reason"),
    [
        ({"friend": SHIPPING, "reward": FREE_SHIPPING}, "budget_minor", "budget_of_nothing"),
        ({"budget_minor": 1499}, "budget_minor", "out_of_range"),
        ({"budget_minor": -1}, "budget_minor", "out_of_range"),
        ({"reward": PERCENT}, "budget_order_minor", "out_of_range"),
        ({"reward": PERCENT, "budget_order_minor": 4999}, "budget_order_minor", "out_of_range"),
    ],
)
def test_r10_a_budget_that_could_count_nothing_is_not_saved(promised: dict[str, Any], field: str, reason: str) -> None:
    (found,) = faults(fixed(**promised))
    assert (found.field, found.reason) == (field, reason)


def test_r10_sound_budgets_are_saved() -> None:
    assert faults(fixed(budget_minor=1500)) == ()
    assert faults(fixed(reward=PERCENT, budget_order_minor=5000)) == ()
    assert faults(fixed(budget_minor=0, friend=SHIPPING, reward=FREE_SHIPPING)) == ()


def test_a_budget_changes_nothing_about_the_coupon() -> None:
    assert offer_fingerprint(fixed()) == offer_fingerprint(fixed(budget_minor=0))
