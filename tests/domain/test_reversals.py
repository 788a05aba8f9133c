"""What is taken back of a reward, entry by entry (R7, R8)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.orders import RefundFact
from app.domain.programs import AdvocateReward
from app.domain.reasons import Reason
from app.domain.referrals import (
    EntryKind,
    PlannedEntry,
    Verdict,
)
from tests.domain.builders import (
    FIXED,
    FREE_SHIPPING,
    PERCENT,
    SHARE,
    order,
    planned,
    refund,
    refunded,
    said,
    sure,
)

ALL = [SHARE, FIXED, PERCENT, FREE_SHIPPING]
WHOLE = [FIXED, PERCENT, FREE_SHIPPING]
ENDED = ["cancelled", "trashed", "refunded"]


def test_r7_a_share_follows_what_is_left_refund_by_refund() -> None:
    plan = sure(refunded(refund("10", 3000, goods_minor=2005), refund("9", 2000, goods_minor=1000)))
    assert said(plan) == [
        ("earned", "order:123", 800),
        ("reversed", "refund:9", -100),
        ("reversed", "refund:10", -200),  # 499.5 is 500: nothing is lost between roundings
    ]
    assert (plan.earned_minor, plan.worth_minor, plan.reason) == (800, 500, Reason.REFUNDED_IN_PART)


def test_r7_a_refund_that_takes_nothing_of_the_reward_leaves_no_entry() -> None:
    plan = sure(refunded(refund("9", 500, goods_minor=0), refund("10", 1000, goods_minor=1000)))
    assert said(plan) == [("earned", "order:123", 800), ("reversed", "refund:10", -100)]
    assert sure(refunded(refund("9", 500, goods_minor=0))).reason is Reason.ON_HOLD


@pytest.mark.parametrize("reward", WHOLE)
def test_r7_a_whole_reward_stays_while_the_rest_meets_the_minimum(reward: AdvocateReward) -> None:
    plan = sure(refunded(refund("9", 3000, goods_minor=3000)), {"reward": reward})
    assert plan.worth_minor == plan.earned_minor
    assert plan.reason is Reason.ON_HOLD


@pytest.mark.parametrize(("reward", "worth"), [(FIXED, 1000), (PERCENT, 1), (FREE_SHIPPING, 1)])
def test_r7_a_whole_reward_is_taken_back_by_the_refund_that_crossed(reward: AdvocateReward, worth: int) -> None:
    refunds = [refund("9", 3000, goods_minor=3000), refund("10", 1, goods_minor=1), refund("11", 500, goods_minor=500)]
    plan = sure(refunded(*refunds), {"reward": reward})
    assert said(plan) == [("earned", "order:123", worth), ("reversed", "refund:10", -worth)]
    assert (plan.worth_minor, plan.reason) == (0, Reason.REFUNDED_IN_PART)


def test_r7_a_chargeback_is_a_refund_with_its_own_key() -> None:
    plan = sure(refunded(refund("9", 1000), refund("chargeback:dp_1", 9000)))
    assert [entry.cause for entry in plan.entries] == ["order:123", "refund:9", "refund:chargeback:dp_1"]
    assert (plan.worth_minor, plan.reason) == (0, Reason.REFUNDED)


def test_r7_a_refund_that_was_never_listed_has_a_key_of_its_own() -> None:
    assert said(sure(order(refunded_minor=5000)))[1:] == [("reversed", "refund:unlisted", -400)]


@pytest.mark.parametrize("reward", WHOLE)
def test_a_person_who_approved_less_than_the_minimum_waived_it(reward: AdvocateReward) -> None:
    approved: dict[str, Any] = {"promised": {"reward": reward}, "verdict": Verdict.APPROVE}
    small = order(goods_minor=4000, total_minor=5000)
    assert sure(small, **approved).worth_minor > 0
    part = replace(small, refunds=(refund("9", 2000, goods_minor=2000),), refunded_minor=2000)
    assert sure(part, **approved).worth_minor > 0
    assert sure(replace(part, status="refunded"), **approved).worth_minor == 0
    assert sure(order(goods_minor=0), **approved).worth_minor > 0


def test_r7_a_waived_minimum_leaves_one_unit_of_goods_as_the_limit() -> None:
    def entries(given_back: int) -> list[str]:
        small = order(goods_minor=4000, total_minor=5000, refunds=(refund("9", given_back, goods_minor=given_back),))
        return [entry.cause for entry in sure(small, {"reward": FIXED}, verdict=Verdict.APPROVE).entries]

    assert entries(3999) == ["order:123"]
    assert entries(4000) == ["order:123", "refund:9"]


def test_r7_an_order_of_just_the_minimum_has_nothing_to_lose() -> None:
    just = refunded(refund("9", 1, goods_minor=1), goods_minor=5000)
    assert said(sure(just, {"reward": FIXED})) == [("earned", "order:123", 1000), ("reversed", "refund:9", -1000)]


def test_r7_one_refund_is_told_as_such() -> None:
    assert sure(refunded(refund("9", 1000))).reason is Reason.REFUNDED_IN_PART


def test_a_minimum_of_another_currency_is_no_measure() -> None:
    foreign = refunded(refund("9", 3001, goods_minor=3001), currency="USD")
    assert sure(foreign, {"reward": FIXED}, verdict=Verdict.APPROVE).worth_minor == 1000


# --- R7: orders that end ---


@pytest.mark.parametrize("reward", ALL)
@pytest.mark.parametrize(
    ("status", "reason"),
    [("cancelled", Reason.CANCELLED), ("trashed", Reason.ORDER_GONE), ("refunded", Reason.REFUNDED)],
)
def test_r7_an_order_that_ends_takes_its_reward_with_it(status: str, reason: Reason, reward: AdvocateReward) -> None:
    plan = sure(order(status=status), {"reward": reward})
    assert (plan.worth_minor, plan.reason) == (0, reason)
    assert plan.earned_minor > 0
    cause = "refund:unlisted" if status == "refunded" else "cancelled"
    assert said(plan)[1:] == [("reversed", cause, -plan.earned_minor)]


def test_r7_the_end_takes_what_refunds_left() -> None:
    seen = refunded(refund("9", 2000, goods_minor=2000), status="cancelled")
    assert said(sure(seen)) == [
        ("earned", "order:123", 800),
        ("reversed", "refund:9", -200),
        ("reversed", "cancelled", -600),
    ]


def test_r8_however_an_order_ends_its_last_entry_has_one_key() -> None:
    """Cancelled, then trashed, then gone: the ledger takes back once."""
    ends = [planned(order(status="cancelled")), planned(order(status="trashed")), planned(order(), gone=True)]
    assert {plan.entries[1] for plan in ends if plan} == {
        PlannedEntry(kind=EntryKind.REVERSED, cause="cancelled", amount_minor=-800)
    }


def test_r8_a_cancelled_order_that_was_wholly_refunded_ends_once() -> None:
    plan = sure(refunded(refund("9", 10000), status="cancelled"))
    assert [entry.cause for entry in plan.entries] == ["order:123", "refund:9"]
    assert plan.reason is Reason.CANCELLED


# --- whatever happens ---

REFUNDS = st.lists(
    st.builds(refund, st.integers(1, 60).map(str), st.integers(1, 6000), st.none() | st.integers(0, 5000)),
    max_size=5,
    unique_by=lambda each: each.refund_ref,
)
REWARDS = st.sampled_from(ALL)
STATUSES = st.sampled_from(["processing", "completed", *ENDED])


@given(REFUNDS, REWARDS, STATUSES, st.integers(0, 20_000), st.integers(0, 9000), st.booleans())
def test_r7_entries_sum_to_a_worth_between_nothing_and_what_was_earned(
    refunds: list[RefundFact], reward: AdvocateReward, status: str, goods: int, minimum: int, gone: bool
) -> None:
    seen = refunded(*refunds, status=status, goods_minor=goods, total_minor=goods + 700)
    plan = planned(seen, {"reward": reward, "minimum_minor": minimum}, gone=gone)
    if plan is None:
        assert goods < max(minimum, 1)
        return
    assert sum(entry.amount_minor for entry in plan.entries) == plan.worth_minor
    assert 0 <= plan.worth_minor <= plan.earned_minor
    assert plan.entries[0].kind is EntryKind.EARNED
    assert all(entry.kind is EntryKind.REVERSED and entry.amount_minor < 0 for entry in plan.entries[1:])
    assert len({entry.cause for entry in plan.entries}) == len(plan.entries)
    if gone or status in ENDED:
        assert plan.worth_minor == 0


@given(REFUNDS.flatmap(lambda each: st.tuples(st.just(each), st.permutations(each))), REWARDS)
def test_r8_the_plan_does_not_depend_on_how_refunds_are_listed(
    lists: tuple[list[RefundFact], list[RefundFact]], reward: AdvocateReward
) -> None:
    one, other = (planned(refunded(*each), {"reward": reward}) for each in lists)
    assert one == other


@given(REFUNDS, REWARDS)
def test_r7_a_whole_reward_is_whole_or_nothing(refunds: list[RefundFact], reward: AdvocateReward) -> None:
    plan = sure(refunded(*refunds), {"reward": reward})
    if reward is not SHARE:
        assert plan.worth_minor in (0, plan.earned_minor)


@given(st.integers(5000, 10**8), st.integers(1, 10_000), st.data())
def test_r7_a_share_is_exact_however_the_goods_came_back(goods: int, points: int, data: st.DataObject) -> None:
    parts = data.draw(st.lists(st.integers(1, max(goods // 5, 1)), max_size=4))
    refunds = [refund(str(number), part, goods_minor=part) for number, part in enumerate(parts)]
    seen = refunded(*refunds, goods_minor=goods, total_minor=goods + 1)
    plan = sure(seen, {"reward": replace(SHARE, basis_points=points)})
    assert abs(plan.worth_minor - Fraction((goods - sum(parts)) * points, 10_000)) <= Fraction(1, 2)
