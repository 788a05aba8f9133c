"""What adapters see, in neutral words. Events are frozen and few; they say what was seen, never what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class OrderStatus(StrEnum):
    """A platform's status words, folded into ours."""

    DRAFT = "draft"  # not an order yet: a cart, a refused checkout
    PENDING = "pending"  # placed, money not collected
    ON_HOLD = "on_hold"  # placed, waiting for money or for a person
    PROCESSING = "processing"  # accepted by the shop, being prepared
    COMPLETED = "completed"  # done: sent or delivered
    CANCELLED = "cancelled"
    FAILED = "failed"
    REFUNDED = "refunded"  # all of it
    TRASHED = "trashed"  # put away by the shop
    UNKNOWN = "unknown"  # a status of the shop's own making


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of an ISO 4217 currency (2000 EUR is 20.00 euros)."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who placed an order, as the platform says it. Personal: never logged, stored encrypted or as keyed hashes."""

    customer_ref: str | None = None
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)  # one line: street, postcode, city, country
    country: str | None = None  # ISO 3166 alpha-2


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedCode:
    """A discount code found on an order and what it took off (without tax)."""

    code: str
    discount: Money
    coupon_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One kind of goods on an order; `total` is after discounts, without tax, before refunds."""

    product_ref: str
    variant_ref: str = ""  # which of its sizes or colours
    quantity: int
    total: Money
    tax: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """One refund row of an order; `amount` is positive and holds all that the shop gave back (goods, tax, shipping)."""

    refund_ref: str
    amount: Money
    goods: Money | None = None  # the part for goods without tax, where the platform tells
    at: datetime | None = None
    lines: tuple[OrderLine, ...] = ()  # what was given back of the goods, positive; empty where nobody knows


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSnapshot:
    """An order as it stood at `updated_at`. A snapshot is newer or older than another, never "the next step"."""

    order_ref: str
    number: str
    status: OrderStatus
    status_word: str  # the platform's own word, for people
    currency: str
    goods: Money  # after discounts, without tax, shipping, tips, fees, gift cards; before refunds
    discount: Money  # without tax
    tax: Money
    shipping: Money
    total: Money  # what the buyer owes or paid, everything included, before refunds
    refunded: Money  # so far, positive
    outstanding: Money  # still to be paid; zero once collected in full
    codes: tuple[AppliedCode, ...] = ()
    lines: tuple[OrderLine, ...] = ()
    refunds: tuple[Refund, ...] = ()
    buyer: Buyer = Buyer()
    gateway: str = ""  # how it is paid: the platform's word, such as cod or stripe
    channel: str = ""  # how it was made: checkout, admin, api, pos, subscription …
    attributes: tuple[tuple[str, str], ...] = ()  # what came back with the order: order meta, cart attributes, note
    tags: tuple[str, ...] = ()
    prices_include_tax: bool = False
    is_test: bool = False
    parent_ref: str | None = None  # the order that this one renews or exchanges
    prior_orders: int | None = None  # earlier orders of this customer, where the platform counts them itself
    placed_at: datetime
    updated_at: datetime
    paid_at: datetime | None = None
    completed_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderSeen:
    """The platform showed an order as it stood at one instant."""

    order: OrderSnapshot


@dataclass(frozen=True, slots=True)
class RefundSeen:
    """The platform sent a refund by itself, apart from its order."""

    order_ref: str
    refund: Refund


@dataclass(frozen=True, slots=True)
class OrderTouched:
    """Something about an order changed and the message does not say what: read it back before deciding."""

    order_ref: str
    reason: str


@dataclass(frozen=True, slots=True)
class OrderGone:
    """The platform says an order was put away or erased."""

    order_ref: str


@dataclass(frozen=True, slots=True)
class CustomerSeen:
    """A customer of the store was made or changed."""

    buyer: Buyer
    orders_count: int | None = None
    marketing_consent: bool | None = None


@dataclass(frozen=True, slots=True)
class CouponGone:
    """The platform says a coupon was deleted; confirm by looking it up before acting."""

    coupon_ref: str


@dataclass(frozen=True, slots=True)
class DataRequested:
    """A person asked the store for what is known about them."""

    buyer: Buyer
    request_ref: str


@dataclass(frozen=True, slots=True)
class CustomerRedacted:
    """A person asked the store to be forgotten."""

    buyer: Buyer
    order_refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoreRedacted:
    """The platform orders that a whole store be forgotten."""

    store_ref: str


@dataclass(frozen=True, slots=True)
class AppUninstalled:
    """The store removed the app."""

    store_ref: str


# The reason of a message that came without what it is about: whoever it belongs to in the store may not see that.
SENDER_SEES_NOTHING = "sender_sees_nothing"


@dataclass(frozen=True, slots=True)
class Ignored:
    """The message is authentic and means nothing to us; the reason is stored."""

    topic: str
    reason: str


StoreEvent = (
    OrderSeen
    | RefundSeen
    | OrderTouched
    | OrderGone
    | CustomerSeen
    | CouponGone
    | DataRequested
    | CustomerRedacted
    | StoreRedacted
    | AppUninstalled
    | Ignored
)
StoreEvents = Sequence[StoreEvent]
