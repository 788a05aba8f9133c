"""What coupons take off a basket, to the cent, in the order and with the rounding of WooCommerce. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from demo.catalogue import CATEGORIES
from demo.money import share
from demo.records import Coupon, Product

TURN = {"fixed_product": 1, "percent": 2, "fixed_cart": 3}


@dataclass(frozen=True, slots=True)
class Item:
    """So many pieces of a product; a REST order may set its own price, and may name a product that is not there."""

    product: Product | None
    quantity: int
    price: int | None = None

    @property
    def subtotal(self) -> int:
        if self.price is not None:
            return self.price
        return self.product.price * self.quantity if self.product else 0


def eligible(coupon: Coupon, product: Product | None) -> bool:
    """Whether a coupon's lists of products, categories and sale items let it touch a product."""
    if product is None:
        return False
    category = CATEGORIES.get(product.category, 0)
    wanted = not (coupon.product_ids or coupon.product_categories)
    return (
        (wanted or product.id in coupon.product_ids or category in coupon.product_categories)
        and product.id not in coupon.excluded_product_ids
        and category not in coupon.excluded_product_categories
        and not (coupon.exclude_sale_items and product.on_sale)
    )


def work_out(coupons: Sequence[Coupon], items: Sequence[Item]) -> dict[str, list[int]]:
    """For each coupon's code the cents it takes off each item. Together they never take more than the item costs."""
    left = [item.subtotal for item in items]
    taken: dict[str, list[int]] = {}
    for coupon in sorted(coupons, key=lambda each: TURN[each.discount_type]):
        touched = [n for n, item in enumerate(items) if eligible(coupon, item.product)]
        if coupon.discount_type == "percent":
            off = _percent(coupon, items, left, touched)
        elif coupon.discount_type == "fixed_product":
            off = {n: min(coupon.amount * items[n].quantity, left[n]) for n in touched}
        else:
            off = _fixed_cart(coupon.amount, items, left, touched)
        taken[coupon.code] = [off.get(n, 0) for n in range(len(items))]
        left = [rest - gone for rest, gone in zip(left, taken[coupon.code], strict=True)]
    return taken


def _percent(coupon: Coupon, items: Sequence[Item], left: list[int], touched: list[int]) -> dict[int, int]:
    """Each item's part rounded down; the cents that are missing to the rounded whole go to the first items."""
    counted = _within_limit(coupon, items, touched)
    off = {n: min(counted[n] * coupon.amount // 10_000, left[n]) for n in touched}
    missing = share(sum(counted.values()), coupon.amount) - sum(off.values())
    for n in touched:
        more = min(missing, items[n].quantity, left[n] - off[n])
        if more > 0:
            off[n] += more
            missing -= more
    return off


def _within_limit(coupon: Coupon, items: Sequence[Item], touched: list[int]) -> dict[int, int]:
    """What of each item the percentage is of: all of it, or of so many pieces alone, the dearest first."""
    counted = {n: items[n].subtotal for n in touched}
    if not coupon.limit_usage_to_x_items:
        return counted
    left = coupon.limit_usage_to_x_items
    for n in sorted(touched, key=lambda n: -items[n].subtotal / max(items[n].quantity, 1)):
        pieces = min(left, items[n].quantity)
        counted[n] = items[n].subtotal * pieces // max(items[n].quantity, 1)
        left -= pieces
    return counted


def _fixed_cart(amount: int, items: Sequence[Item], left: list[int], touched: list[int]) -> dict[int, int]:
    """The amount spread evenly over pieces, what a cheap item cannot take going to the others."""
    off = dict.fromkeys(touched, 0)
    rest = min(amount, sum(left[n] for n in touched))
    while rest > 0:
        open_ = [n for n in touched if off[n] < left[n]]
        each = rest // sum(items[n].quantity for n in open_)
        for n in open_:
            part = min(max(each * items[n].quantity, 1), left[n] - off[n], rest)
            off[n] += part
            rest -= part
    return off
