"""Programs as the owner sees them: each with the rules in force, its people, its shelf; and how a test order fares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from app import clock
from app.domain.budgets import Budget
from app.domain.programs import Rules
from app.extensions import db
from app.models import Advocate, Attribution, Claim, Coupon, Order, Program, ProgramVersion, Reward, Store
from app.models.budgets import budget_of
from app.models.pauses import DISCONNECTED, paused_because


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRow:
    """A program in the list."""

    program_id: int
    name: str
    state: str
    version_id: int
    number: int
    rules: Rules
    advocates: int
    friends: int  # qualified orders, tests left out
    shelf: int  # ready coupons of the offer in force
    budget: Budget | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One version of a program, as its history lists it."""

    number: int
    rules: Rules
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramPage:
    """A program with its versions, the newest first."""

    program: ProgramRow
    versions: tuple[VersionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialOrder:
    """How far the owner's test order has come (R18)."""

    claim_id: int
    code: str | None  # None while the shelf is dry
    claimed_at: datetime
    expires_at: datetime
    order_ref: str | None
    order_number: str | None
    order_status: str | None
    attribution_state: str | None
    attribution_reason: str | None
    reward_state: str | None
    reward_reason: str | None
    reward_code: str | None  # gone again once the coupon was taken back


def waiting_to_go_on(store_id: int) -> tuple[str, ...]:
    """The names of programs that were live when the store was disconnected, and can be live again."""
    with db.read() as session:
        currency = session.get_one(Store, store_id).currency
        waiting = {each.id for each in paused_because(session, store_id, DISCONNECTED)}
        return tuple(
            program.name
            for program, version in session.execute(_newest(store_id))
            if program.id in waiting and version.rules.currency == currency
        )


def programs(store_id: int) -> tuple[ProgramRow, ...]:
    """Every program of the store, live ones first."""
    with db.read() as session:
        rows = session.execute(_newest(store_id)).all()
        counts = _counts(session, store_id)
        found = [_row(session, program, version, counts) for program, version in rows]
    order = {"live": 0, "paused": 1, "draft": 2, "ended": 3}
    return tuple(sorted(found, key=lambda row: (order[row.state], -row.program_id)))


def program(store_id: int, program_id: int) -> ProgramPage | None:
    """The program with its history, or None where the store has no such program."""
    with db.read() as session:
        found = session.execute(_newest(store_id).where(Program.id == program_id)).first()
        if found is None:
            return None
        versions = session.scalars(
            select(ProgramVersion)
            .where(ProgramVersion.store_id == store_id, ProgramVersion.program_id == program_id)
            .order_by(ProgramVersion.number.desc())
        ).all()
        row = _row(session, found[0], found[1], _counts(session, store_id))
    return ProgramPage(
        program=row,
        versions=tuple(
            VersionRow(number=each.number, rules=each.rules, created_at=each.created_at) for each in versions
        ),
    )


def _newest(store_id: int) -> Select[Program, ProgramVersion]:
    newest = (
        select(ProgramVersion.program_id, func.max(ProgramVersion.number).label("number"))
        .where(ProgramVersion.store_id == store_id)
        .group_by(ProgramVersion.program_id)
        .subquery()
    )
    return (
        select(Program, ProgramVersion)
        .join(newest, newest.c.program_id == Program.id)
        .join(ProgramVersion, and_(ProgramVersion.program_id == Program.id, ProgramVersion.number == newest.c.number))
        .where(Program.store_id == store_id)
    )


@dataclass(frozen=True, slots=True)
class _Counts:
    advocates: dict[int, int]
    friends: dict[int, int]
    shelves: dict[str, int]


def _counts(session: Session, store_id: int) -> _Counts:
    """Three grouped statements, however many programs there are."""
    advocates = select(Advocate.program_id, func.count()).where(Advocate.store_id == store_id)
    friends = select(Attribution.program_id, func.count()).where(
        Attribution.store_id == store_id, Attribution.state == "qualified", Attribution.is_test.is_(False)
    )
    shelves = select(Coupon.fingerprint, func.count()).where(
        Coupon.store_id == store_id, Coupon.purpose == "shelf", Coupon.state == "ready"
    )
    return _Counts(
        dict(session.execute(advocates.group_by(Advocate.program_id)).all()),
        dict(session.execute(friends.group_by(Attribution.program_id)).all()),
        dict(session.execute(shelves.group_by(Coupon.fingerprint)).all()),
    )


def _row(session: Session, program: Program, version: ProgramVersion, counts: _Counts) -> ProgramRow:
    zone = session.get_one(Store, program.store_id).timezone
    return ProgramRow(
        program_id=program.id,
        name=program.name,
        state=program.state,
        version_id=version.id,
        number=version.number,
        rules=version.rules,
        advocates=counts.advocates.get(program.id, 0),
        friends=counts.friends.get(program.id, 0),
        shelf=counts.shelves.get(version.fingerprint, 0),
        budget=budget_of(session, program.store_id, program.id, version.rules, zone, clock.now()),
    )


def trial_order(store_id: int, program_id: int) -> TrialOrder | None:
    """The newest test order of the program, or None where none was begun."""
    given = aliased(Coupon)
    with db.read() as session:
        found = session.execute(
            select(Claim, Coupon.code, Order, Attribution, Reward, given.code)
            .outerjoin(Coupon, Coupon.id == Claim.coupon_id)
            .outerjoin(Order, and_(Order.store_id == Claim.store_id, Order.order_ref == Coupon.used_by_order))
            .outerjoin(
                Attribution,
                and_(Attribution.store_id == Claim.store_id, Attribution.order_ref == Order.order_ref),
            )
            .outerjoin(
                Reward,
                and_(
                    Reward.store_id == Claim.store_id,
                    Reward.cause_kind == "order",
                    Reward.cause_ref == Order.order_ref,
                    Reward.side == "advocate",
                ),
            )
            .outerjoin(given, given.id == Reward.coupon_id)
            .where(Claim.store_id == store_id, Claim.program_id == program_id, Claim.is_test.is_(True))
            .order_by(Claim.id.desc())
            .limit(1)
        ).first()
    if found is None:
        return None
    claim, code, order, attribution, reward, reward_code = found
    return TrialOrder(
        claim_id=claim.id,
        code=code,
        claimed_at=claim.claimed_at,
        expires_at=claim.expires_at,
        order_ref=order.order_ref if order else None,
        order_number=order.number if order else None,
        order_status=order.status if order else None,
        attribution_state=attribution.state if attribution else None,
        attribution_reason=attribution.reason if attribution else None,
        reward_state=reward.state if reward else None,
        reward_reason=reward.reason if reward else None,
        reward_code=reward_code,
    )
