"""What keeps a store's picture complete, whatever its messages do: its history once, then a look at all that matters.

Both are effects that never give up: a store that is down is asked again a little later, and its owner is told.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.domain.reasons import Reason
from app.extensions import db
from app.models import Attribution, OrderWalk
from app.services import effects, order_walks
from app.services.connections import Connection, connection
from integrations.errors import RemoteOutcomeUnknown, RemoteRejected, RemoteUnavailable

EVERY = timedelta(minutes=15)
PAUSE = timedelta(minutes=5)  # after a look that failed
SLICE = 1000  # orders of history in one run, so that other work of the worker gets its turn
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
# Orders carry the second in which they changed, are stored a little later, and hosts of one shop differ in time.
OVERLAP = timedelta(minutes=10)

Work = Callable[[Connection, OrderWalk], datetime | None]


def load_history(store_id: int) -> datetime | None:
    """A slice more of the store's earlier orders is known; the time of the next one, None when all are."""
    return _patiently(store_id, _load)


def reconcile(store_id: int) -> datetime | None:
    """What the store knows and we did not is known here too; the time of the next look."""
    return _patiently(store_id, _reconcile)


def _patiently(store_id: int, work: Work) -> datetime | None:
    opened = connection(store_id)
    with db.read() as session:
        walk = order_walks.of_store(session, store_id)
    if walk is None:
        return None
    problem = ""
    try:
        again_at = work(opened, walk)
    except (RemoteUnavailable, RemoteOutcomeUnknown, RemoteRejected) as error:
        again_at, problem = clock.now() + PAUSE, error.reason
    if problem != walk.problem:
        with db.begin() as session:
            session.get_one(OrderWalk, walk.id).problem = problem
            if not problem:
                effects.go_on(session, walk.store_id)
    return again_at


def _load(opened: Connection, walk: OrderWalk) -> datetime | None:
    if walk.loaded_at is not None:
        return None
    if walk.mark is None and opened.platform.orders is not None:
        total = opened.platform.orders.count(opened.store)
        with db.begin() as session:
            session.get_one(OrderWalk, walk.id).orders_total = total
    found = order_walks.go_on(opened, walk.store_id, walk.mark or BEGINNING, SLICE)
    if not found.to_the_end:
        return clock.now()
    with db.begin() as session:
        session.get_one(OrderWalk, walk.id).loaded_at = clock.now()
        effects.owe(session, walk.store_id, "reconcile", "store", lane="reconcile")
    return None


def _reconcile(opened: Connection, walk: OrderWalk) -> datetime | None:
    order_walks.go_on(opened, walk.store_id, (walk.mark or BEGINNING) - OVERLAP)
    with db.begin() as session:
        _settle_those_who_waited(session, walk.store_id)
    return clock.now() + EVERY


def _settle_those_who_waited(session: Session, store_id: int) -> None:
    """Attributions that waited for history are decided; each look asks, so that none is left behind by a race."""
    waiting = select(Attribution.order_ref).where(
        Attribution.store_id == store_id, Attribution.reason == Reason.WAITING_HISTORY.value
    )
    for order_ref in session.scalars(waiting):
        effects.owe(session, store_id, "settle_order", order_ref, lane="orders")
