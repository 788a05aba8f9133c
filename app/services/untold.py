"""Changes of orders that we found by looking and of which no message told in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.models import InboxMessage, OrderSighting, OrderWalk

# Messages wait in the store for its next visitor, and may be overtaken by our looking.
GRACE = timedelta(minutes=30)


def changes(session: Session, store_id: int, since: datetime) -> list[tuple[str, datetime]]:
    """(order, when it changed) of what changed at or after `since`, oldest first; of what changed before the store was
    connected no message was due."""
    connected_at = select(OrderWalk.history_before).where(OrderWalk.store_id == store_id).scalar_subquery()
    told_at = (
        select(func.min(InboxMessage.done_at))
        .where(
            InboxMessage.store_id == OrderSighting.store_id,
            InboxMessage.order_ref == OrderSighting.order_ref,
            InboxMessage.done_at >= OrderSighting.seen_at,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(OrderSighting.order_ref, OrderSighting.updated_at, OrderSighting.seen_at, told_at.label("told_at"))
        .where(
            OrderSighting.store_id == store_id,
            OrderSighting.source == "reconcile",
            OrderSighting.updated_at >= since,
            OrderSighting.updated_at >= func.coalesce(connected_at, since),
            OrderSighting.seen_at <= clock.now() - GRACE,
        )
        .order_by(OrderSighting.updated_at, OrderSighting.id)
    )
    return [(row.order_ref, row.updated_at) for row in rows if row.told_at is None or row.told_at > row.seen_at + GRACE]
