"""Whether an attributed order qualifies (R4), and what its reward is worth, entry by entry (R5, R7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.attribution import Candidate
from app.domain.orders import CollectPolicy, OrderFacts
from app.domain.programs import Rules
from app.domain.reasons import Reason


class ReferralState(StrEnum):
    """open -> qualified or rejected; later reversed."""

    OPEN = "open"
    QUALIFIED = "qualified"
    REJECTED = "rejected"
    REVERSED = "reversed"


class Verdict(StrEnum):
    """What a person decided about a referral."""

    APPROVE = "approve"
    REJECT = "reject"


class Newness(StrEnum):
    """What is known of the buyer's earlier orders."""

    NEW = "new"
    NOT_NEW = "not_new"
    LOADING = "loading"  # history is being read: decisions wait
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What everything beside the order itself says, gathered by the caller."""

    newness: Newness
    shared_identity: frozenset[str] = (
        frozenset()
    )  # kinds of key that advocate and buyer share: email, phone, customer, name_address
    earlier_rewards: int = (
        0  # the advocate's rewards within cap_days that rank before this order by (placed_at, order_ref)
    )
    verdict: Verdict | None = None  # a person's decision, until undone
    gone: bool = False  # the platform no longer has the order


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Where the referral stands. `figures` are what the reason's sentence needs (amount_minor, needs_minor, …)."""

    state: ReferralState
    reason: Reason
    figures: tuple[tuple[str, int], ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()


class EntryKind(StrEnum):
    """Kinds of ledger entry. Positive is owed to the advocate, negative by them; a settled reward sums to zero."""

    EARNED = "earned"  # the promise
    ADJUSTED = "adjusted"  # the order was edited
    REVERSED = "reversed"  # a refund, chargeback or cancellation took it back, keyed by its reference
    RESTORED = "restored"  # what took it back was itself undone
    ISSUED = "issued"  # the promise was kept: a coupon of that worth was given
    RETURNED = "returned"  # an unused coupon was revoked, or a spent one came back with its cancelled order
    NETTED = "netted"  # settled against a debt of the advocate
    WRITTEN_OFF = "written_off"


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
    whose sum is `worth`. A reward without a sum of money (percent off, free shipping) is worth 1 of the currency XXX.
    """

    earned_minor: int
    worth_minor: int
    currency: str
    entries: tuple[PlannedEntry, ...]
    hold_from: datetime
    hold_word: str  # delivery, completion or payment
    due_at: datetime
    needs_approval: bool
    reason: Reason  # ON_HOLD, REFUNDED_IN_PART, REFUNDED, CANCELLED, …


NO_CURRENCY = "XXX"  # ISO 4217's code for "no currency"


def judge(
    order: OrderFacts, policy: CollectPolicy, rules: Rules, winner: Candidate, around: Circumstances
) -> Judgement:
    """R4 and R6 with their reason. A referral that had qualified and whose order was then cancelled, trashed or wholly
    refunded is `reversed`; one that was never collected is `rejected` with its reason when the order died, else `open`."""
    raise NotImplementedError


def plan_reward(order: OrderFacts, policy: CollectPolicy, rules: Rules, judgement: Judgement) -> RewardPlan | None:
    """The reward of a qualified or reversed referral, or None where none was ever earned. Percent rewards follow the remaining
    base refund by refund; fixed, percent-off and shipping rewards stay whole while the remaining base meets the minimum, else are
    taken back whole by the refund that crossed it (R7). The hold ends hold_days after its start, and for an order found late never
    before we learned of it."""
    raise NotImplementedError
