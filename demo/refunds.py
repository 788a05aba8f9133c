"""Refund rows and what they leave of an order. Whether one may be made is decided in orders.py."""

from __future__ import annotations

from collections.abc import Mapping

from demo.records import Line, Order, Refund
from demo.shop import Shop


class RefundRefused(Exception):
    """The amount is nothing, or more than is left."""


def refunds_of(shop: Shop, order: Order) -> list[Refund]:
    """The order's refunds, the newest first."""
    return shop.store.select(Refund, "parent = ?", (order.id,), "ORDER BY id DESC")


def remaining(shop: Shop, order: Order) -> int:
    """What of the order's total has not been refunded."""
    return order.total - sum(refund.amount for refund in refunds_of(shop, order))


def add_refund(
    shop: Shop, order: Order, amount: int, reason: str, lines: Mapping[int, tuple[int, int]] | None = None
) -> Refund:
    """The order has one more refund. `lines` tells for a line's id the cents and the pieces that are given back."""
    now = shop.clock.now()
    given = lines or {}
    made = Refund(
        id=shop.store.next(Refund.sequence),
        created=now,
        modified=now,
        status="completed",
        order_id=order.id,
        amount=amount,
        reason=reason,
        lines=[_given_back(shop, line, *given[line.id]) for line in order.lines if line.id in given],
    )
    shop.store.save(made)
    return made


def _given_back(shop: Shop, line: Line, cents: int, pieces: int) -> Line:
    return Line(
        id=shop.store.next("item"),
        product_id=line.product_id,
        title=line.title,
        sku=line.sku,
        quantity=-pieces,
        subtotal=-cents,
        total=-cents,
        meta=[shop.meta("_refunded_item_id", str(line.id))],
    )
