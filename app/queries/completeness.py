"""What the owner is told about completeness: the last days, the looks that were taken, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.extensions import db
from app.models import OrderWalk, Store, StoreDay, StoreLook

DAYS = 7
STALE = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the store."""

    at: datetime  # an instant within it
    in_store: int
    known: int
    gone: int
    untold: int
    slowest: timedelta

    @property
    def missing(self) -> int:
        """Orders that the store has and that could not be read."""
        return self.in_store - self.known


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One kind of look, as it stands."""

    kind: str
    looked_at: datetime | None
    next_at: datetime
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """The last days together, newest first. `compared_at` is None while nothing was compared yet."""

    days: tuple[Day, ...] = ()
    compared_at: datetime | None = None
    untold_from: datetime | None = None
    untold_until: datetime | None = None
    looks: tuple[Look, ...] = ()
    problem: str = ""  # why orders cannot be compared now
    loading: bool = False  # the store's history is still being read
    mended_at: datetime | None = None  # when the webhooks were last put right, and what was wrong with them
    fault: str = ""

    @property
    def in_store(self) -> int:
        """Orders that the store has."""
        return sum(each.in_store for each in self.days)

    @property
    def missing(self) -> int:
        """Orders that could not be read."""
        return sum(each.missing for each in self.days)

    @property
    def untold(self) -> int:
        """Orders that were found by looking, since no message told."""
        return sum(each.untold for each in self.days)

    @property
    def gone(self) -> int:
        """Orders that are known and no longer in the store."""
        return sum(each.gone for each in self.days)

    @property
    def stale(self) -> bool:
        """Whether the last comparison is too old to speak for now."""
        return self.compared_at is not None and clock.now() - self.compared_at > STALE

    @property
    def trouble(self) -> str:
        """Why the store cannot be asked now, for its orders or for anything else that is looked after."""
        return self.problem or next((each.problem for each in self.looks if each.problem), "")

    @property
    def well(self) -> bool:
        """Whether nobody needs to look."""
        return not (self.missing or self.stale or self.trouble)


def completeness(store_id: int) -> Completeness:
    """What can be said now."""
    with db.read() as session:
        return told(session, store_id)


def told(session: Session, store_id: int) -> Completeness:
    """completeness(), within a transaction of the caller."""
    walk = session.scalars(select(OrderWalk).where(OrderWalk.store_id == store_id)).first()
    rows = session.scalars(
        select(StoreDay).where(StoreDay.store_id == store_id).order_by(StoreDay.day.desc()).limit(DAYS)
    ).all()
    looks = {each.kind: each for each in session.scalars(select(StoreLook).where(StoreLook.store_id == store_id))}
    zone = ZoneInfo(session.get_one(Store, store_id).timezone)
    webhooks, compared = looks.get("webhooks"), looks.get("days")
    mended = webhooks.memory.get("mended_at") if webhooks else None
    problems = [looks[kind].problem for kind in ("orders", "days") if kind in looks and looks[kind].problem]
    return Completeness(
        days=tuple(_day(row, zone) for row in rows),
        compared_at=compared.looked_at if compared and rows else None,
        untold_from=min((each.untold_from for each in rows if each.untold_from), default=None),
        untold_until=max((each.untold_until for each in rows if each.untold_until), default=None),
        looks=tuple(
            Look(kind=each.kind, looked_at=each.looked_at, next_at=each.next_at, problem=each.problem)
            for each in sorted(looks.values(), key=lambda each: each.id)
        ),
        problem=(problems or [walk.problem if walk else ""])[0],
        loading=walk is not None and walk.loaded_at is None,
        mended_at=datetime.fromisoformat(mended) if mended else None,
        fault=str(webhooks.memory.get("fault", "")) if webhooks else "",
    )


def _day(row: StoreDay, zone: ZoneInfo) -> Day:
    return Day(
        at=datetime.combine(row.day, time(12), zone),
        in_store=row.in_store,
        known=row.known,
        gone=row.gone,
        untold=row.untold,
        slowest=timedelta(seconds=row.slowest_seconds),
    )
