"""Which goods of an order count (R4): the owner may leave out sale items, categories and products."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.domain.money import half_up
from app.domain.orders import LineFact, OrderFacts, RefundFact
from app.domain.programs import Exclusions


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsSeen:
    """What the store said of one thing that it sells, when the order that has it was looked at."""

    product_ref: str
    variant_ref: str = ""
    category_refs: tuple[str, ...] = ()
    on_sale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What the store said of an order's goods and buyer beside the order itself. Of each thing the first word counts,
    so that a later sale or another category changes nothing that was ordered before."""

    goods: tuple[GoodsSeen, ...] = ()
    roles: tuple[str, ...] | None = None  # of the buyer's account; None: nobody asked


def unknown_goods(order: OrderFacts, excluded: Exclusions, background: Background) -> tuple[LineFact, ...]:
    """Lines of which the store must say more before anybody can tell whether they count."""
    if not (excluded.sale_items or excluded.categories):
        return ()
    known = {(seen.product_ref, seen.variant_ref) for seen in background.goods}
    return tuple(line for line in order.lines if (line.product_ref, line.variant_ref) not in known)


def is_known(order: OrderFacts, excluded: Exclusions, background: Background) -> bool:
    """Whether the store has said all that these exclusions ask about."""
    return not unknown_goods(order, excluded, background) and not (excluded.roles and background.roles is None)


def counted(order: OrderFacts, excluded: Exclusions, background: Background) -> OrderFacts:
    """The order as if it had only the goods that count. Of a refund the lines that count are taken where it tells its
    lines; else its share of them, since nobody knows better."""
    left_out = {_key(line) for line in order.lines if _is_left_out(line, excluded, background)}
    if not left_out or not order.goods_minor:
        return order
    goods = max(order.goods_minor - _sum(order.lines, left_out), 0)
    if all(_key(line) in left_out for line in order.lines):
        goods = 0
    refunds = tuple(_counted_refund(refund, order, goods, left_out) for refund in order.refunds)
    return replace(order, goods_minor=goods, refunds=refunds)


def _counted_refund(refund: RefundFact, order: OrderFacts, goods: int, left_out: set[tuple[str, str]]) -> RefundFact:
    if refund.goods_minor is None:
        return refund  # its part is taken in the share of the counted goods in the order's total
    if refund.lines:
        return replace(refund, goods_minor=max(refund.goods_minor - _sum(refund.lines, left_out), 0))
    return replace(refund, goods_minor=half_up(refund.goods_minor * goods, order.goods_minor))


def _is_left_out(line: LineFact, excluded: Exclusions, background: Background) -> bool:
    if line.product_ref in {each.ref for each in excluded.products}:
        return True
    seen = next((each for each in background.goods if (each.product_ref, each.variant_ref) == _key(line)), None)
    if seen is None:
        return False
    in_category = not {each.ref for each in excluded.categories}.isdisjoint(seen.category_refs)
    return in_category or (excluded.sale_items and seen.on_sale)


def _key(line: LineFact) -> tuple[str, str]:
    return line.product_ref, line.variant_ref


def _sum(lines: Iterable[LineFact], keys: set[tuple[str, str]]) -> int:
    return sum(line.goods_minor for line in lines if _key(line) in keys)
