"""Facts about one order, and what they say by themselves: is it collected, since when does the hold run, what is its
base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.domain.money import half_up
from app.domain.programs import Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedCode:
    """A discount code on an order, in our spelling (upper case, nothing between), and what it took off."""

    code: str
    discount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFact:
    """One kind of goods on an order or in a refund: which, and what it came to after discounts, without tax."""

    product_ref: str
    variant_ref: str = ""
    goods_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFact:
    """One refund of an order, positive. A chargeback is a refund with its own reference (R7)."""

    refund_ref: str
    amount_minor: int
    goods_minor: int | None = None  # the goods' part without tax, where the platform tells
    at: datetime | None = None
    lines: tuple[LineFact, ...] = ()  # what of the goods was given back, where the platform tells


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """An order as it stood at `updated_at`; amounts in minor units of `currency`. Statuses are integrations.events
    words."""

    order_ref: str
    number: str
    status: str
    currency: str
    goods_minor: int  # after discounts, without tax, shipping, fees; before refunds
    total_minor: int
    tax_minor: int = 0
    shipping_minor: int = 0
    discount_minor: int = 0
    refunded_minor: int = 0
    outstanding_minor: int = 0
    codes: tuple[UsedCode, ...] = ()
    lines: tuple[LineFact, ...] = ()
    refunds: tuple[RefundFact, ...] = ()
    email_domain: str = ""  # keyed hash of the buyer's, to know the shop's own people
    claim_ids: tuple[int, ...] = ()  # claims whose signed token came back with the order
    gateway: str = ""
    channel: str = ""
    parent_ref: str | None = None
    prior_orders: int | None = None
    is_test: bool = False
    throwaway_mail: bool = False  # the buyer's address lasts for minutes (R9); the address itself is not kept
    placed_at: datetime
    updated_at: datetime
    paid_at: datetime | None = None
    completed_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    learned_at: datetime  # when we first heard of it
    read_at: datetime | None = None  # when we asked for it ourselves; None: it was told to us


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectPolicy:
    """When money counts as collected on this store (R6)."""

    earning_statuses: frozenset[str] = frozenset({"processing", "completed"})
    pays_on_delivery: frozenset[str] = frozenset()  # gateways that collect at completion or delivery only


# A store that moves an order back to one of these takes back that it was completed.
_NOT_DONE = frozenset({"pending", "on_hold", "processing"})
UNLISTED = "unlisted"  # stands for the reference of what was given back without a refund of its own
_NEVER = datetime.min.replace(tzinfo=UTC)


def newest(sightings: Sequence[OrderFacts]) -> OrderFacts:
    """The sighting that counts: the latest `updated_at`, and of one instant our own latest reading, since platforms
    count in seconds and change some things without a new instant. Between different contents that are left the choice
    does not depend on the order of arrival (callers read the order back when ambiguous() says so). `learned_at` is
    the earliest of all."""
    return replace(max(sightings, key=_seniority), learned_at=min(each.learned_at for each in sightings))


def ambiguous(sightings: Sequence[OrderFacts]) -> bool:
    """Whether the latest instant was seen with two different contents and no reading of ours has settled it since."""
    latest = newest(sightings)
    of_that_instant = [each for each in sightings if each.updated_at == latest.updated_at]
    if latest.read_at is not None:
        of_that_instant = [each for each in of_that_instant if _stands_beside(each, latest.read_at)]
    return len({_content(each) for each in of_that_instant}) > 1


def counts_otherwise(order: OrderFacts, sightings: Sequence[OrderFacts]) -> bool:
    """Whether another content of the very instant counts: the order has changed and changed back within it, or this is
    an old look at it. Only a reading tells."""
    latest = newest(sightings)
    return order.updated_at == latest.updated_at and _content(order) != _content(latest)


def collected_at(order: OrderFacts, policy: CollectPolicy) -> datetime | None:
    """When the money was collected, or None: an instant of payment AND an earning status AND nothing outstanding
    (R6); cash on delivery collects at delivery or completion; a failed order with a paid date is not collected. A
    fully refunded order was collected (its reversal is R7's business), so "refunded" with a payment instant keeps its
    instant."""
    if order.status not in {*policy.earning_statuses, "refunded"}:
        return None
    if order.gateway in policy.pays_on_delivery:  # what is outstanding there is the courier's, not the buyer's
        return order.delivered_at or _completed_at(order)
    return None if order.outstanding_minor > 0 else order.paid_at


def earned_at(order: OrderFacts, policy: CollectPolicy, trigger: str) -> datetime | None:
    """When the program's trigger was met (paid: collected_at; completed: collected and completed or delivered), or
    None."""
    collected = collected_at(order, policy)
    if collected is None or trigger == Trigger.PAID:
        return collected
    fulfilled = [instant for instant in (order.delivered_at, _completed_at(order)) if instant is not None]
    return max(collected, min(fulfilled)) if fulfilled else None


def hold_starts(order: OrderFacts, policy: CollectPolicy) -> tuple[datetime, str] | None:
    """The instant that the hold counts from and its word (delivery, completion, payment), or None while not collected
    (R5)."""
    collected = collected_at(order, policy)
    if collected is None:
        return None
    if order.delivered_at is not None:
        return order.delivered_at, "delivery"
    completed = _completed_at(order)
    return (collected, "payment") if completed is None else (completed, "completion")


def before_its_end(order: OrderFacts) -> OrderFacts:
    """A cancelled or trashed order as one that was given back: the instants that are left on it say whether it had
    ever been collected and earned. Other orders are as they were; a failed one never was collected."""
    return replace(order, status="refunded") if order.status in {"cancelled", "trashed"} else order


def was_refused(order: OrderFacts, policy: CollectPolicy) -> bool:
    """Whether the order was to be paid on delivery and ended without being paid."""
    is_over = order.status in {"cancelled", "failed", "refunded", "trashed"}
    on_delivery = order.gateway in policy.pays_on_delivery
    return is_over and on_delivery and collected_at(before_its_end(order), policy) is None


def base_minor(order: OrderFacts, *, after: int | None = None) -> int:
    """Goods after discounts, without tax, shipping and fees, less what the first `after` refunds (all by default, in
    the fixed order of refund_order()) took from them; never below zero. A refund that does not tell its goods' part
    is counted against goods in the goods' share of the order's total, rounded half up, and a refund of the whole rest
    leaves zero."""
    given_back, base = 0, order.goods_minor
    for refund in refund_order(order)[:after]:
        given_back += refund.amount_minor
        if given_back >= order.total_minor:
            return 0
        base -= _goods_part(order, refund)
    return max(base, 0)


def refund_order(order: OrderFacts) -> tuple[RefundFact, ...]:
    """The refunds in one order that does not depend on how they were listed: by instant where all have one, else by
    reference (numeric references as numbers). What the order says was given back beyond them comes last, as
    UNLISTED."""
    listed = sorted(order.refunds, key=lambda refund: _reference(refund.refund_ref))
    if all(refund.at is not None for refund in listed):
        listed.sort(key=lambda refund: refund.at or _NEVER)
    given_back = order.total_minor if order.status == "refunded" else order.refunded_minor
    rest = given_back - sum(refund.amount_minor for refund in listed)
    return (*listed, RefundFact(refund_ref=UNLISTED, amount_minor=rest)) if rest > 0 else tuple(listed)


def _content(order: OrderFacts) -> OrderFacts:
    """What a sighting says, without how it reached us and how its lists were arranged."""
    return replace(
        order,
        learned_at=order.updated_at,
        read_at=None,
        codes=tuple(sorted(order.codes, key=lambda used: (used.code, used.discount_minor))),
        lines=_arranged(order.lines),
        refunds=tuple(
            replace(refund, lines=_arranged(refund.lines))
            for refund in sorted(order.refunds, key=lambda refund: _reference(refund.refund_ref))
        ),
    )


def _arranged(lines: tuple[LineFact, ...]) -> tuple[LineFact, ...]:
    return tuple(sorted(lines, key=lambda line: (line.product_ref, line.variant_ref, line.goods_minor)))


def _seniority(order: OrderFacts) -> tuple[datetime, datetime, int, str]:
    return order.updated_at, order.read_at or _NEVER, order.refunded_minor, repr(_content(order))


def _stands_beside(order: OrderFacts, read_at: datetime) -> bool:
    """Whether a reading of this instant leaves the sighting standing: it is that reading, or reached us after it."""
    return order.read_at == read_at if order.read_at is not None else order.learned_at > read_at


def _completed_at(order: OrderFacts) -> datetime | None:
    return None if order.status in _NOT_DONE else order.completed_at


def _goods_part(order: OrderFacts, refund: RefundFact) -> int:
    if refund.goods_minor is not None:
        return refund.goods_minor
    return half_up(refund.amount_minor * order.goods_minor, order.total_minor)


def _reference(ref: str) -> tuple[int, int, str]:
    return (0, int(ref), ref) if ref.isdecimal() else (1, 0, ref)
