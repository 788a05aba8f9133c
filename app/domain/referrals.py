"""Whether an attributed order qualifies (R4), and what its reward is worth, entry by entry (R5, R7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.attribution import Candidate
from app.domain.eligibility import (
    Circumstances,
    Newness,
    Verdict,
    asks_newness,
    is_grey,
    least_base,
    refusal,
    signs,
    waits_as_unproven,
)
from app.domain.fraud import Found
from app.domain.money import share
from app.domain.orders import (
    CollectPolicy,
    OrderFacts,
    base_minor,
    before_its_end,
    collected_at,
    earned_at,
    hold_starts,
    refund_order,
)
from app.domain.programs import SUMS, Approval, RewardKind, Rules
from app.domain.promises import whole
from app.domain.reasons import Reason

__all__ = [
    "Circumstances",
    "EntryKind",
    "Judgement",
    "Newness",
    "PlannedEntry",
    "ReferralState",
    "RewardPlan",
    "Verdict",
    "judge",
    "plan_reward",
]


class ReferralState(StrEnum):
    """open -> qualified or rejected; later reversed."""

    OPEN = "open"
    QUALIFIED = "qualified"
    REJECTED = "rejected"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Where the referral stands. `figures` are what the reason's sentence needs (amount_minor, needs_minor, …)."""

    state: ReferralState
    reason: Reason
    figures: tuple[tuple[str, int], ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()
    signs: tuple[Found, ...] = ()  # what looked odd (R9)


def may_ask_again(state: str, *, waits: bool) -> bool:
    """Whether the advocate may ask a person to look again: at what was refused, or what waits for a person (R9)."""
    return state == ReferralState.REJECTED or (state == ReferralState.QUALIFIED and waits)


class EntryKind(StrEnum):
    """Kinds of ledger entry. Positive is owed to the advocate, negative by them; a settled reward sums to zero."""

    EARNED = "earned"  # the promise
    ADJUSTED = "adjusted"  # the order was edited
    REVERSED = "reversed"  # a refund, chargeback or cancellation took it back, keyed by its reference
    RESTORED = "restored"  # what took it back was itself undone
    ISSUED = "issued"  # the promise was kept: a coupon of that worth was given, or a person handed it over
    RETURNED = "returned"  # an unused coupon was revoked, a spent one came back, what was called done was not
    NETTED = "netted"  # settled against a debt of the advocate
    WRITTEN_OFF = "written_off"
    SPENT = "spent"  # points that bought the reward; positive: they came back. No part of what it is worth itself


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEntry:
    """An entry that the facts call for, unique by (kind, cause) within its reward."""

    kind: EntryKind
    cause: str  # "order:123", "refund:124", "cancelled", "person:7"
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardPlan:
    """What the facts say about the advocate's reward for one order.

    `earned` is what the order was worth before anything was taken back, `entries` the promise and every taking-back,
    whose sum is `worth`. A reward without a sum of money (percent off, free shipping, a gift) is worth 1 of the
    currency XXX; points are counted in PTS.
    """

    earned_minor: int
    worth_minor: int
    currency: str
    entries: tuple[PlannedEntry, ...]
    hold_from: datetime
    hold_word: str  # delivery, completion or payment
    due_at: datetime
    needs_approval: bool
    look_until: datetime | None = None  # the deadline of whoever is to look at what is odd (R9)
    goes_unlooked: bool = False  # then it is released although nobody looked
    reason: Reason  # ON_HOLD, REFUNDED_IN_PART, REFUNDED, CANCELLED, …


_GREY = ("grey", Reason.LOOKED_AT.value)
_ASKED = ("asked", Reason.NEWNESS_UNPROVEN.value)
_ENDS = {
    "cancelled": Reason.CANCELLED,
    "failed": Reason.NOT_COLLECTED,
    "refunded": Reason.REFUNDED,
    "trashed": Reason.ORDER_GONE,
}
_ENDED = "cancelled"  # the cause of the entry that takes back what refunds left, however the order ended


def judge(
    order: OrderFacts, policy: CollectPolicy, rules: Rules, winner: Candidate, around: Circumstances
) -> Judgement:
    """R4 and R6 with their reason. A referral that had qualified and whose order was then cancelled, trashed or
    wholly refunded, or refunded so far that nothing of a whole reward is left, is `reversed`; one that was never
    collected is `rejected` with its reason when the order died, else `open`."""
    standing = _standing(order, policy, rules, winner, around)
    evidence = _evidence(order, rules, winner, around)
    return replace(standing, evidence=evidence, signs=signs(order, rules, around))


def plan_reward(order: OrderFacts, policy: CollectPolicy, rules: Rules, judgement: Judgement) -> RewardPlan | None:
    """The reward of a qualified or reversed referral, or None where none was ever earned. Percent rewards follow the
    remaining base refund by refund; fixed, percent-off and shipping rewards stay whole while the remaining base meets
    the minimum, else are taken back whole by the refund that crossed it (R7). The hold ends hold_days after its
    start, and for an order found late never before we learned of it."""
    start = hold_starts(before_its_end(order), policy)
    if start is None or judgement.state not in {ReferralState.QUALIFIED, ReferralState.REVERSED}:
        return None
    entries = tuple(_entries(order, rules, judgement.state is ReferralState.REVERSED))
    worth = sum(entry.amount_minor for entry in entries)
    due_at = max(start[0] + timedelta(days=rules.hold_days), order.learned_at)
    is_doubtful = _GREY in judgement.evidence
    return RewardPlan(
        earned_minor=entries[0].amount_minor,
        worth_minor=worth,
        currency=order.currency if rules.reward.kind is RewardKind.ORDER_SHARE else whole(rules)[1],
        entries=entries,
        hold_from=start[0],
        hold_word=start[1],
        due_at=due_at,
        needs_approval=_needs_approval(rules, judgement, worth) or is_doubtful,
        look_until=due_at + timedelta(days=rules.doubt_days) if is_doubtful else None,
        goes_unlooked=is_doubtful and _goes_unlooked(rules, judgement, worth),
        reason=_plan_reason(judgement, taken_back=len(entries) > 1, is_doubtful=is_doubtful),
    )


def _standing(
    order: OrderFacts, policy: CollectPolicy, rules: Rules, winner: Candidate, around: Circumstances
) -> Judgement:
    if around.verdict is Verdict.REJECT:
        return Judgement(state=ReferralState.REJECTED, reason=Reason.REJECTED_BY_PERSON)
    if order.status == "draft" and not around.gone:
        return Judgement(state=ReferralState.OPEN, reason=Reason.NOT_COLLECTED)
    if not around.goods_known and not around.gone:
        return Judgement(state=ReferralState.OPEN, reason=Reason.WAITING_GOODS)
    refused = refusal(order, rules, winner, around)
    if refused is not None:
        return Judgement(state=ReferralState.REJECTED, reason=refused.reason, figures=refused.figures)
    end = Reason.ORDER_GONE if around.gone else _end(order)
    if earned_at(before_its_end(order), policy, rules.trigger) is None:
        return _not_earned(order, policy, end)
    if around.newness is Newness.LOADING and asks_newness(order, rules, around):
        return Judgement(state=ReferralState.OPEN, reason=Reason.WAITING_HISTORY)
    if end is not None:
        return Judgement(state=ReferralState.REVERSED, reason=end)
    welcome = Judgement(state=ReferralState.QUALIFIED, reason=_welcome(order, rules, around))
    return _below_what_is_left(order, rules) or welcome


def _end(order: OrderFacts) -> Reason | None:
    """Why the order is over, or None while it stands."""
    if order.status not in _ENDS and base_minor(order) == 0 < base_minor(order, after=0):
        return Reason.REFUNDED
    return _ENDS.get(order.status)


def _not_earned(order: OrderFacts, policy: CollectPolicy, end: Reason | None) -> Judgement:
    on_delivery = order.gateway in policy.pays_on_delivery
    if end is not None:
        reason = Reason.NOT_DELIVERED if on_delivery and end is not Reason.ORDER_GONE else end
        return Judgement(state=ReferralState.REJECTED, reason=reason)
    collects_later = on_delivery and order.status in policy.earning_statuses
    paid = collects_later or collected_at(order, policy) is not None
    return Judgement(state=ReferralState.OPEN, reason=Reason.WAITING_COMPLETION if paid else Reason.WAITING_PAYMENT)


def _below_what_is_left(order: OrderFacts, rules: Rules) -> Judgement | None:
    """A reward that is whole or nothing went when refunds took the order below the minimum (R7)."""
    left = base_minor(order)
    if rules.reward.kind is RewardKind.ORDER_SHARE or left >= _floor(order, rules):
        return None
    figures = (("amount_minor", left), ("needs_minor", _floor(order, rules)))
    return Judgement(state=ReferralState.REVERSED, reason=Reason.REFUNDED_IN_PART, figures=figures)


def _welcome(order: OrderFacts, rules: Rules, around: Circumstances) -> Reason:
    if around.verdict is Verdict.APPROVE:
        return Reason.APPROVED_BY_PERSON
    if waits_as_unproven(order, rules, around):
        return Reason.NEWNESS_UNPROVEN
    return Reason.TEST_ORDER if order.is_test else Reason.QUALIFIED


def _evidence(order: OrderFacts, rules: Rules, winner: Candidate, around: Circumstances) -> tuple[tuple[str, str], ...]:
    """What the judgement rests on, without anything personal."""
    evidence = [("rule", winner.rule.value), ("newness", around.newness.value)]
    if around.shared_identity:
        evidence.append(("shared", " ".join(sorted(around.shared_identity))))
    if is_grey(order, rules, around):
        evidence.append(_GREY)
    if waits_as_unproven(order, rules, around):
        evidence.append(_ASKED)
    if around.left_out_minor:
        evidence.append(("left_out_minor", str(around.left_out_minor)))
    return tuple(evidence)


def _floor(order: OrderFacts, rules: Rules) -> int:
    """The base below which a whole reward goes. A person who approved less, or another currency, waived the minimum."""
    base = base_minor(order, after=0)
    is_met = order.currency == rules.currency and base >= least_base(rules)
    return least_base(rules) if is_met else min(base, 1)


def _entries(order: OrderFacts, rules: Rules, is_reversed: bool) -> Iterator[PlannedEntry]:
    """The promise, what each refund took from it, and the rest where the referral is reversed."""
    left = _worth(order, rules, after=0)
    yield PlannedEntry(kind=EntryKind.EARNED, cause=f"order:{order.order_ref}", amount_minor=left)
    for count, refund in enumerate(refund_order(order), start=1):
        worth = _worth(order, rules, after=count)
        if worth != left:
            cause = f"refund:{refund.refund_ref}"
            yield PlannedEntry(kind=EntryKind.REVERSED, cause=cause, amount_minor=worth - left)
        left = worth
    if is_reversed and left:
        yield PlannedEntry(kind=EntryKind.REVERSED, cause=_ENDED, amount_minor=-left)


def _worth(order: OrderFacts, rules: Rules, *, after: int) -> int:
    base = base_minor(order, after=after)
    if rules.reward.kind is RewardKind.ORDER_SHARE:
        return share(base, rules.reward.basis_points)
    return whole(rules)[0] if base >= _floor(order, rules) else 0


def _needs_approval(rules: Rules, judgement: Judgement, worth: int) -> bool:
    """What is unproven always waits for a person; a reward that is no sum of money is above no amount, and points are
    worth what they buy."""
    if judgement.reason is Reason.APPROVED_BY_PERSON:
        return False
    above = rules.approval is Approval.ABOVE and _is_above(rules, worth, rules.approval_above_minor)
    return above or rules.approval is Approval.ALWAYS or _ASKED in judgement.evidence


def _is_above(rules: Rules, worth: int, amount: int) -> bool:
    if rules.reward.kind is RewardKind.POINTS:
        return rules.reward.price.worth(worth) > amount
    return rules.reward.kind in SUMS and worth > amount


def _goes_unlooked(rules: Rules, judgement: Judgement, worth: int) -> bool:
    """Whether only what looks odd holds the reward, and it is too small to keep it for a person for ever."""
    small = rules.doubt_release_minor > 0 and not _is_above(rules, worth, rules.doubt_release_minor)
    return small and not _needs_approval(rules, judgement, worth)


def _plan_reason(judgement: Judgement, *, taken_back: bool, is_doubtful: bool) -> Reason:
    if judgement.state is ReferralState.REVERSED:
        return judgement.reason
    if is_doubtful:
        return Reason.LOOKED_AT
    return Reason.REFUNDED_IN_PART if taken_back else Reason.ON_HOLD
