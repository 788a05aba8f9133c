"""Facts about one order, and what they say by themselves: is it collected, since when does the hold run, what is its base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedCode:
    """A discount code on an order, in our spelling (upper case, nothing between), and what it took off."""

    code: str
    discount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFact:
    """One refund of an order, positive. A chargeback is a refund with its own reference (R7)."""

    refund_ref: str
    amount_minor: int
    goods_minor: int | None = None  # the goods' part without tax, where the platform tells
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """An order as it stood at `updated_at`; amounts in minor units of `currency`. Statuses are integrations.events words."""

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
    refunds: tuple[RefundFact, ...] = ()
    gateway: str = ""
    channel: str = ""
    parent_ref: str | None = None
    prior_orders: int | None = None
    is_test: bool = False
    placed_at: datetime
    updated_at: datetime
    paid_at: datetime | None = None
    completed_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    learned_at: datetime  # when we first heard of it


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectPolicy:
    """When money counts as collected on this store (R6)."""

    earning_statuses: frozenset[str] = frozenset({"processing", "completed"})
    pays_on_delivery: frozenset[str] = frozenset()  # gateways that collect at completion or delivery only


def newest(sightings: Sequence[OrderFacts]) -> OrderFacts:
    """The sighting that counts: the latest `updated_at`; between different contents of one instant, one that does not depend on
    the order of arrival (callers read the order back when ambiguous() says so). `learned_at` is the earliest of all."""
    raise NotImplementedError


def ambiguous(sightings: Sequence[OrderFacts]) -> bool:
    """Whether the latest instant was seen with two different contents."""
    raise NotImplementedError


def collected_at(order: OrderFacts, policy: CollectPolicy) -> datetime | None:
    """When the money was collected, or None: an instant of payment AND an earning status AND nothing outstanding; cash on
    delivery collects at delivery or completion; a failed order with a paid date is not collected. A fully refunded order was
    collected (its reversal is R7's business), so REFUNDED with a payment instant keeps its instant."""
    raise NotImplementedError


def earned_at(order: OrderFacts, policy: CollectPolicy, trigger: str) -> datetime | None:
    """When the program's trigger was met (paid: collected_at; completed: collected and completed or delivered), or None."""
    raise NotImplementedError


def hold_starts(order: OrderFacts, policy: CollectPolicy) -> tuple[datetime, str] | None:
    """The instant that the hold counts from and its word (delivery, completion, payment), or None while not collected (R5)."""
    raise NotImplementedError


def base_minor(order: OrderFacts, *, after: int | None = None) -> int:
    """Goods after discounts, without tax, shipping and fees, less what the first `after` refunds (all by default, in the fixed
    order of refund_order()) took from them; never below zero. A refund that does not tell its goods' part is counted against
    goods in the goods' share of the order's total, rounded half up, and a refund of the whole rest leaves zero."""
    raise NotImplementedError


def refund_order(order: OrderFacts) -> tuple[RefundFact, ...]:
    """The refunds in one order that does not depend on how they were listed: by instant where all have one, else by reference
    (numeric references as numbers)."""
    raise NotImplementedError
