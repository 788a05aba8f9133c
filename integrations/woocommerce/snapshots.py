"""An order as WooCommerce writes it, in a webhook or an answer (they are the same), to an OrderSnapshot."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, TypeVar

import msgspec

from integrations.currencies import iso_code, to_money
from integrations.errors import PayloadInvalid
from integrations.events import AppliedCode, Buyer, Money, OrderLine, OrderSnapshot, OrderStatus, Refund

T = TypeVar("T")
# Plugins write numbers for strings, strings for numbers, false for nothing, and PHP an object where a list had gaps.
Word = str | int | float | bool | None
LARGEST_AMOUNT = Decimal(10) ** 15
LARGEST_ID = 2**63 - 1
NO_DATE = ("0000-", "-0001-")  # how WordPress writes that there is none
YEARS = range(1900, 9000)  # a year to either side can be counted with

STATUSES: dict[str, OrderStatus] = {
    "checkout-draft": OrderStatus.DRAFT,  # an opened block checkout, or what a refused coupon leaves behind
    "auto-draft": OrderStatus.DRAFT,
    "draft": OrderStatus.DRAFT,
    "new": OrderStatus.DRAFT,
    "pending": OrderStatus.PENDING,
    "on-hold": OrderStatus.ON_HOLD,
    "processing": OrderStatus.PROCESSING,
    "completed": OrderStatus.COMPLETED,
    "cancelled": OrderStatus.CANCELLED,
    "failed": OrderStatus.FAILED,
    "refunded": OrderStatus.REFUNDED,
    "trash": OrderStatus.TRASHED,
}
# A paid date can stand on an order whose money did not come or went back: it was paid, then failed or was put on hold.
UNPAID = frozenset({OrderStatus.DRAFT, OrderStatus.PENDING, OrderStatus.ON_HOLD, OrderStatus.FAILED})
# Of the order's meta only ours and what the shop's order attribution kept of our link: the rest is not our business.
OUR_META = ("_goodword", "_wc_order_attribution_utm_")
RENEWAL_META = "_subscription_renewal"


class Meta(msgspec.Struct):
    key: Word = None
    value: Any = None


class _Person(msgspec.Struct):
    first_name: Word = None
    last_name: Word = None
    address_1: Word = None
    address_2: Word = None
    city: Word = None
    postcode: Word = None
    country: Word = None
    email: Word = None
    phone: Word = None


class Line(msgspec.Struct):
    product_id: Word = None
    variation_id: Word = None
    quantity: Word = None
    total: Word = None
    total_tax: Word = None


class _Coupon(msgspec.Struct):
    code: Word = None
    discount: Word = None
    meta_data: list[Meta] | dict[str, Meta] | None = None


class _Refund(msgspec.Struct):
    id: int
    total: Word = None


class _Order(msgspec.Struct):
    id: int
    status: str
    currency: str
    total: Word
    line_items: list[Line] | dict[str, Line]
    number: Word = None
    parent_id: Word = None
    customer_id: Word = None
    prices_include_tax: Word = None
    discount_total: Word = None
    shipping_total: Word = None
    total_tax: Word = None
    billing: _Person | list[Any] | Word = None
    shipping: _Person | list[Any] | Word = None
    payment_method: Word = None
    created_via: Word = None
    date_created_gmt: str | None = None
    date_modified_gmt: str | None = None
    date_paid_gmt: str | None = None
    date_completed_gmt: str | None = None
    coupon_lines: list[_Coupon] | dict[str, _Coupon] | None = None
    refunds: list[_Refund] | dict[str, _Refund] | None = None
    meta_data: list[Meta] | dict[str, Meta] | None = None


class _Customer(_Person):
    id: int = 0
    billing: _Person | list[Any] | Word = None


def decode(body: bytes | msgspec.Raw, kind: type[T]) -> T:
    """The JSON as a `kind`. Raises PayloadInvalid, whatever the bytes are."""
    try:
        return msgspec.json.decode(body, type=kind, strict=False)
    except msgspec.ValidationError as error:
        raise PayloadInvalid("shape_unexpected") from error
    except (ValueError, RecursionError) as error:
        raise PayloadInvalid("json_unreadable") from error


def read_order(body: bytes | msgspec.Raw) -> OrderSnapshot:
    """The order that the JSON shows. Raises PayloadInvalid."""
    order = decode(body, _Order)
    status = STATUSES.get(order.status.removeprefix("wc-"), OrderStatus.UNKNOWN)
    placed_at = instant(order.date_created_gmt) or instant(order.date_modified_gmt)
    if placed_at is None:
        raise PayloadInvalid("order_undated")
    if not 0 < order.id <= LARGEST_ID or re.fullmatch(r"[A-Z]{3}", iso_code(order.currency)) is None:
        raise PayloadInvalid("order_incomplete")
    paid_at = instant(order.date_paid_gmt)
    total = _money(order.total, order)
    refunds = tuple(_refund(each, order) for each in rows_of(order.refunds))
    owed = paid_at is None or status in UNPAID
    return OrderSnapshot(
        order_ref=str(order.id),
        number=(text_of(order.number) or str(order.id))[:64],
        status=status,
        status_word=order.status,
        currency=iso_code(order.currency),
        # Line totals are after discounts and without tax; shipping, fees and tips stand in lists of their own.
        goods=to_money(sum((amount_of(each.total) for each in rows_of(order.line_items)), Decimal(0)), order.currency),
        discount=_money(order.discount_total, order),
        tax=_money(order.total_tax, order),
        shipping=_money(order.shipping_total, order),
        total=total,
        refunded=Money(sum(each.amount.minor for each in refunds), total.currency),
        outstanding=total if owed else Money(0, total.currency),
        codes=tuple(_applied(each, order) for each in rows_of(order.coupon_lines)),
        lines=tuple(line_of(each, order.currency) for each in rows_of(order.line_items)),
        refunds=refunds,
        buyer=_buyer(order),
        gateway=text_of(order.payment_method) or "",
        channel=text_of(order.created_via) or "",
        attributes=_attributes(rows_of(order.meta_data)),
        prices_include_tax=str(order.prices_include_tax).lower() in {"true", "yes", "1"},
        parent_ref=_parent(order),
        placed_at=placed_at,
        updated_at=instant(order.date_modified_gmt) or placed_at,
        paid_at=paid_at,
        completed_at=instant(order.date_completed_gmt),
    )


def read_customer(body: bytes) -> Buyer:
    """The customer that the JSON shows. Raises PayloadInvalid."""
    customer = decode(body, _Customer)
    if customer.id <= 0 or not text_of(customer.email):
        raise PayloadInvalid("not_a_customer")
    billing = _person(customer.billing)
    return Buyer(
        customer_ref=str(customer.id),
        email=text_of(customer.email),
        phone=text_of(billing.phone),
        name=_name(customer) or _name(billing),
        address=_address(billing),
        country=text_of(billing.country),
    )


def instant(text: str | None) -> datetime | None:
    """The UTC instant of a `…_gmt` field, which carries no Z. Raises PayloadInvalid."""
    if not text or text.startswith(NO_DATE):
        return None
    try:
        moment = datetime.fromisoformat(text)
        utc = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise PayloadInvalid("date_unreadable") from error
    if utc.year not in YEARS:
        raise PayloadInvalid("date_unreadable")
    return utc


def rows_of(rows: list[T] | dict[str, T] | None) -> Iterable[T]:
    """The rows of a list, or of the object that PHP writes when a list has gaps."""
    return rows.values() if isinstance(rows, dict) else rows or ()


def text_of(word: Word) -> str | None:
    """The word as text, or None where it is empty."""
    # PostgreSQL keeps no NUL in a text, and JSON may carry one.
    return None if word is None or word is False else str(word).replace("\x00", "").strip() or None


def amount_of(word: Word) -> Decimal:
    """The amount that a decimal string says, exactly; nothing is zero. Raises PayloadInvalid."""
    try:
        amount = Decimal(text_of(word) or 0)
    except InvalidOperation as error:
        raise PayloadInvalid("amount_unreadable") from error
    if not amount.is_finite() or abs(amount) >= LARGEST_AMOUNT:
        raise PayloadInvalid("amount_unreadable")
    return amount


def _money(word: Word, order: _Order) -> Money:
    return to_money(amount_of(word), order.currency)


def line_of(line: Line, currency: str) -> OrderLine:
    return OrderLine(
        product_ref=text_of(line.product_id) or "",
        variant_ref=_ref(line.variation_id) or "",
        quantity=int(amount_of(line.quantity).quantize(Decimal(1), rounding=ROUND_HALF_UP)),
        total=to_money(amount_of(line.total), currency),
        tax=to_money(amount_of(line.total_tax), currency),
    )


def _refund(refund: _Refund, order: _Order) -> Refund:
    # The row says only what was given back in all ("-10.00"); which part was goods is not in the order.
    return Refund(refund_ref=str(refund.id), amount=to_money(abs(amount_of(refund.total)), order.currency))


def _applied(coupon: _Coupon, order: _Order) -> AppliedCode:
    return AppliedCode(
        code=html.unescape(text_of(coupon.code) or "").upper(),  # kept in lower case there, shown in upper case by us
        discount=_money(coupon.discount, order),
        coupon_ref=_coupon_ref(rows_of(coupon.meta_data)),
    )


def _coupon_ref(meta: Iterable[Meta]) -> str | None:
    """The coupon's id from coupon_info, a JSON list in a string ([13,"code","percent",15]), where it is there."""
    for each in meta:
        if each.key == "coupon_info" and isinstance(each.value, str):
            try:
                found = msgspec.json.decode(each.value)
            except (ValueError, RecursionError):
                return None
            if isinstance(found, list) and found and isinstance(found[0], int):
                return str(found[0])
    return None


def _attributes(meta: Iterable[Meta]) -> tuple[tuple[str, str], ...]:
    found = ((str(each.key), each.value) for each in meta if str(each.key).startswith(OUR_META))
    kept = ((key, text_of(value)) for key, value in found if isinstance(value, str | int | float))
    return tuple((key, value) for key, value in kept if value)


def _parent(order: _Order) -> str | None:
    renewals = (each.value for each in rows_of(order.meta_data) if each.key == RENEWAL_META)
    return _ref(order.parent_id) or next((text_of(value) for value in renewals if isinstance(value, str | int)), None)


def _buyer(order: _Order) -> Buyer:
    billing, shipping = _person(order.billing), _person(order.shipping)
    return Buyer(
        customer_ref=_ref(order.customer_id),  # 0 is a guest
        email=text_of(billing.email),
        phone=text_of(billing.phone) or text_of(shipping.phone),
        name=_name(billing) or _name(shipping),
        address=_address(billing) or _address(shipping),
        country=text_of(billing.country) or text_of(shipping.country),
    )


def _ref(word: Word) -> str | None:
    ref = text_of(word)
    return None if ref == "0" else ref


def _person(person: _Person | list[Any] | Word) -> _Person:
    return person if isinstance(person, _Person) else _Person()


def _name(person: _Person) -> str | None:
    return " ".join(filter(None, (text_of(person.first_name), text_of(person.last_name)))) or None


def _address(person: _Person) -> str | None:
    street = (person.address_1, person.address_2)
    if not any(text_of(part) for part in (*street, person.postcode, person.city)):
        return None  # a country alone is where a shop starts every cart, no address
    parts = (*street, person.postcode, person.city, person.country)
    return ", ".join(filter(None, (text_of(part) for part in parts)))
