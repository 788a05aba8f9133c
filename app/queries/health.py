"""Whether a store gets what it needs: messages arrive, coupons stand ready, nothing owed has stopped, mail goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app import clock
from app.extensions import db
from app.models import Effect, InboxMessage, Installation, Mail, Membership, Program, Store, Task
from app.queries import programs
from app.queries.completeness import Completeness, told

LOW_SHELF = 5
QUIET_DAYS = 3  # a shop may well be silent over a weekend
LATE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The ready coupons of a live program."""

    program: str
    ready: int

    @property
    def low(self) -> bool:
        """Whether friends may soon have to wait."""
        return self.ready < LOW_SHELF


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the health strip says."""

    connected: bool
    last_message_at: datetime | None
    quiet: bool  # no message for long enough to look
    failed_messages: int
    shelves: tuple[Shelf, ...]
    stopped_effects: int
    late_effects: int
    open_tasks: int
    failed_mails: int
    late_mails: int
    completeness: Completeness

    @property
    def well(self) -> bool:
        """Whether nobody needs to look."""
        trouble = self.failed_messages or self.stopped_effects or self.late_effects or self.open_tasks
        return self.connected and not (
            trouble or self.failed_mails or self.late_mails or self.quiet or not self.completeness.well
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreHealth:
    """One store as whoever runs the server sees it: nobody's name, nobody's order."""

    slug: str
    name: str
    members: int
    health: Health


def health(store_id: int) -> Health:
    """How the store fares now."""
    with db.read() as session:
        return _health(session, store_id)


def server() -> tuple[StoreHealth, ...]:
    """Every store of the server; a few statements each, which is right for the dozens that one server has."""
    with db.read() as session:
        rows = session.execute(
            select(Store, func.count(Membership.id))
            .outerjoin(Membership, Membership.store_id == Store.id)
            .group_by(Store.id)
            .order_by(Store.name, Store.id)
        ).all()
        return tuple(
            StoreHealth(slug=store.slug, name=store.name, members=members, health=_health(session, store.id))
            for store, members in rows
        )


def _health(session: Session, store_id: int) -> Health:
    now = clock.now()
    installation = session.scalars(
        select(Installation)
        .where(Installation.store_id == store_id, Installation.state == "active")
        .order_by(Installation.id.desc())
        .limit(1)
    ).first()
    heard = installation.last_message_at if installation else None
    since = heard or (installation.connected_at if installation else now)
    return Health(
        connected=installation is not None,
        last_message_at=heard,
        quiet=now - since > timedelta(days=QUIET_DAYS),
        failed_messages=_count(session, InboxMessage, store_id, InboxMessage.state == "failed"),
        shelves=_shelves(store_id, session),
        stopped_effects=_count(session, Effect, store_id, Effect.state == "stopped"),
        late_effects=_count(session, Effect, store_id, and_(Effect.state == "waiting", Effect.due_at < now - LATE)),
        open_tasks=_count(session, Task, store_id, Task.closed_at.is_(None)),
        failed_mails=_count(session, Mail, store_id, Mail.state == "failed"),
        late_mails=_count(session, Mail, store_id, and_(Mail.state == "waiting", Mail.created_at < now - LATE)),
        completeness=told(session, store_id),
    )


def _count(session: Session, table: type, store_id: int, condition: object) -> int:
    statement = select(func.count()).select_from(table).where(table.store_id == store_id, condition)  # type: ignore[attr-defined, arg-type]
    return session.scalar(statement) or 0


def _shelves(store_id: int, session: Session) -> tuple[Shelf, ...]:
    live = session.scalar(
        select(func.count()).select_from(Program).where(Program.store_id == store_id, Program.state == "live")
    )
    if not live:
        return ()
    rows = programs.programs(store_id)
    return tuple(Shelf(program=row.name, ready=row.shelf) for row in rows if row.state == "live")
