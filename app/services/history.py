"""Orders from before the store was connected: where each stands and keyed hashes of who placed it, nothing else.

Nobody can have referred them, so no sighting is kept and nothing is decided; they say who is no new customer (R4).
An order that is seen again with a code of ours, or by a message, becomes an order like every other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.orders import CollectPolicy, OrderFacts, base_minor, collected_at, was_refused
from app.models import Order, OrderKey, Store
from app.services import connections, decisions, people
from app.services.once import insert_each_once
from app.services.orders import identity_of, owe_reading
from integrations.events import OrderSnapshot


def keep(session: Session, store_id: int, snapshots: Sequence[OrderSnapshot], facts: Sequence[OrderFacts]) -> int:
    """The orders stand here as the store shows them; returns how many were not known before."""
    policy = connections.collect_policy(session, store_id)
    latest = {each.order_ref: _columns(each, policy) for each in facts}
    standing = session.scalars(
        select(Order)
        .where(Order.store_id == store_id, Order.order_ref.in_(latest))
        .order_by(Order.id)
        .with_for_update()
    ).all()
    for order in standing:
        _update(session, order, latest.pop(order.order_ref))
    learned = {each.order_ref: each.learned_at for each in facts}
    fresh = [
        {"store_id": store_id, "order_ref": ref, "first_seen_at": learned[ref]} | columns
        for ref, columns in sorted(latest.items())
    ]
    insert_each_once(session, Order, fresh)
    insert_each_once(session, OrderKey, _keys(session.get_one(Store, store_id), snapshots))
    return len(fresh)


def _columns(facts: OrderFacts, policy: CollectPolicy) -> dict[str, Any]:
    return {
        "number": facts.number,
        "status": facts.status,
        "currency": facts.currency,
        "base_minor": base_minor(facts),
        "total_minor": facts.total_minor,
        "discount_minor": facts.discount_minor,
        "refunded_minor": facts.refunded_minor,
        "is_test": facts.is_test,
        "placed_at": facts.placed_at,
        "updated_at": facts.updated_at,
        "collected_at": collected_at(facts, policy),
        "refused": was_refused(facts, policy),
    }


def _update(session: Session, order: Order, columns: dict[str, Any]) -> None:
    if order.gone_at is not None:
        owe_reading(session, order.store_id, order.order_ref)
    if order.updated_at > columns["updated_at"]:
        return
    before, placed_at = (order.collected_at, order.refused), order.placed_at
    for name, value in columns.items():
        if getattr(order, name) != value:
            setattr(order, name, value)
    if (order.collected_at, order.refused) != before:
        session.flush()
        decisions.look_again(session, order, since=placed_at)


def _keys(store: Store, snapshots: Sequence[OrderSnapshot]) -> list[dict[str, Any]]:
    return [
        {"store_id": store.id, "order_ref": snapshot.order_ref, "kind": kind, "digest": digest}
        for snapshot in snapshots
        for kind, digest in people.keys(store, identity_of(snapshot.buyer))
    ]
