"""The JSON of Shopify's webhooks, as far as we read it, and its words, amounts and instants."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

import msgspec

from integrations.errors import PayloadInvalid

T = TypeVar("T")
Word = str | int | float | bool | None
LARGEST_AMOUNT = Decimal(10) ** 15
LARGEST_ID = 2**64 - 1
YEARS = range(1900, 9000)  # a year to either side can be counted with


class Amount(msgspec.Struct):
    amount: Word = None
    currency_code: str = ""


class Both(msgspec.Struct):
    shop_money: Amount | None = None


class Tax(msgspec.Struct):
    price: Word = None
    price_set: Both | None = None


class Allocation(msgspec.Struct):
    amount: Word = None
    amount_set: Both | None = None


class Line(msgspec.Struct):
    product_id: Word = None
    variant_id: Word = None
    quantity: Word = None
    price: Word = None
    price_set: Both | None = None
    gift_card: bool = False
    current_quantity: Word = None
    tip: object = None
    tax_lines: list[Tax] = []
    discount_allocations: list[Allocation] = []


class RefundedLine(msgspec.Struct):
    quantity: Word = None
    subtotal: Word = None
    total_tax: Word = None
    subtotal_set: Both | None = None
    total_tax_set: Both | None = None
    line_item: Line | None = None


class RefundedShipping(msgspec.Struct):
    subtotal_amount_set: Both | None = None


class Transaction(msgspec.Struct):
    kind: str = ""
    status: str = ""
    amount: Word = None
    currency: str = ""


class RefundRow(msgspec.Struct):
    id: int
    created_at: str | None = None
    processed_at: str | None = None
    refund_line_items: list[RefundedLine] = []
    refund_shipping_lines: list[RefundedShipping] = []
    transactions: list[Transaction] = []


class AddressRow(msgspec.Struct):
    first_name: Word = None
    last_name: Word = None
    address1: Word = None
    address2: Word = None
    city: Word = None
    zip: Word = None
    country_code: Word = None
    phone: Word = None


class CustomerRow(msgspec.Struct):
    id: int = 0
    email: Word = None
    phone: Word = None
    first_name: Word = None
    last_name: Word = None
    default_address: AddressRow | None = None


class CodeRow(msgspec.Struct):
    code: Word = None
    amount: Word = None


class AttributeRow(msgspec.Struct):
    name: Word = None
    value: object = None


class Parcel(msgspec.Struct):
    status: Word = None
    shipment_status: Word = None
    created_at: str | None = None
    updated_at: str | None = None


class OrderRow(msgspec.Struct):
    id: int
    currency: str
    created_at: str
    current_subtotal_price: Word
    total_price: Word
    line_items: list[Line]
    name: Word = None
    updated_at: str | None = None
    processed_at: str | None = None
    cancelled_at: str | None = None
    closed_at: str | None = None
    financial_status: Word = None
    fulfillment_status: Word = None
    total_discounts: Word = None
    total_tax: Word = None
    total_outstanding: Word = None
    total_shipping_price_set: Both | None = None
    taxes_included: bool = False
    test: bool = False
    source_name: Word = None
    tags: Word = None
    email: Word = None
    contact_email: Word = None
    phone: Word = None
    customer: CustomerRow | None = None
    billing_address: AddressRow | None = None
    shipping_address: AddressRow | None = None
    payment_gateway_names: list[Word] = []
    discount_codes: list[CodeRow] = []
    note_attributes: list[AttributeRow] = []
    fulfillments: list[Parcel] = []
    refunds: list[RefundRow] = []


def decode(body: bytes | msgspec.Raw, kind: type[T]) -> T:
    """The JSON as a `kind`. Raises PayloadInvalid, whatever the bytes are."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise PayloadInvalid("shape_unexpected") from error
    except (ValueError, RecursionError) as error:
        raise PayloadInvalid("json_unreadable") from error


def instant(text: str | None) -> datetime | None:
    """The UTC instant of a time with its offset. Raises PayloadInvalid."""
    if not text:
        return None
    try:
        utc = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise PayloadInvalid("date_unreadable") from error
    if utc.year not in YEARS:
        raise PayloadInvalid("date_unreadable")
    return utc


def text_of(word: Word) -> str | None:
    """The word as text, or None where it is empty."""
    # PostgreSQL keeps no NUL in a text, and JSON may carry one.
    return None if word is None or word is False else str(word).replace("\x00", "").strip() or None


def amount_of(word: Word) -> Decimal:
    """The amount that a decimal string, or one of the few numbers, says; nothing is zero. Raises PayloadInvalid."""
    try:
        amount = Decimal(text_of(word) or 0)
    except InvalidOperation as error:
        raise PayloadInvalid("amount_unreadable") from error
    if not amount.is_finite() or abs(amount) >= LARGEST_AMOUNT:
        raise PayloadInvalid("amount_unreadable")
    return amount
