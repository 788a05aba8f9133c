"""The shelf: ready coupons of one offer, so that a claim answers in one request without a call to the platform
(R12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app import clock
from app.extensions import db
from app.models import Claim, Coupon, Program, ProgramVersion
from app.services import effects, new_coupons

SMALLEST = 12
LARGEST = 400
# The shelf holds what the last day asked for, twice.
DEMAND = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """A coupon that now belongs to one claim."""

    coupon_id: int
    code: str
    store_expires_at: datetime


def take(session: Session, version: ProgramVersion, claim_expires_at: datetime) -> Taken | None:
    """The oldest fitting coupon, claimed; None when the shelf is dry. Whatever happens, the worker will refill it."""
    coupon = session.scalars(
        select(Coupon)
        .where(
            Coupon.store_id == version.store_id,
            Coupon.fingerprint == version.fingerprint,
            Coupon.state == "ready",
            Coupon.purpose == "shelf",
            Coupon.expires_at >= claim_expires_at,
        )
        .order_by(Coupon.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    owe_refill(session, version)
    if coupon is None:
        return None
    coupon.state = "claimed"
    session.flush()
    effects.owe(session, version.store_id, "narrow_coupon", f"coupon:{coupon.id}", lane="coupons")
    return Taken(coupon.id, coupon.code, coupon.expires_at)


def owe_refill(session: Session, version: ProgramVersion, due_at: datetime | None = None) -> None:
    """The worker will look at the version's shelf."""
    effects.owe(session, version.store_id, "refill_shelf", f"version:{version.id}", lane="shelf", due_at=due_at)


def refill(session: Session, version_id: int) -> datetime | None:
    """Coupons are planned up to the shelf's size and old ones retired; the time of the next look, None when it is
    closed."""
    version = session.get_one(ProgramVersion, version_id)
    if not in_force(session, version) and not _waiting(session, version):
        if not any(in_force(session, each) for each in _of_offer(session, version.store_id, version.fingerprint)):
            retire_shelf(session, version.store_id, version.fingerprint)
        return None
    now = clock.now()
    ends = new_coupons.shelf_end(now, version.rules.friend.valid_days)
    for coupon in _locked(session, version.store_id, version.fingerprint, Coupon.expires_at < ends):
        new_coupons.retire(session, coupon, "shelf_life")
    session.flush()
    missing = size(session, version) - level(session, version)
    if missing > 0:
        new_coupons.plan_shelf(session, version, missing)
    return now + timedelta(days=1)


def refill_now(version_id: int) -> datetime | None:
    """refill(), in a transaction of its own."""
    with db.begin() as session:
        return refill(session, version_id)


def retire_now(store_id: int, fingerprint: str) -> None:
    """retire_shelf(), in a transaction of its own."""
    with db.begin() as session:
        retire_shelf(session, store_id, fingerprint)


def in_force(session: Session, version: ProgramVersion) -> bool:
    """Whether new claims get this version: its program is live and it is the newest one."""
    program = session.get_one(Program, version.program_id)
    newest = session.scalar(
        select(func.max(ProgramVersion.number)).where(ProgramVersion.program_id == version.program_id)
    )
    return program.state == "live" and version.number == newest


def size(session: Session, version: ProgramVersion) -> int:
    """How many coupons the shelf should hold, by the demand of the last day."""
    lately = session.scalar(
        select(func.count())
        .select_from(Claim)
        .where(
            Claim.store_id == version.store_id,
            Claim.program_id == version.program_id,
            Claim.claimed_at > clock.now() - DEMAND,
        )
    )
    ready = min(max(SMALLEST, 2 * (lately or 0)), LARGEST) if in_force(session, version) else 0
    return ready + _waiting(session, version)


def _waiting(session: Session, version: ProgramVersion) -> int:
    """Friends who found the shelf dry: they are honoured even when the program was paused meanwhile (R10)."""
    count = session.scalar(
        select(func.count())
        .select_from(Claim)
        .where(Claim.store_id == version.store_id, Claim.version_id == version.id, Claim.state == "waiting")
    )
    return count or 0


def level(session: Session, version: ProgramVersion) -> int:
    """How many coupons stand on the shelf or are on their way to it."""
    return len(session.scalars(_standing(version.store_id, version.fingerprint)).all())


def _standing(store_id: int, fingerprint: str, *conditions: ColumnElement[bool]) -> Select[Coupon]:
    return select(Coupon).where(
        Coupon.store_id == store_id,
        Coupon.fingerprint == fingerprint,
        Coupon.purpose == "shelf",
        Coupon.state.in_(("planned", "pushing", "ready")),
        *conditions,
    )


def _locked(session: Session, store_id: int, fingerprint: str, *conditions: ColumnElement[bool]) -> Sequence[Coupon]:
    """Unclaimed coupons of the offer; a tap that is taking one of them is waited for, and keeps it."""
    standing = _standing(store_id, fingerprint, *conditions).order_by(Coupon.id).with_for_update()
    return session.scalars(standing.execution_options(populate_existing=True)).all()


def retire_shelf(session: Session, store_id: int, fingerprint: str) -> None:
    """Unclaimed coupons of the offer are taken back, and a version that still gives them gets fresh ones."""
    for coupon in _locked(session, store_id, fingerprint):
        new_coupons.retire(session, coupon, "shelf_retired")
    session.flush()
    for version in _of_offer(session, store_id, fingerprint):
        if in_force(session, version) or _waiting(session, version):
            owe_refill(session, version)


def _of_offer(session: Session, store_id: int, fingerprint: str) -> Sequence[ProgramVersion]:
    """Every version that gives this very offer: they share one shelf."""
    return session.scalars(
        select(ProgramVersion).where(ProgramVersion.store_id == store_id, ProgramVersion.fingerprint == fingerprint)
    ).all()


def serve_waiting(session: Session, version: ProgramVersion) -> None:
    """Friends who found the shelf dry get their codes, in the order in which they came."""
    waiting = session.scalars(
        select(Claim)
        .where(Claim.store_id == version.store_id, Claim.version_id == version.id, Claim.state == "waiting")
        .order_by(Claim.id)
        .with_for_update()
    ).all()
    for claim in waiting:
        taken = take(session, version, claim.expires_at)
        if taken is None:
            return
        claim.coupon_id, claim.state = taken.coupon_id, "ready"
        session.flush()
