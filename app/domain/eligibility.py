"""Who may not earn (R4), and which doubts a person or a test order sets aside (R18)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain import fraud
from app.domain.attribution import Candidate, Rule
from app.domain.fraud import NOTHING_ODD, Found, Traces, Weight
from app.domain.orders import OrderFacts, base_minor
from app.domain.programs import RewardKind, Rules, Unproven
from app.domain.reasons import Reason

# Orders that the buyer did not place at the shop's own checkout are history: they earn only by a code or a person.
_HISTORY_CHANNELS = frozenset({"admin", "pos", "draft", "import", "marketplace"})
_EARNS_IN_HISTORY = frozenset({Rule.PERSON, Rule.COUPON, Rule.CODE})
_RENEWAL_CHANNEL = "subscription"


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
    PHONE_KNOWN = "phone_known"  # only the telephone is on an earlier order, under another e-mail address


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What everything beside the order itself says, gathered by the caller."""

    newness: Newness
    shared_identity: frozenset[str] = frozenset()  # keys of advocate and buyer: email, phone, customer, name_address
    traces: Traces = NOTHING_ODD  # what else looks odd, as counts (R9)
    earlier_rewards: int = 0  # of the advocate within cap_days, ranking before this order by (placed_at, order_ref)
    verdict: Verdict | None = None  # a person's decision, until undone
    gone: bool = False  # the platform no longer has the order
    left_out_minor: int = 0  # goods that do not count; the order is judged as if it had only the others
    goods_known: bool = True  # the store has said all that the program's exclusions ask about
    excluded_buyer: bool = False  # somebody whose orders do not count: staff, resellers


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an order does not earn, with the figures that the reason's sentence needs."""

    reason: Reason
    figures: tuple[tuple[str, int], ...] = ()


def refusal(order: OrderFacts, rules: Rules, winner: Candidate, around: Circumstances) -> Refusal | None:
    """The first refusal of R4 that applies. A person's approval sets all aside but one: a share of an order in
    another currency has no worth in the program's. A test order skips them too (R18)."""
    if order.currency != rules.currency and not _worth_survives(rules, around):
        return Refusal(Reason.WRONG_CURRENCY)
    if around.verdict is Verdict.APPROVE or order.is_test:
        return None
    return (
        _excluded(order, winner)
        or _self_referral(order, rules, around)
        or _excluded_buyer(around)
        or _not_new(order, rules, around)
        or _below_minimum(order, rules, around)
        or _cap_reached(order, rules, around)
    )


def asks_newness(order: OrderFacts, rules: Rules, around: Circumstances) -> bool:
    """Whether it matters that the buyer never bought before."""
    return rules.new_customers_only and not order.is_test and around.verdict is not Verdict.APPROVE


def is_unproven(order: OrderFacts, rules: Rules, around: Circumstances) -> bool:
    """Whether nobody can know if the buyer is new: neither our history nor the platform's own count of orders."""
    unknown = around.newness is Newness.UNPROVEN and order.prior_orders is None
    return unknown and asks_newness(order, rules, around)


def waits_as_unproven(order: OrderFacts, rules: Rules, around: Circumstances) -> bool:
    """Whether a person is to look, because nobody can know if the buyer is new and the owner wants it so."""
    return rules.unproven is Unproven.ASK and is_unproven(order, rules, around)


def signs(order: OrderFacts, rules: Rules, around: Circumstances) -> tuple[Found, ...]:
    """What looks as if somebody recommended themselves (R9); a test order is never asked (R18)."""
    if order.is_test:
        return ()
    return fraud.signs(
        around.shared_identity,
        around.traces,
        throwaway=order.throwaway_mail,
        crowd_limit=rules.crowd_limit,
        known_phone=rules.new_customers_only and around.newness is Newness.PHONE_KNOWN,
    )


def is_grey(order: OrderFacts, rules: Rules, around: Circumstances) -> bool:
    """Whether a person is to look, until the deadline, before the reward is released (R9)."""
    return around.verdict is None and fraud.weight(signs(order, rules, around)) is Weight.GREY


def least_base(rules: Rules) -> int:
    """The least base that earns: an order on which nothing was paid for goods earns nothing."""
    return max(rules.minimum_minor, 1)


def _worth_survives(rules: Rules, around: Circumstances) -> bool:
    return around.verdict is Verdict.APPROVE and rules.reward.kind is not RewardKind.ORDER_SHARE


def _excluded(order: OrderFacts, winner: Candidate) -> Refusal | None:
    if order.parent_ref is not None or order.channel == _RENEWAL_CHANNEL:
        return Refusal(Reason.RENEWAL)
    if order.channel in _HISTORY_CHANNELS and winner.rule not in _EARNS_IN_HISTORY:
        return Refusal(Reason.EXCLUDED_CHANNEL)
    return None


def _self_referral(order: OrderFacts, rules: Rules, around: Circumstances) -> Refusal | None:
    is_strong = fraud.weight(signs(order, rules, around)) is Weight.STRONG
    return Refusal(Reason.SELF_REFERRAL) if is_strong else None


def _not_new(order: OrderFacts, rules: Rules, around: Circumstances) -> Refusal | None:
    """Where our history cannot tell, the platform's own count of earlier orders decides, else the owner's policy."""
    if not asks_newness(order, rules, around):
        return None
    if is_unproven(order, rules, around):
        return Refusal(Reason.NEWNESS_UNPROVEN) if rules.unproven is Unproven.REFUSE else None
    unproven = around.newness is Newness.UNPROVEN
    bought_before = order.prior_orders != 0 if unproven else around.newness is Newness.NOT_NEW
    return Refusal(Reason.NOT_NEW) if bought_before else None


def _excluded_buyer(around: Circumstances) -> Refusal | None:
    return Refusal(Reason.EXCLUDED_BUYER) if around.excluded_buyer else None


def _below_minimum(order: OrderFacts, rules: Rules, around: Circumstances) -> Refusal | None:
    """The minimum is asked of the order before refunds, so that a late look gives what an early one gave (R8)."""
    base, needs = base_minor(order, after=0), least_base(rules)
    if base >= needs:
        return None
    if around.left_out_minor and not base:
        return Refusal(Reason.EXCLUDED_GOODS, (("amount_minor", around.left_out_minor),))
    reason = Reason.COUNTED_BELOW_MINIMUM if around.left_out_minor else Reason.BELOW_MINIMUM
    return Refusal(reason, (("amount_minor", base), ("needs_minor", needs)))


def _cap_reached(order: OrderFacts, rules: Rules, around: Circumstances) -> Refusal | None:
    if not 0 < rules.cap_rewards <= around.earlier_rewards:
        return None
    return Refusal(Reason.CAP_REACHED, (("cap", rules.cap_rewards), ("days", rules.cap_days)))
