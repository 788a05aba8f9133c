"""Order across orders is by (placed_at, order reference), but what was released keeps its place (R8)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.domain.orders import OrderFacts
from app.models import Attribution, Order, Reward

# Rewards that have left their hold: no order that we hear of later takes them back or reprices them (R8).
RELEASED = ("due", "issued", "failed")


def paid_for(session: Session, store_id: int, claim_id: int, facts: OrderFacts) -> str | None:
    """The other order that this claim pays for: one claim pays for one order, the earlier in rank (R1, R8)."""
    return session.scalars(
        select(Attribution.order_ref)
        .where(
            Attribution.store_id == store_id,
            Attribution.claim_id == claim_id,
            Attribution.order_ref != facts.order_ref,
            Attribution.state == "qualified",
            before(Attribution, facts),
        )
        .order_by(Attribution.placed_at, Attribution.order_ref)
        .limit(1)
    ).first()


def before(table: type[Attribution] | type[Order], facts: OrderFacts) -> ColumnElement[bool]:
    """Order across orders is by (placed_at, order reference); what was released goes before an order that came late,
    which takes the next free rank (R8)."""
    same = and_(table.placed_at == facts.placed_at, table.order_ref < facts.order_ref)
    return or_(table.placed_at < facts.placed_at, same, _was_released(table))


def after(order: Order, since: datetime) -> ColumnElement[bool]:
    """Whether an attributed order ranks after `order`, or after where it stood `since`."""
    if since < order.placed_at:
        return Attribution.placed_at >= since
    same = and_(Attribution.placed_at == order.placed_at, Attribution.order_ref > order.order_ref)
    return or_(Attribution.placed_at > order.placed_at, same)


def _was_released(table: type[Attribution] | type[Order]) -> ColumnElement[bool]:
    """Whether the order in the row has a reward that was released and still stands."""
    standing = aliased(Attribution)
    return exists().where(
        standing.store_id == table.store_id,
        standing.order_ref == table.order_ref,
        standing.state == "qualified",
        Reward.store_id == table.store_id,
        Reward.cause_kind == "order",
        Reward.cause_ref == table.order_ref,
        Reward.state.in_(RELEASED),
    )


def is_released(session: Session, attribution: Attribution) -> bool:
    """Whether the order's reward was released and still stands."""
    this = select(Attribution.id).where(Attribution.id == attribution.id, _was_released(Attribution))
    return session.scalars(this).first() is not None
