"""An order as Shopify writes it in a webhook to an OrderSnapshot.

Every order carries each amount twice, in the shop's currency and in the buyer's. Coupons and minimums are in the
shop's, and Shopify keeps it at the order's own rate, so that is the order's currency here; nothing is converted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from integrations.currencies import to_money
from integrations.errors import PayloadInvalid
from integrations.events import AppliedCode, Buyer, Money, OrderLine, OrderSnapshot, OrderStatus, Refund
from integrations.shopify.shapes import (
    LARGEST_ID,
    AddressRow,
    AttributeRow,
    Both,
    CodeRow,
    CustomerRow,
    Line,
    OrderRow,
    RefundedLine,
    RefundRow,
    Word,
    amount_of,
    decode,
    instant,
    text_of,
)

NOTHING = Decimal(0)

# What the money of an order that stands has come to: all of it here, else something is still to be paid.
PAID = frozenset({"paid", "partially_refunded", "refunded"})
ENDS: dict[str, OrderStatus] = {
    "refunded": OrderStatus.REFUNDED,
    "voided": OrderStatus.CANCELLED,  # an authorisation that was let go: no money ever came
    "expired": OrderStatus.FAILED,
}
CHANNELS: dict[str, str] = {
    "web": "checkout",
    "shopify_draft_order": "draft",
    "pos": "pos",
    "subscription_contract": "subscription",
    "subscription_contract_checkout_one": "subscription",
}
# Of the cart's attributes only ours: the rest is not our business.
OUR_ATTRIBUTES = "_goodword"


def read_order(body: bytes | msgspec.Raw) -> OrderSnapshot:
    """The order that the JSON shows. Raises PayloadInvalid."""
    order = decode(body, OrderRow)
    placed_at = instant(order.created_at)
    if placed_at is None or not 0 < order.id <= LARGEST_ID or re.fullmatch(r"[A-Z]{3}", order.currency) is None:
        raise PayloadInvalid("order_incomplete")
    refunds = tuple(_refund(each, order) for each in order.refunds)
    paid = text_of(order.financial_status) in PAID
    return OrderSnapshot(
        order_ref=str(order.id),
        number=(text_of(order.name) or str(order.id))[:64],
        status=_status(order),
        status_word="/".join(filter(None, (text_of(order.financial_status), text_of(order.fulfillment_status)))),
        currency=order.currency,
        goods=_goods(order, refunds),
        discount=_money(order.total_discounts, order),
        tax=_money(order.total_tax, order),
        shipping=_money(_shop_amount(order.total_shipping_price_set), order),
        total=_money(order.total_price, order),
        refunded=Money(sum(each.amount.minor for each in refunds), order.currency),
        outstanding=Money(0, order.currency) if paid else _money(order.total_price, order),
        codes=tuple(_applied(each, order) for each in order.discount_codes),
        lines=tuple(_line(each, order) for each in order.line_items if _is_goods(each)),
        refunds=refunds,
        buyer=_buyer(order),
        gateway=next((name for each in order.payment_gateway_names if (name := text_of(each))), ""),
        channel=_channel(order),
        attributes=_attributes(order.note_attributes),
        tags=tuple(filter(None, (each.strip() for each in (text_of(order.tags) or "").split(",")))),
        prices_include_tax=order.taxes_included,
        is_test=order.test,
        placed_at=placed_at,
        updated_at=instant(order.updated_at) or placed_at,
        # A webhook does not say when the money came, only that it did; the checkout is the one instant that stays.
        paid_at=(instant(order.processed_at) or placed_at) if paid else None,
        completed_at=_completed_at(order),
        delivered_at=_delivered_at(order),
        cancelled_at=instant(order.cancelled_at),
    )


def read_customer(body: bytes) -> Buyer:
    """The customer that the JSON shows. Raises PayloadInvalid."""
    customer = decode(body, CustomerRow)
    if not 0 < customer.id <= LARGEST_ID:
        raise PayloadInvalid("not_a_customer")
    address = customer.default_address or AddressRow()
    return Buyer(
        customer_ref=str(customer.id),
        email=text_of(customer.email),
        phone=text_of(customer.phone) or text_of(address.phone),
        name=_name(customer) or _name(address),
        address=_address(address),
        country=text_of(address.country_code),
    )


def _money(word: Word | Decimal, order: OrderRow) -> Money:
    return to_money(word if isinstance(word, Decimal) else amount_of(word), order.currency)


def _shop_amount(both: Both | None, bare: Word = None) -> Decimal:
    """The amount in the shop's currency; the bare field stands for it where there is no pair."""
    return amount_of(both.shop_money.amount if both and both.shop_money else bare)


def _status(order: OrderRow) -> OrderStatus:
    money = text_of(order.financial_status) or "pending"
    if order.cancelled_at:
        return OrderStatus.CANCELLED
    if money in ENDS:
        return ENDS[money]
    if money not in PAID:
        return OrderStatus.PENDING
    return OrderStatus.COMPLETED if text_of(order.fulfillment_status) == "fulfilled" else OrderStatus.PROCESSING


def _channel(order: OrderRow) -> str:
    source = text_of(order.source_name) or ""
    return CHANNELS.get(source, "api" if source.isdecimal() else source)


def _is_goods(line: Line) -> bool:
    """Whether it is something that the shop sells: a gift card is money, and a tip is a gift."""
    return not line.gift_card and line.tip is None


def _net(line: Line, order: OrderRow) -> Decimal:
    """A line after its discounts and without its tax."""
    price = _shop_amount(line.price_set, line.price) * amount_of(line.quantity)
    off = sum((_shop_amount(each.amount_set, each.amount) for each in line.discount_allocations), NOTHING)
    return price - off - (_tax(line) if order.taxes_included else NOTHING)


def _tax(line: Line) -> Decimal:
    return sum((_shop_amount(each.price_set, each.price) for each in line.tax_lines), NOTHING)


def _goods(order: OrderRow, refunds: Iterable[Refund]) -> Money:
    """What is left of the goods as Shopify counts it, and what the refunds took from them: edits are in it then, and
    the rest after the refunds is Shopify's own."""
    left = amount_of(order.current_subtotal_price) - sum(_not_counted(order), NOTHING)
    given_back = sum(each.goods.minor for each in refunds if each.goods is not None)
    return Money(max(to_money(left, order.currency).minor, 0) + given_back, order.currency)


def _not_counted(order: OrderRow) -> Iterable[Decimal]:
    """Of the present subtotal what is no goods: gift cards, and the tax that prices include."""
    for line in order.line_items:
        quantity = amount_of(line.quantity)
        left = quantity if line.current_quantity is None else amount_of(line.current_quantity)
        share = left / quantity if quantity else NOTHING
        if not _is_goods(line):
            yield NOTHING if line.tip is not None else (_net(line, order) + _included(line, order)) * share
        else:
            yield _included(line, order) * share


def _included(line: Line, order: OrderRow) -> Decimal:
    return _tax(line) if order.taxes_included else NOTHING


def _line(line: Line, order: OrderRow) -> OrderLine:
    return OrderLine(
        product_ref=text_of(line.product_id) or "",
        variant_ref=text_of(line.variant_id) or "",
        quantity=_whole(line.quantity),
        total=to_money(_net(line, order), order.currency),
        tax=to_money(_tax(line), order.currency),
    )


def _refund(refund: RefundRow, order: OrderRow) -> Refund:
    """What was given back. Which part was goods is known where lines say so; a bare sum may be anything."""
    rows = [each for each in refund.refund_line_items if each.line_item is None or _is_goods(each.line_item)]
    lines = tuple(_given_back(each, order) for each in rows)
    told = bool(refund.refund_line_items or refund.refund_shipping_lines)
    return Refund(
        refund_ref=str(refund.id),
        amount=_money(_paid_back(refund, order), order),
        goods=Money(sum(each.total.minor for each in lines), order.currency) if told else None,
        at=instant(refund.processed_at) or instant(refund.created_at),
        lines=lines,
    )


def _paid_back(refund: RefundRow, order: OrderRow) -> Decimal:
    """The money that went back. Removing goods by an edit makes a refund too, of which nothing was paid yet."""
    paid = [each for each in refund.transactions if each.kind == "refund" and each.status == "success"]
    if all(each.currency in ("", order.currency) for each in paid):
        return sum((amount_of(each.amount) for each in paid), NOTHING)
    shipping = sum((_shop_amount(each.subtotal_amount_set) for each in refund.refund_shipping_lines), NOTHING)
    return sum((_with_tax(each, order) for each in refund.refund_line_items), shipping)


def _with_tax(row: RefundedLine, order: OrderRow) -> Decimal:
    subtotal, tax = _shop_amount(row.subtotal_set, row.subtotal), _shop_amount(row.total_tax_set, row.total_tax)
    return subtotal if order.taxes_included else subtotal + tax


def _given_back(row: RefundedLine, order: OrderRow) -> OrderLine:
    subtotal, tax = _shop_amount(row.subtotal_set, row.subtotal), _shop_amount(row.total_tax_set, row.total_tax)
    line = row.line_item or Line()
    return OrderLine(
        product_ref=text_of(line.product_id) or "",
        variant_ref=text_of(line.variant_id) or "",
        quantity=_whole(row.quantity),
        total=to_money(subtotal - tax if order.taxes_included else subtotal, order.currency),
        tax=to_money(tax, order.currency),
    )


def _whole(word: Word) -> int:
    return int(amount_of(word).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _applied(code: CodeRow, order: OrderRow) -> AppliedCode:
    return AppliedCode(code=(text_of(code.code) or "").upper(), discount=_money(code.amount, order))


def _attributes(rows: Iterable[AttributeRow]) -> tuple[tuple[str, str], ...]:
    ours = ((str(row.name), row.value) for row in rows if str(row.name).startswith(OUR_ATTRIBUTES))
    return tuple((name, text) for name, value in ours if isinstance(value, str | int) and (text := text_of(value)))


def _completed_at(order: OrderRow) -> datetime | None:
    """When the last of it was sent, where all of it was."""
    if text_of(order.fulfillment_status) != "fulfilled":
        return None
    sent = [instant(each.created_at) for each in order.fulfillments if each.status == "success"]
    return max(filter(None, sent), default=instant(order.closed_at) or instant(order.updated_at))


def _delivered_at(order: OrderRow) -> datetime | None:
    """When the last parcel arrived, where all of it was sent and every carrier says so."""
    sent = [each for each in order.fulfillments if each.status == "success"]
    arrived = [instant(each.updated_at) for each in sent if each.shipment_status == "delivered"]
    if text_of(order.fulfillment_status) != "fulfilled" or not sent or len(arrived) < len(sent):
        return None
    return max(filter(None, arrived), default=None)


def _buyer(order: OrderRow) -> Buyer:
    """Whatever Shopify lets us see of the buyer: what an app may not see comes as null."""
    customer, billing = order.customer or CustomerRow(), order.billing_address or AddressRow()
    shipping = order.shipping_address or AddressRow()
    phones = (order.phone, customer.phone, billing.phone, shipping.phone)
    emails = (order.email, order.contact_email, customer.email)
    return Buyer(
        customer_ref=str(customer.id) if customer.id > 0 else None,
        email=next(filter(None, map(text_of, emails)), None),
        phone=next(filter(None, map(text_of, phones)), None),
        name=_name(billing) or _name(shipping) or _name(customer),
        address=_address(billing) or _address(shipping),
        country=text_of(billing.country_code) or text_of(shipping.country_code),
    )


def _name(person: AddressRow | CustomerRow) -> str | None:
    return " ".join(filter(None, (text_of(person.first_name), text_of(person.last_name)))) or None


def _address(person: AddressRow) -> str | None:
    street = (person.address1, person.address2)
    if not any(text_of(part) for part in (*street, person.zip, person.city)):
        return None
    parts = (*street, person.zip, person.city, person.country_code)
    return ", ".join(filter(None, (text_of(part) for part in parts)))
