"""What refunds gave back. An order shows bare sums; the refunds' own endpoint tells goods, shipping and tax apart."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from integrations.currencies import codes_of, to_money
from integrations.events import Money, OrderLine, OrderSnapshot, OrderStatus, Refund
from integrations.woocommerce.snapshots import Line, Word, amount_of, decode, instant, line_of, rows_of


class _RefundPart(msgspec.Struct):
    """Shipping or a fee of a refund: what was given back of it, negative."""

    total: Word = None
    total_tax: Word = None


class _RefundInFull(msgspec.Struct):
    """A refund as its own endpoint shows it; an order shows no more of it than id and sum."""

    id: int
    amount: Word
    date_created_gmt: str | None = None
    line_items: list[Line] | dict[str, Line] = []
    shipping_lines: list[_RefundPart] | dict[str, _RefundPart] = []
    fee_lines: list[_RefundPart] | dict[str, _RefundPart] = []


def refunds_are_bare(order: OrderSnapshot) -> bool:
    """Whether it matters what each refund gave back and the order does not say: one that gave back all is plain."""
    wholly = order.status is OrderStatus.REFUNDED or order.refunded.minor >= order.total.minor
    return len(order.refunds) > (1 if wholly else 0)


def with_refunds(order: OrderSnapshot, body: bytes) -> OrderSnapshot:
    """The order, its refunds told in full by the JSON of its `…/refunds`. Raises PayloadInvalid."""
    told = {str(each.id): each for each in decode(body, list[_RefundInFull])}
    refunds = (_in_full(each, told.get(each.refund_ref)) for each in order.refunds)
    return replace(order, refunds=tuple(refunds))


def _in_full(refund: Refund, told: _RefundInFull | None) -> Refund:
    """The refund with its goods part, where its parts come to its amount.

    A sum typed without lines has no parts, and one typed beside lines may differ from them: then nobody knows.
    """
    if told is None:
        return refund
    currency = _counted_in(refund, told)
    goods = [_given_back(each, currency) for each in rows_of(told.line_items)]
    others = [_given_back(each, currency) for each in (*rows_of(told.shipping_lines), *rows_of(told.fee_lines))]
    parts = [*goods, *others]
    difference = abs(sum(part + tax for part, tax in parts) - refund.amount.minor)
    known = bool(parts) and difference <= len(parts)  # each part is rounded by itself
    return Refund(
        refund_ref=refund.refund_ref,
        amount=refund.amount,
        goods=Money(sum(part for part, _ in goods), refund.amount.currency) if known else None,
        at=instant(told.date_created_gmt),
        lines=tuple(_positive(line_of(each, currency)) for each in rows_of(told.line_items)) if known else (),
    )


def _counted_in(refund: Refund, told: _RefundInFull) -> str:
    """The shop's own code of the currency, such as IRT for ten rials: the refund's endpoint does not name it, and the
    order, whose amounts were read already, comes to the same sum in one of them only."""
    currency = refund.amount.currency
    sums = ((code, to_money(abs(amount_of(told.amount)), code)) for code in codes_of(currency))
    return next((code for code, amount in sums if amount == refund.amount), currency)


def _positive(line: OrderLine) -> OrderLine:
    total, tax = Money(-line.total.minor, line.total.currency), Money(-line.tax.minor, line.tax.currency)
    return replace(line, quantity=-line.quantity, total=total, tax=tax)


def _given_back(part: _RefundPart | Line, currency: str) -> tuple[int, int]:
    """Without tax, and the tax, both positive and in minor units."""
    return -to_money(amount_of(part.total), currency).minor, -to_money(amount_of(part.total_tax), currency).minor
