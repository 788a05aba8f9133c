"""What is owed to the outside: rows written in the same transaction as the decision that owes it.

An effect is unique by (store, kind, subject): owing it again while it waits changes nothing but an earlier due time,
and
owing it after it was done arms it anew. Running it must be harmless when repeated.

A worker claims one effect with a lease that outlives every timeout of the call, commits the claim, calls outside any
transaction, and records the outcome only while the lease is still its own. One call at a time runs in a lane of a
store.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import CursorResult, and_, bindparam, exists, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from app import clock
from app.extensions import db
from app.models import Attempt, Effect, InboxMessage

# Longer than the longest call of any effect: a page of a hundred coupons at a slow store is cut off after a minute.
LEASE = timedelta(minutes=5)
# The last step repeats. Twenty-one tries take three days, as a store that is down over a long weekend deserves.
BACKOFF = tuple(timedelta(seconds=each) for each in (5, 15, 60, 300, 900, 1800, 3600, 7200, 14400, 21600))
TRIES = 21
_FRESH: dict[str, Any] = {"state": "waiting", "attempts": 0, "reason": ""}


@dataclass(frozen=True, slots=True)
class Leased:
    """One effect that is ours until its lease ends."""

    id: int
    store_id: int
    kind: str
    subject: str
    attempts: int
    token: str


def owe(session: Session, store_id: int, kind: str, subject: str, *, lane: str, due_at: datetime | None = None) -> None:
    """The effect will be run at `due_at` (now, by default), or earlier where it was already owed earlier."""
    now = clock.now()
    due = due_at or now
    values = {"store_id": store_id, "lane": lane, "kind": kind, "subject": subject, "due_at": due, "created_at": now}
    session.execute(_owing(session.get_bind().dialect.name), values)


@cache
def _owing(dialect: str) -> postgresql.Insert | sqlite.Insert:
    """Made once: making the statement costs three times as much as running it."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    names = ("store_id", "lane", "kind", "subject", "due_at", "created_at")
    statement = insert(Effect).values({name: bindparam(name) for name in names} | _FRESH)
    due = statement.excluded.due_at
    # While a worker runs it (a lease stands) the row is armed anew too: what changed meanwhile must be seen once more.
    again = or_(Effect.state != "waiting", Effect.due_at > due, Effect.lease_token.is_not(None))
    fresh = _FRESH | {"due_at": due, "done_at": None, "lease_token": None}
    return statement.on_conflict_do_update(index_elements=["store_id", "kind", "subject"], set_=fresh, where=again)


def claim() -> Leased | None:
    """The most overdue effect whose lane is free, leased to the caller and committed; None when there is none."""
    token = secrets.token_hex(16)
    moment = {"now": clock.now(), "real": clock.real_now()}
    with db.read() as session:  # an idle worker takes no write lock
        if session.execute(_DUE, moment).first() is None:
            return None
    with db.begin() as session:
        _one_claimer(session)
        row = session.execute(_DUE, moment).first()
        if row is None:
            return None
        session.execute(
            update(Effect)
            .where(Effect.id == row.id)
            .values(lease_token=token, lease_until=clock.real_now() + LEASE, attempts=Effect.attempts + 1)
        )
        return Leased(row.id, row.store_id, row.kind, row.subject, row.attempts + 1, token)


def _one_claimer(session: Session) -> None:
    """On PostgreSQL claims wait for each other for a moment, so that two workers cannot take one lane at once."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(literal(7_103_541))))


_OTHER = aliased(Effect)
_BUSY = exists().where(
    _OTHER.store_id == Effect.store_id,
    _OTHER.lane == Effect.lane,
    _OTHER.state == "waiting",
    _OTHER.lease_until > bindparam("real"),
)
_DUE = (
    select(Effect.id, Effect.store_id, Effect.kind, Effect.subject, Effect.attempts)
    .where(Effect.state == "waiting", Effect.due_at <= bindparam("now"), ~_BUSY)
    .order_by(Effect.due_at, Effect.id)
    .limit(1)
)


def finish(leased: Leased, milliseconds: int, again_at: datetime | None = None) -> None:
    """The effect is done, or armed for `again_at` where it is periodic work."""
    values = {"state": "waiting", "due_at": again_at, "attempts": 0} if again_at else {"state": "done"}
    _record(leased, "done", "", milliseconds, values | {"reason": "", "done_at": clock.now()})


def retry(leased: Leased, reason: str, milliseconds: int, retry_after: float | None = None) -> bool:
    """The effect will be tried again after a pause that grows; False when three days are over and it was stopped for a
    person to see."""
    now = clock.now()
    if leased.attempts >= TRIES:
        stop(leased, reason, milliseconds)
        return False
    due = now + max(pause_after(leased.attempts), timedelta(seconds=retry_after or 0))
    _record(leased, "retry", reason, milliseconds, {"reason": reason, "due_at": due})
    return True


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many tries."""
    return BACKOFF[min(attempts, len(BACKOFF)) - 1]


def stop(leased: Leased, reason: str, milliseconds: int) -> None:
    """The effect is not tried again by itself; the support desk shows it with its reason and can retry it."""
    _record(leased, "stopped", reason, milliseconds, {"state": "stopped", "reason": reason, "done_at": clock.now()})


def _record(leased: Leased, outcome: str, reason: str, milliseconds: int, values: dict[str, object]) -> None:
    with db.begin() as session:
        result = session.execute(
            update(Effect)
            .where(Effect.id == leased.id, Effect.lease_token == leased.token)
            .values(lease_token=None, lease_until=None, **values)
        )
        assert isinstance(result, CursorResult)  # noqa: S101 - tells mypy
        if result.rowcount == 0:
            # The lease was lost or the effect was owed anew meanwhile: its next run decides, this one only leaves a
            # trace.
            session.execute(
                update(Effect).where(Effect.id == leased.id, Effect.lease_token.is_(None)).values(lease_until=None)
            )
            outcome = "overtaken"
        session.add(
            Attempt(
                store_id=leased.store_id,
                effect_id=leased.id,
                outcome=outcome,
                reason=reason,
                milliseconds=milliseconds,
                at=clock.now(),
            )
        )


def retry_stopped(session: Session, store_id: int, effect_id: int) -> bool:
    """The stopped effect waits again; False where there was none."""
    result = session.execute(
        update(Effect)
        .where(Effect.id == effect_id, Effect.store_id == store_id, Effect.state == "stopped")
        .values(state="waiting", reason="", attempts=0, due_at=clock.now(), done_at=None)
    )
    assert isinstance(result, CursorResult)  # noqa: S101 - tells mypy
    return result.rowcount == 1


def go_on(session: Session, store_id: int) -> None:
    """The store answers again after it did not, or has new keys: everything owed to it that waits for a pause to end,
    or that was given up meanwhile, is due now. What it refused for good stops again, with its reason."""
    now = clock.now()
    paused = (Effect.state == "waiting", Effect.reason != "", Effect.due_at > now, Effect.lease_token.is_(None))
    session.execute(
        update(Effect)
        .where(Effect.store_id == store_id, Effect.lane != "mail", or_(Effect.state == "stopped", and_(*paused)))
        .values(state="waiting", reason="", attempts=0, due_at=now, done_at=None)
    )


def is_quiet() -> bool:
    """Whether nothing that is due waits for a worker: no message to interpret, no effect to run."""
    now = clock.now()
    with db.read() as session:
        # Messages first: one that is interpreted between the two looks has left its effects for the second.
        message = session.scalars(
            select(InboxMessage.id).where(InboxMessage.state == "waiting", InboxMessage.due_at <= now).limit(1)
        ).first()
        effect = session.scalars(
            select(Effect.id).where(Effect.state == "waiting", Effect.due_at <= now).limit(1)
        ).first()
    return effect is None and message is None
