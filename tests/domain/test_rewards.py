"""What a reward is worth, and when it may be released (R4, R5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.money import NO_CURRENCY
from app.domain.orders import OrderFacts
from app.domain.programs import AdvocateReward, Approval, Unproven
from app.domain.reasons import Reason
from app.domain.referrals import (
    EntryKind,
    Judgement,
    Newness,
    ReferralState,
    Verdict,
    judge,
    plan_reward,
)
from tests.domain.builders import (
    COMPLETED,
    DELIVERED,
    FIXED,
    FREE_SHIPPING,
    PAID,
    PERCENT,
    POLICY,
    SHARE,
    around,
    candidate,
    days,
    order,
    planned,
    refund,
    refunded,
    rules,
    said,
    sure,
)

ALL = [SHARE, FIXED, PERCENT, FREE_SHIPPING]

# --- the promise ---


@pytest.mark.parametrize(
    ("reward", "worth", "currency"),
    [(SHARE, 800, "EUR"), (FIXED, 1000, "EUR"), (PERCENT, 1, "XXX"), (FREE_SHIPPING, 1, "XXX")],
)
def test_r7_a_reward_is_promised_once_for_its_order(reward: AdvocateReward, worth: int, currency: str) -> None:
    plan = sure(order(), {"reward": reward})
    assert (plan.earned_minor, plan.worth_minor, plan.currency) == (worth, worth, currency)
    assert said(plan) == [("earned", "order:123", worth)]
    assert plan.reason is Reason.ON_HOLD


def test_a_share_is_of_goods_after_discounts_rounded_half_up() -> None:
    assert sure(order(goods_minor=5005)).worth_minor == 501
    assert sure(order(goods_minor=5004)).worth_minor == 500
    assert sure(order(goods_minor=8000, discount_minor=999)).worth_minor == 800


def test_a_fixed_reward_keeps_the_programs_currency() -> None:
    plan = sure(order(currency="USD", goods_minor=1), {"reward": FIXED}, verdict=Verdict.APPROVE)
    assert (plan.worth_minor, plan.currency) == (1000, "EUR")


@pytest.mark.parametrize(
    "seen",
    [order(status="pending", paid_at=None), order(status="failed"), order(status="draft"), order(goods_minor=1)],
)
def test_nothing_is_planned_where_nothing_was_earned(seen: OrderFacts) -> None:
    assert planned(seen) is None
    assert planned(replace(seen, status="cancelled", paid_at=None)) is None


def test_r6_only_collected_money_is_planned_for_whatever_the_judgement() -> None:
    qualified = Judgement(state=ReferralState.QUALIFIED, reason=Reason.QUALIFIED)
    assert plan_reward(order(paid_at=None), POLICY, rules(), qualified) is None
    for state in (ReferralState.OPEN, ReferralState.REJECTED):
        assert plan_reward(order(), POLICY, rules(), replace(qualified, state=state)) is None


def test_a_person_who_rejects_leaves_no_plan() -> None:
    assert planned(order(), verdict=Verdict.REJECT) is None


# --- R5: the hold ---


@pytest.mark.parametrize(
    ("changes", "start", "word"),
    [
        ({}, PAID, "payment"),
        ({"status": "completed", "completed_at": COMPLETED}, COMPLETED, "completion"),
        ({"status": "completed", "completed_at": COMPLETED, "delivered_at": DELIVERED}, DELIVERED, "delivery"),
        ({"status": "cancelled", "completed_at": COMPLETED}, COMPLETED, "completion"),
    ],
)
def test_r5_the_hold_counts_whole_days_from_its_start(changes: dict[str, Any], start: Any, word: str) -> None:
    plan = sure(order(**changes), {"hold_days": 14})
    assert (plan.hold_from, plan.hold_word, plan.due_at) == (start, word, start + days(14))


def test_r5_without_a_hold_the_reward_is_due_at_once() -> None:
    assert sure(order(), {"hold_days": 0}).due_at == PAID


def test_r5_oddity_found_late_is_never_due_before_we_learned_of_it() -> None:
    found = PAID + days(60)
    plan = sure(order(learned_at=found), {"hold_days": 14})
    assert (plan.hold_from, plan.due_at) == (PAID, found)
    assert sure(order(learned_at=found), {"hold_days": 90}).due_at == PAID + days(90)


# --- R5: approval ---


@pytest.mark.parametrize(
    ("approval", "above", "waits"),
    [
        (Approval.NEVER, 0, False),
        (Approval.ALWAYS, 10**9, True),
        (Approval.ABOVE, 799, True),
        (Approval.ABOVE, 800, False),
    ],
)
def test_r5_approval_by_hand_always_or_above_an_amount(approval: Approval, above: int, waits: bool) -> None:
    promised = {"approval": approval, "approval_above_minor": above}
    assert sure(order(), promised).needs_approval is waits


def test_r5_the_amount_is_what_is_left_of_the_reward() -> None:
    promised = {"approval": Approval.ABOVE, "approval_above_minor": 799}
    assert not sure(refunded(refund("9", 1000)), promised).needs_approval


@pytest.mark.parametrize(("reward", "waits"), [(FIXED, True), (PERCENT, False), (FREE_SHIPPING, False)])
def test_r5_what_is_no_sum_of_money_is_above_no_amount(reward: AdvocateReward, waits: bool) -> None:
    assert sure(order(), {"reward": reward, "approval": Approval.ABOVE}).needs_approval is waits
    assert sure(order(), {"reward": reward, "approval": Approval.ALWAYS}).needs_approval


def test_r9_a_grey_referral_waits_for_a_person() -> None:
    household = frozenset({"name_address"})
    assert sure(order(), shared_identity=household).needs_approval
    assert sure(order(is_test=True), shared_identity=household).needs_approval is False


@pytest.mark.parametrize(
    ("policy", "waits", "reason"),
    [(Unproven.ASK, True, Reason.NEWNESS_UNPROVEN), (Unproven.ACCEPT, False, Reason.QUALIFIED)],
)
def test_r4_an_order_whose_buyer_nobody_can_know_waits_for_a_person(
    policy: Unproven, waits: bool, reason: Reason
) -> None:
    unknown = around(newness=Newness.UNPROVEN)
    judged = judge(order(), POLICY, rules(unproven=policy), candidate(), unknown)
    assert (judged.state, judged.reason) == (ReferralState.QUALIFIED, reason)
    assert (("asked", "newness_unproven") in judged.evidence) is waits
    assert sure(order(), {"unproven": policy}, newness=Newness.UNPROVEN).needs_approval is waits
    approved = sure(order(), {"unproven": policy}, newness=Newness.UNPROVEN, verdict=Verdict.APPROVE)
    assert not approved.needs_approval


def test_r5_what_a_person_approved_does_not_wait() -> None:
    household = frozenset({"name_address"})
    plan = sure(order(), {"approval": Approval.ALWAYS}, shared_identity=household, verdict=Verdict.APPROVE)
    assert plan.needs_approval is False


def test_entry_kinds_have_their_stored_words() -> None:
    words = ["earned", "adjusted", "reversed", "restored", "issued", "returned", "netted", "written_off", "spent"]
    assert [kind.value for kind in EntryKind] == words
    assert NO_CURRENCY == "XXX"
