"""What can be said about a day of a store: its orders there and here, which of them no message told of, what is gone.

The numbers are compared each hour and every single reference once a day, or at once where the numbers differ. What
seems to be missing on either side is read alone before anything is said, so that a statement is never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app import clock
from app.extensions import db
from app.models import Order, OrderWalk, Store, StoreDay, StoreLook
from app.services import order_walks, readback, untold
from app.services.connections import Connection
from app.services.once import insert_once
from app.services.store_days import days_until, span
from integrations.contract import OrderReader, StoreSession

DAYS = 7
COMPARE_EVERY = timedelta(days=1)
# The store's clock may be ahead or behind; what was placed a moment ago is counted the next time.
FRESH = timedelta(minutes=2)
PAGE = 100
# Not counted on either side: drafts are no orders yet, and what was put away is not in the store's own lists.
UNCOUNTED = ("draft", "trashed")


@dataclass(frozen=True, slots=True)
class _Span:
    """A day of the store as far as it has been walked through."""

    day: date
    begin: datetime
    until: datetime


def look(opened: Connection, store_id: int, memory: Mapping[str, Any]) -> dict[str, Any]:
    """Each of the last days has its row, and an order that was missing here is known."""
    reader = opened.platform.orders
    if reader is None:
        return {}
    with db.read() as session:
        store = session.get_one(Store, store_id)
        walked_at = session.scalars(
            select(StoreLook.looked_at).where(StoreLook.store_id == store_id, StoreLook.kind == "orders")
        ).first()
    if walked_at is None:
        return {}
    for day in days_until(store, walked_at - FRESH, DAYS):
        begin, end = span(store, day)
        _count(reader, opened.store, store_id, _Span(day, begin, min(end, walked_at - FRESH)))
    return {}


def _count(reader: OrderReader, opened: StoreSession, store_id: int, of: _Span) -> None:
    in_store = reader.count(opened, of.begin, of.until)
    with db.read() as session:
        row = _row(session, store_id, of.day)
        known = len(_known(session, store_id, of))
    is_fresh = row is not None and row.known == row.in_store and clock.now() - row.compared_at < COMPARE_EVERY
    compared_at = row.compared_at if row else clock.now()
    if in_store is None or in_store != known or not is_fresh:
        in_store, known = _compare(reader, opened, store_id, of)
        compared_at = clock.now()
    with db.begin() as session:
        _write(session, store_id, of, {"in_store": in_store, "known": known, "compared_at": compared_at})


def _compare(reader: OrderReader, opened: StoreSession, store_id: int, of: _Span) -> tuple[int, int]:
    """(orders in the store, those of them known here), after what only one side has was read alone."""
    shown = set(reader.placed(opened, of.begin, of.until))
    with db.read() as session:
        doubtful = sorted(shown ^ _known(session, store_id, of))
    for start in range(0, len(doubtful), PAGE):
        for order_ref, snapshot in reader.by_refs(opened, doubtful[start : start + PAGE]).items():
            readback.take(store_id, order_ref, snapshot, source="reconcile")
            if snapshot is None:
                shown.discard(order_ref)
    with db.read() as session:
        known = _known(session, store_id, of)
        elsewhere = select(Order.order_ref).where(_standing(store_id), Order.order_ref.in_(shown - known))
        return len(shown), len(shown & known) + len(session.scalars(elsewhere).all())


def _standing(store_id: int) -> ColumnElement[bool]:
    return (Order.store_id == store_id) & Order.gone_at.is_(None)


def _known(session: Session, store_id: int, of: _Span) -> set[str]:
    counted = Order.status.not_in(UNCOUNTED)
    placed = (Order.placed_at >= of.begin, Order.placed_at < of.until)
    return set(session.scalars(select(Order.order_ref).where(_standing(store_id), counted, *placed)))


def _row(session: Session, store_id: int, day: date) -> StoreDay | None:
    return session.scalars(select(StoreDay).where(StoreDay.store_id == store_id, StoreDay.day == day)).first()


def _write(session: Session, store_id: int, of: _Span, counted: dict[str, Any]) -> None:
    values = counted | _how_they_came(session, store_id, of) | {"until": of.until}
    insert_once(session, StoreDay, store_id=store_id, day=of.day, **values)
    row = _row(session, store_id, of.day)
    for name, value in values.items():
        setattr(row, name, value)


def _how_they_came(session: Session, store_id: int, of: _Span) -> dict[str, Any]:
    """How late the day's orders were known, which of its changes no message told of, and what is gone."""
    walk = order_walks.of_store(session, store_id)
    placed = (Order.store_id == store_id, Order.placed_at >= of.begin, Order.placed_at < of.until)
    changes = [each for each in untold.changes(session, store_id, of.begin) if each[1] < of.until]
    gone = session.scalar(select(func.count()).select_from(Order).where(*placed, Order.gone_at.is_not(None)))
    return {
        "gone": gone or 0,
        "untold": len({order_ref for order_ref, _ in changes}),
        "untold_from": changes[0][1] if changes else None,
        "untold_until": changes[-1][1] if changes else None,
        "slowest_seconds": _slowest(session, walk, placed),
    }


def _slowest(session: Session, walk: OrderWalk | None, placed: tuple[ColumnElement[bool], ...]) -> int:
    """Seconds between placing and knowing, the longest; orders from before the connection do not count."""
    query = select(Order.placed_at, Order.first_seen_at).where(*placed)
    if walk is not None:
        query = query.where(Order.placed_at >= walk.history_before)
    return max((int((seen - placed_at).total_seconds()) for placed_at, seen in session.execute(query)), default=0)
