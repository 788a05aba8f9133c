"""What a store says of an order's goods and buyer beside the order itself (R4), asked only where a program leaves some
of them out.

It is asked once and the first word is kept: a decision stays a function of what was seen (R8), however the shop moves
its goods about later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.domain import goods
from app.domain.goods import Background
from app.domain.orders import OrderFacts
from app.domain.programs import Exclusions
from app.domain.referrals import Circumstances
from app.models import Order, OrderBackground, Store
from app.services import effects, people


@dataclass(frozen=True, slots=True)
class Counted:
    """An order as a program counts it."""

    facts: OrderFacts
    left_out_minor: int = 0
    is_known: bool = True
    is_buyer_excluded: bool = False

    def tell(self, around: Circumstances) -> Circumstances:
        """The circumstances with what the exclusions add to them."""
        return replace(
            around,
            left_out_minor=self.left_out_minor,
            goods_known=self.is_known,
            excluded_buyer=self.is_buyer_excluded,
        )


def counted(session: Session, order: Order, facts: OrderFacts, excluded: Exclusions) -> Counted:
    """The order with only the goods that count. What the store must still say is asked for."""
    if not (excluded.goods or excluded.buyers):
        return Counted(facts)
    standing = _of(session, order)
    background = standing.background if standing else Background()
    is_known = goods.is_known(facts, excluded, background)
    if not is_known and order.gone_at is None:
        effects.owe(session, order.store_id, "look_at_goods", order.order_ref, lane="orders")
    left = goods.counted(facts, excluded, background)
    return Counted(
        left,
        left_out_minor=facts.goods_minor - left.goods_minor,
        is_known=is_known,
        is_buyer_excluded=_is_excluded(session, order, facts, excluded, background),
    )


def _of(session: Session, order: Order) -> OrderBackground | None:
    return session.scalars(
        select(OrderBackground).where(
            OrderBackground.store_id == order.store_id, OrderBackground.order_ref == order.order_ref
        )
    ).first()


def _is_excluded(
    session: Session, order: Order, facts: OrderFacts, excluded: Exclusions, background: Background
) -> bool:
    if not set(excluded.roles).isdisjoint(each.casefold() for each in background.roles or ()):
        return True
    if not (facts.email_domain and excluded.email_domains):
        return False
    store = session.get_one(Store, order.store_id)
    return facts.email_domain in {people.domain_digest(store, domain) for domain in excluded.email_domains}


def keep(session: Session, order: Order, seen: Background) -> None:
    """The first word about each thing stays; the caller holds the order's lock."""
    standing = _of(session, order)
    if standing is None:
        row = OrderBackground(store_id=order.store_id, order_ref=order.order_ref, background=seen, seen_at=clock.now())
        session.add(row)
    else:
        before = standing.background
        known = {(each.product_ref, each.variant_ref) for each in before.goods}
        fresh = tuple(each for each in seen.goods if (each.product_ref, each.variant_ref) not in known)
        roles = seen.roles if before.roles is None else before.roles
        standing.background = Background(goods=(*before.goods, *fresh), roles=roles)
    session.flush()
