"""What keeps a store's picture complete, whatever its messages do: its history once, then looks at all that matters.

Both are effects that never give up: a store that is down is asked again a little later, and its owner is told. Each
kind of look has its own pace and its own trouble, so that one that fails keeps nobody from the others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.domain.reasons import Reason
from app.extensions import db
from app.models import Attribution, OrderWalk, StoreLook
from app.services import completeness, coupon_checks, effects, held_orders, order_walks, webhook_watch
from app.services.connections import Connection, connection
from app.services.once import insert_once
from integrations.errors import RemoteOutcomeUnknown, RemoteRejected, RemoteUnavailable

EVERY = timedelta(minutes=15)
PAUSE = timedelta(minutes=5)  # after a look that failed
SLICE = 1000  # orders that were news in one run, so that other work of the worker gets its turn
ENOUGH = 60.0  # seconds of one run; the rest of the looks are taken in the next one, under a lease of their own
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
# Orders carry the second in which they changed, are stored a little later, and hosts of one shop differ in time.
OVERLAP = timedelta(minutes=10)

Memory = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """A kind of look: `take` gets what the last one left to remember, and returns what the next one must know.

    None says that it has not come to its end and goes on at once.
    """

    kind: str
    every: timedelta
    take: Callable[[Connection, int, Memory], dict[str, Any] | None]


def load_history(store_id: int) -> datetime | None:
    """A slice more of the store's earlier orders is known; the time of the next one, None when all are."""
    opened = connection(store_id)
    with db.read() as session:
        walk = order_walks.of_store(session, store_id)
    if walk is None or walk.loaded_at is not None:
        return None
    problem = ""
    try:
        again_at = _load(opened, walk)
    except (RemoteUnavailable, RemoteOutcomeUnknown, RemoteRejected) as error:
        again_at, problem = clock.now() + PAUSE, error.reason
    if problem != walk.problem:
        with db.begin() as session:
            session.get_one(OrderWalk, walk.id).problem = problem
            if not problem:
                effects.go_on(session, walk.store_id)
    return again_at


def _load(opened: Connection, walk: OrderWalk) -> datetime | None:
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


def reconcile(store_id: int) -> datetime | None:
    """What the store knows and we did not is known here too, and what we rely on there stands; the next time."""
    opened = connection(store_id)
    with db.read() as session:
        if order_walks.of_store(session, store_id) is None:
            return None
    began = time.monotonic()
    for look in LOOKS:
        if time.monotonic() - began > ENOUGH:
            return clock.now()
        _take(opened, store_id, look)
    with db.read() as session:
        return min(session.scalars(select(StoreLook.next_at).where(StoreLook.store_id == store_id)))


def _take(opened: Connection, store_id: int, look: Look) -> None:
    """The look was taken, if it is due, and its row says how it went."""
    with db.begin() as session:
        values = {"next_at": clock.now(), "problem": "", "memory": {}}
        insert_once(session, StoreLook, store_id=store_id, kind=look.kind, **values)
        row = _row(session, store_id, look.kind)
    if row.next_at > clock.now():
        return
    began, problem, memory = clock.now(), "", None
    try:
        memory = look.take(opened, store_id, row.memory)
    except (RemoteUnavailable, RemoteOutcomeUnknown, RemoteRejected) as error:
        problem = error.reason
    with db.begin() as session:
        row = _row(session, store_id, look.kind)
        if row.problem and not problem:
            effects.go_on(session, store_id)
        row.problem = problem
        if memory is not None:
            row.looked_at, row.next_at, row.memory = began, clock.now() + look.every, memory
        else:
            row.next_at = clock.now() + (PAUSE if problem else timedelta())


def _row(session: Session, store_id: int, kind: str) -> StoreLook:
    return session.scalars(select(StoreLook).where(StoreLook.store_id == store_id, StoreLook.kind == kind)).one()


def _orders(opened: Connection, store_id: int, memory: Memory) -> dict[str, Any] | None:
    with db.read() as session:
        walk = order_walks.of_store(session, store_id)
    assert walk is not None  # noqa: S101 - tells mypy
    found = order_walks.go_on(opened, store_id, (walk.mark or BEGINNING) - OVERLAP, SLICE)
    with db.begin() as session:
        _settle_those_who_waited(session, store_id)
    return {} if found.to_the_end else None


def _settle_those_who_waited(session: Session, store_id: int) -> None:
    """Attributions that waited for history are decided; each look asks, so that none is left behind by a race."""
    waiting = select(Attribution.order_ref).where(
        Attribution.store_id == store_id, Attribution.reason == Reason.WAITING_HISTORY.value
    )
    for order_ref in session.scalars(waiting):
        effects.owe(session, store_id, "settle_order", order_ref, lane="orders")


# Webhooks first: what they do not tell from here on, the orders after them do.
LOOKS = (
    Look("webhooks", EVERY, webhook_watch.look),
    Look("orders", EVERY, _orders),
    Look("held", EVERY, held_orders.look),
    Look("coupons", EVERY, coupon_checks.look),
    Look("days", timedelta(hours=1), completeness.look),
)
