"""Order across orders is by (placed_at, order reference), but what was released keeps its place (R8)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.domain.orders import OrderFacts
from app.models import Attribution, Order, Reward
from app.models.base import UtcInstant

# Rewards that have left their hold: no order that we hear of later takes them back or reprices them (R8).
RELEASED = ("due", "issued", "failed")
_PLACED_AT, _ORDER_REF = bindparam("placed_at", type_=UtcInstant()), bindparam("order_ref", type_=String())


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


def before(table: type[Attribution] | type[Order]) -> ColumnElement[bool]:
    """Whether the row ranks before the order whose place() the statement is given.

    Order across orders is by (placed_at, order reference); what was released goes before an order that came late,
    which takes the next free rank (R8).
    """
    same = and_(table.placed_at == _PLACED_AT, table.order_ref < _ORDER_REF)
    return or_(table.placed_at < _PLACED_AT, same, _was_released(table))


def place(facts: OrderFacts) -> dict[str, object]:
    """What a statement with before() is given."""
    return {"placed_at": facts.placed_at, "order_ref": facts.order_ref}


# Statements of the hot road are made once: making one costs three times as much as running it.
_PAID_FOR = (
    select(Attribution.order_ref)
    .where(
        Attribution.store_id == bindparam("store_id"),
        Attribution.claim_id == bindparam("claim_id"),
        Attribution.order_ref != bindparam("order_ref"),
        Attribution.state == "qualified",
        before(Attribution),
    )
    .order_by(Attribution.placed_at, Attribution.order_ref)
    .limit(1)
)
_RELEASED_ONE = select(Attribution.id).where(Attribution.id == bindparam("id"), _was_released(Attribution))


def paid_for(session: Session, store_id: int, claim_id: int, facts: OrderFacts) -> str | None:
    """The other order that this claim pays for: one claim pays for one order, the earlier in rank (R1, R8)."""
    return session.scalars(_PAID_FOR, {"store_id": store_id, "claim_id": claim_id} | place(facts)).first()


def after() -> ColumnElement[bool]:
    """Whether an attributed order ranks after the order of that place(), or after where it stood `since`."""
    same = and_(Attribution.placed_at == _PLACED_AT, Attribution.order_ref > _ORDER_REF)
    moved = and_(Attribution.placed_at >= bindparam("since"), Attribution.placed_at < _PLACED_AT)
    return or_(Attribution.placed_at > _PLACED_AT, same, moved)


def is_released(session: Session, attribution: Attribution) -> bool:
    """Whether the order's reward was released and still stands."""
    return session.scalars(_RELEASED_ONE, {"id": attribution.id}).first() is not None
