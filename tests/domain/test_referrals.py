"""Where a referral stands (R4, R6, R7, R18)."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.attribution import Rule
from app.domain.orders import OrderFacts
from app.domain.reasons import Reason
from app.domain.referrals import Judgement, Newness, ReferralState, Verdict, judge
from tests.domain.builders import (
    COMPLETED,
    DELIVERED,
    FIXED,
    FREE_SHIPPING,
    PERCENT,
    POLICY,
    SHARE,
    around,
    candidate,
    order,
    refund,
    refunded,
    rules,
)

OPEN, QUALIFIED = ReferralState.OPEN, ReferralState.QUALIFIED
REJECTED, REVERSED = ReferralState.REJECTED, ReferralState.REVERSED
CASH: dict[str, Any] = {"gateway": "cod"}


def judged(seen: OrderFacts, promised: dict[str, Any] | None = None, **known: Any) -> Judgement:
    return judge(seen, POLICY, rules(**(promised or {})), candidate(), around(**known))


def standing(seen: OrderFacts, promised: dict[str, Any] | None = None, **known: Any) -> tuple[ReferralState, Reason]:
    judgement = judged(seen, promised, **known)
    return judgement.state, judgement.reason


def test_r4_an_order_that_meets_the_rules_qualifies() -> None:
    assert standing(order()) == (QUALIFIED, Reason.QUALIFIED)


# --- waiting (R6) ---


@pytest.mark.parametrize("status", ["pending", "on_hold", "unknown"])
def test_r6_an_order_waits_for_its_money(status: str) -> None:
    assert standing(order(status=status, paid_at=None)) == (OPEN, Reason.WAITING_PAYMENT)
    assert standing(order(status=status)) == (OPEN, Reason.WAITING_PAYMENT)


def test_r6_a_deposit_waits_for_the_rest() -> None:
    assert standing(order(outstanding_minor=1)) == (OPEN, Reason.WAITING_PAYMENT)


def test_r6_a_completed_trigger_waits_for_completion() -> None:
    assert standing(order(), {"trigger": "completed"}) == (OPEN, Reason.WAITING_COMPLETION)
    assert standing(order(paid_at=None), {"trigger": "completed"}) == (OPEN, Reason.WAITING_PAYMENT)
    done = order(status="completed", completed_at=COMPLETED)
    assert standing(done, {"trigger": "completed"}) == (QUALIFIED, Reason.QUALIFIED)


def test_r6_cash_on_delivery_waits_for_delivery() -> None:
    """Shops stamp a paid date on these as soon as they are being prepared."""
    assert standing(order(**CASH)) == (OPEN, Reason.WAITING_COMPLETION)
    assert standing(order(status="pending", **CASH)) == (OPEN, Reason.WAITING_PAYMENT)
    assert standing(order(delivered_at=DELIVERED, **CASH)) == (QUALIFIED, Reason.QUALIFIED)


def test_a_draft_is_no_order() -> None:
    assert standing(order(status="draft")) == (OPEN, Reason.NOT_COLLECTED)
    assert standing(order(status="draft"), newness=Newness.NOT_NEW) == (OPEN, Reason.NOT_COLLECTED)
    assert standing(order(status="draft"), gone=True) == (REJECTED, Reason.ORDER_GONE)


def test_r4_while_history_loads_decisions_wait() -> None:
    assert standing(order(), newness=Newness.LOADING) == (OPEN, Reason.WAITING_HISTORY)
    assert standing(order(status="cancelled"), newness=Newness.LOADING) == (OPEN, Reason.WAITING_HISTORY)
    assert standing(order(paid_at=None), newness=Newness.LOADING) == (OPEN, Reason.WAITING_PAYMENT)
    assert standing(order(), {"new_customers_only": False}, newness=Newness.LOADING) == (QUALIFIED, Reason.QUALIFIED)


# --- orders that end (R6, R7) ---


@pytest.mark.parametrize(
    ("status", "reason"),
    [("cancelled", Reason.CANCELLED), ("trashed", Reason.ORDER_GONE), ("refunded", Reason.REFUNDED)],
)
def test_r7_an_order_that_ends_after_it_was_collected_is_reversed(status: str, reason: Reason) -> None:
    assert standing(order(status=status)) == (REVERSED, reason)


@pytest.mark.parametrize(
    ("status", "reason"),
    [("cancelled", Reason.CANCELLED), ("trashed", Reason.ORDER_GONE), ("refunded", Reason.REFUNDED)],
)
def test_r6_an_order_that_ends_before_it_was_earned_is_rejected(status: str, reason: Reason) -> None:
    assert standing(order(status=status, paid_at=None)) == (REJECTED, reason)
    assert standing(order(status=status), {"trigger": "completed"}) == (REJECTED, reason)


def test_r6_a_failed_order_never_was_collected_whatever_its_paid_date() -> None:
    assert standing(order(status="failed")) == (REJECTED, Reason.NOT_COLLECTED)
    assert standing(order(status="failed", paid_at=None)) == (REJECTED, Reason.NOT_COLLECTED)
    assert standing(order(status="failed"), verdict=Verdict.APPROVE) == (REJECTED, Reason.NOT_COLLECTED)


def test_r7_an_order_that_is_gone_is_reversed_or_rejected() -> None:
    assert standing(order(), gone=True) == (REVERSED, Reason.ORDER_GONE)
    assert standing(order(status="cancelled"), gone=True) == (REVERSED, Reason.ORDER_GONE)
    assert standing(order(status="pending", paid_at=None), gone=True) == (REJECTED, Reason.ORDER_GONE)


def test_r7_a_wholly_refunded_order_is_reversed_whatever_its_status() -> None:
    assert standing(refunded(refund("9", 10000))) == (REVERSED, Reason.REFUNDED)
    assert standing(refunded(refund("9", 8000, goods_minor=8000))) == (REVERSED, Reason.REFUNDED)
    unpaid = refunded(refund("9", 10000), status="pending", paid_at=None)
    assert standing(unpaid) == (REJECTED, Reason.REFUNDED)


def test_r7_a_refund_of_shipping_after_all_goods_leaves_the_order_refunded() -> None:
    seen = refunded(refund("9", 8000, goods_minor=8000), refund("10", 500, goods_minor=0))
    assert standing(seen) == (REVERSED, Reason.REFUNDED)


def test_r7_a_free_order_that_a_person_approved_can_be_refunded() -> None:
    free = order(goods_minor=0, status="refunded")
    assert standing(free, {"reward": FIXED}, verdict=Verdict.APPROVE) == (REVERSED, Reason.REFUNDED)


@pytest.mark.parametrize("status", ["cancelled", "failed", "refunded"])
def test_oddity_cash_on_delivery_that_was_refused_was_not_delivered(status: str) -> None:
    assert standing(order(status=status, **CASH)) == (REJECTED, Reason.NOT_DELIVERED)
    assert standing(order(status="trashed", **CASH)) == (REJECTED, Reason.ORDER_GONE)
    assert standing(order(**CASH), gone=True) == (REJECTED, Reason.ORDER_GONE)


def test_r7_cash_on_delivery_that_was_delivered_and_then_cancelled_is_reversed() -> None:
    assert standing(order(status="cancelled", delivered_at=DELIVERED, **CASH)) == (REVERSED, Reason.CANCELLED)


# --- refunds in part (R7) ---


def test_r7_a_share_of_what_is_left_still_qualifies_below_the_minimum() -> None:
    part = refunded(refund("9", 9000))
    assert standing(part) == (QUALIFIED, Reason.QUALIFIED)


@pytest.mark.parametrize("reward", [FIXED, PERCENT, FREE_SHIPPING])
def test_r7_a_whole_reward_goes_when_the_rest_is_below_the_minimum(reward: Any) -> None:
    met = refunded(refund("9", 3000, goods_minor=3000))
    assert standing(met, {"reward": reward}) == (QUALIFIED, Reason.QUALIFIED)
    crossed = judged(refunded(refund("9", 3001, goods_minor=3001)), {"reward": reward})
    assert (crossed.state, crossed.reason) == (REVERSED, Reason.REFUNDED_IN_PART)
    assert crossed.figures == (("amount_minor", 4999), ("needs_minor", 5000))


def test_r7_a_persons_approval_does_not_undo_a_refund() -> None:
    crossed = refunded(refund("9", 3001, goods_minor=3001))
    assert standing(crossed, {"reward": FIXED}, verdict=Verdict.APPROVE) == (REVERSED, Reason.REFUNDED_IN_PART)
    assert standing(order(status="cancelled"), verdict=Verdict.APPROVE) == (REVERSED, Reason.CANCELLED)


# --- refusals, people, tests ---


def test_r4_a_refusal_rejects_with_its_figures() -> None:
    found = judged(order(goods_minor=4000))
    assert (found.state, found.reason) == (REJECTED, Reason.BELOW_MINIMUM)
    assert found.figures == (("amount_minor", 4000), ("needs_minor", 5000))


def test_r4_what_never_may_earn_is_rejected_before_and_after_the_money() -> None:
    for seen in (order(status="pending", paid_at=None), order(), order(status="cancelled"), order(status="failed")):
        assert standing(seen, newness=Newness.NOT_NEW) == (REJECTED, Reason.NOT_NEW)


def test_r2_the_evidence_decides_whether_history_earns() -> None:
    seen = order(channel="pos")
    by_click = judge(seen, POLICY, rules(), candidate(Rule.CLICK), around())
    assert (by_click.state, by_click.reason) == (REJECTED, Reason.EXCLUDED_CHANNEL)
    assert judge(seen, POLICY, rules(), candidate(Rule.CODE), around()).state is QUALIFIED


def test_a_person_rejects_whatever_the_rules_say() -> None:
    for seen in (order(), order(status="draft"), order(is_test=True), order(status="cancelled")):
        assert standing(seen, verdict=Verdict.REJECT) == (REJECTED, Reason.REJECTED_BY_PERSON)


def test_a_person_approves_what_the_rules_refuse_but_never_money_not_collected() -> None:
    approved: dict[str, Any] = {"verdict": Verdict.APPROVE}
    assert standing(order(goods_minor=1), **approved, newness=Newness.NOT_NEW) == (QUALIFIED, Reason.APPROVED_BY_PERSON)
    assert standing(order(), **approved, newness=Newness.LOADING) == (QUALIFIED, Reason.APPROVED_BY_PERSON)
    assert standing(order(paid_at=None), **approved) == (OPEN, Reason.WAITING_PAYMENT)
    assert standing(order(outstanding_minor=5), **approved) == (OPEN, Reason.WAITING_PAYMENT)
    assert standing(order(is_test=True), **approved) == (QUALIFIED, Reason.APPROVED_BY_PERSON)


def test_r18_a_test_order_is_marked_and_skips_every_refusal_of_r4() -> None:
    known: dict[str, Any] = {"shared_identity": frozenset({"email"}), "earlier_rewards": 9}
    for newness in Newness:
        tried = order(is_test=True, goods_minor=1, channel="admin")
        assert standing(tried, {"cap_rewards": 1}, newness=newness, **known) == (QUALIFIED, Reason.TEST_ORDER)
    assert standing(order(is_test=True, paid_at=None)) == (OPEN, Reason.WAITING_PAYMENT)


# --- evidence ---


def test_the_evidence_is_kept_with_every_judgement() -> None:
    assert judged(order()).evidence == (("rule", "a"), ("newness", "new"))
    assert judged(order(status="draft"), newness=Newness.LOADING).evidence == (("rule", "a"), ("newness", "loading"))
    shared = judged(order(), shared_identity=frozenset({"phone", "email"})).evidence
    assert shared == (("rule", "a"), ("newness", "new"), ("shared", "email phone"))


def test_r9_a_household_qualifies_and_is_noted() -> None:
    found = judged(order(), shared_identity=frozenset({"name_address"}))
    assert (found.state, found.reason) == (QUALIFIED, Reason.QUALIFIED)
    assert found.evidence[2:] == (("shared", "name_address"), ("grey", "looked_at"))


def test_states_have_their_stored_words() -> None:
    assert [state.value for state in ReferralState] == ["open", "qualified", "rejected", "reversed"]
    assert SHARE.kind.value == "order_share"
