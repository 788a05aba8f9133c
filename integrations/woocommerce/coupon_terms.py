"""What a coupon must be in the store, in comparable values: from our specification, and from what the store shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from integrations.contract import CouponNote, CouponSpec, DiscountKind
from integrations.currencies import CurrencyDiffers, to_decimal
from integrations.errors import ItemRefused, PayloadInvalid
from integrations.events import Money
from integrations.woocommerce.api import zulu
from integrations.woocommerce.snapshots import Meta, Word, amount_of, instant, rows_of

MARK = "_goodword"  # our meta key; its value is the code, so that a copy under another code is not taken for ours
# Read by plugin/includes/newness.php and order.php; not compared, since nothing that we promise hangs on them.
FOR_NEWCOMERS, RECOMMENDED_BY = "_goodword_new_customers", "_goodword_by"
LONGEST_NAME = 60
CENT, MILL = Decimal("0.01"), Decimal("0.001")
# REST shows two decimals of what a coupon keeps in full, so a third one can be verified only as far as it rounds.
SHOWN_WITHIN = CENT / 2


class Unsayable(Exception):
    """WooCommerce has no way to hold what the specification asks for; the argument is the reason slug."""


class Stored(msgspec.Struct):
    """A coupon as the store shows it."""

    id: int
    code: str
    status: str
    discount_type: str
    amount: Word
    date_expires_gmt: str | None
    usage_count: int
    usage_limit: int | None
    individual_use: bool
    free_shipping: bool
    product_ids: list[int] | dict[str, int]
    limit_usage_to_x_items: int | None
    exclude_sale_items: bool
    excluded_product_ids: list[int] | dict[str, int]
    excluded_product_categories: list[int] | dict[str, int]
    minimum_amount: Word
    email_restrictions: list[str] | dict[str, str]
    meta_data: list[Meta] | dict[str, Meta]

    @property
    def mark(self) -> object:
        """What our meta key says, or None where the coupon is somebody else's."""
        return next((each.value for each in rows_of(self.meta_data) if each.key == MARK), None)


def terms_of(spec: CouponSpec, currency: str) -> dict[str, Any]:
    """What must stand in the store, field by field, in comparable values. Raises Unsayable."""
    is_gift = spec.kind is DiscountKind.FREE_PRODUCT
    return {
        "code": spec.code.lower(),
        "status": "publish",
        "discount_type": "percent" if is_gift or spec.kind is DiscountKind.PERCENT else "fixed_cart",
        "amount": _amount(spec, currency),
        "date_expires": whole_second(spec.expires_at) if spec.expires_at else None,
        "usage_limit": 1,
        "individual_use": not spec.combines,
        "free_shipping": spec.kind is DiscountKind.FREE_SHIPPING,
        "product_ids": _ids([spec.product or ""]) if is_gift else [],
        "limit_usage_to_x_items": 1 if is_gift else None,
        "exclude_sale_items": spec.excludes_sale_items,
        "excluded_product_ids": _ids(spec.excluded_products),
        "excluded_product_categories": _ids(spec.excluded_categories),
        "minimum_amount": _sayable(spec.minimum, currency) if spec.minimum else Decimal(0),
        "email_restrictions": [spec.locked_email.strip().lower()] if spec.locked_email else [],
        "mark": spec.code,
    }


def _ids(refs: Sequence[str]) -> list[int]:
    if not all(ref.isascii() and ref.isdecimal() for ref in refs):
        raise Unsayable("ref_invalid")
    return sorted(int(ref) for ref in refs)


def _amount(spec: CouponSpec, currency: str) -> Decimal:
    if spec.kind is DiscountKind.FREE_SHIPPING:
        return Decimal(0)
    if spec.kind is DiscountKind.FREE_PRODUCT:
        return Decimal(100)
    if spec.kind is DiscountKind.PERCENT:
        amount = Decimal(spec.basis_points) / 100
        in_range = 0 < amount <= 100  # above, WooCommerce stores 0.00 and answers 201
    else:
        amount = _sayable(spec.amount, currency) if spec.amount else Decimal(0)
        in_range = amount > 0
    if not in_range:
        raise Unsayable("amount_invalid")
    return amount


def _sayable(money: Money, currency: str) -> Decimal:
    try:
        amount = to_decimal(money, currency)
    except CurrencyDiffers as error:
        raise Unsayable("currency_differs") from error
    if amount != amount.quantize(MILL) or 0 < amount < CENT:
        raise Unsayable("amount_too_fine")  # too much of it would not be shown, and so not be verified
    return amount


def body_of(spec: CouponSpec, terms: dict[str, Any]) -> dict[str, Any]:
    """The coupon as REST takes it: amounts are strings with a point, and date_expires_gmt would be ignored."""
    body = {key: value for key, value in terms.items() if key not in ("status", "mark", "date_expires")}
    for key in ("product_ids", "limit_usage_to_x_items", "excluded_product_ids", "excluded_product_categories"):
        if not body[key]:
            del body[key]
    body["code"] = spec.code
    body["amount"] = _written(terms["amount"])
    body["minimum_amount"] = _written(terms["minimum_amount"])
    body["description"] = spec.note
    body["meta_data"] = [{"key": MARK, "value": spec.code}]
    if terms["date_expires"]:
        body["date_expires"] = zulu(terms["date_expires"])
    return body


def _written(amount: Decimal) -> str:
    return str(amount.quantize(CENT if amount == amount.quantize(CENT) else MILL))


def noted(note: CouponNote) -> list[dict[str, str]]:
    """The note as meta entries of a coupon."""
    return [
        {"key": FOR_NEWCOMERS, "value": "yes" if note.new_customers_only else "no"},
        {"key": RECOMMENDED_BY, "value": note.recommended_by[:LONGEST_NAME]},
    ]


def mismatch(terms: dict[str, Any], stored: Stored) -> str | None:
    """The first field in which the store's coupon differs from what was asked for, or None."""
    return next(iter(differences(terms, stored)), None)


def differences(terms: dict[str, Any], stored: Stored) -> list[str]:
    """Every field in which the store's coupon differs from what was asked for."""
    found = _fields(stored)
    return [key for key, value in terms.items() if _differs(found[key], value)]


def _differs(found: Any, wanted: Any) -> bool:
    return abs(found - wanted) > SHOWN_WITHIN if isinstance(wanted, Decimal) else bool(found != wanted)


def _fields(stored: Stored) -> dict[str, Any]:
    return {
        "code": stored.code.lower(),
        "status": stored.status,
        "discount_type": stored.discount_type,
        "amount": amount_of(stored.amount),
        "date_expires": instant(stored.date_expires_gmt),
        "usage_limit": stored.usage_limit,
        "individual_use": stored.individual_use,
        "free_shipping": stored.free_shipping,
        "product_ids": sorted(rows_of(stored.product_ids)),
        "limit_usage_to_x_items": stored.limit_usage_to_x_items or None,
        "exclude_sale_items": stored.exclude_sale_items,
        "excluded_product_ids": sorted(rows_of(stored.excluded_product_ids)),
        "excluded_product_categories": sorted(rows_of(stored.excluded_product_categories)),
        "minimum_amount": amount_of(stored.minimum_amount),
        "email_restrictions": [each.lower() for each in rows_of(stored.email_restrictions)],
        "mark": stored.mark,
    }


def read_coupon(row: Any) -> Stored:
    """The coupon of a JSON object, every field of it readable. Raises ItemRefused."""
    try:
        stored = msgspec.convert(row, Stored, strict=False)
        _fields(stored)
    except (msgspec.ValidationError, PayloadInvalid) as error:
        raise ItemRefused("answer_unreadable") from error
    return stored


def whole_second(moment: datetime) -> datetime:
    """The instant on a full second, never earlier than asked for."""
    return (moment.astimezone(UTC) + timedelta(microseconds=999_999)).replace(microsecond=0)
