"""The append-only ledger: what the facts call for is compared with what stands, and only the difference is added."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app import clock
from app.domain.ledger import PROMISE, postings
from app.domain.referrals import EntryKind, PlannedEntry, RewardPlan
from app.models import LedgerEntry, Reward
from app.services.once import insert_once


def post(session: Session, reward: Reward, kind: EntryKind, cause: str, amount_minor: int, *, to: int = 0) -> bool:
    """The entry stands, once; False when it stood already. `to` is the advocate (the reward's, by default)."""
    added = insert_once(
        session,
        LedgerEntry,
        store_id=reward.store_id,
        reward_id=reward.id,
        advocate_id=to or reward.advocate_id,
        kind=kind.value,
        cause=cause,
        amount_minor=amount_minor,
        currency=reward.currency,
        at=clock.now(),
    )
    return added is not None


def follow(session: Session, reward: Reward, plan: RewardPlan | None) -> None:
    """The promise stands as the facts call for it; what an advocate lost to another is taken back from them."""
    booked = _booked(session, reward)
    for advocate_id in {reward.advocate_id, *booked}:
        wanted = plan if advocate_id == reward.advocate_id else None
        for entry in postings(booked.get(advocate_id, []), wanted):
            post(session, reward, entry.kind, entry.cause, entry.amount_minor, to=advocate_id)


def _booked(session: Session, reward: Reward) -> dict[int, list[PlannedEntry]]:
    """What is booked for the reward, by advocate, oldest first."""
    booked: dict[int, list[PlannedEntry]] = {}
    rows = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.store_id == reward.store_id, LedgerEntry.reward_id == reward.id)
        .order_by(LedgerEntry.id)
    )
    for row in rows:
        entry = PlannedEntry(kind=EntryKind(row.kind), cause=row.cause, amount_minor=row.amount_minor)
        booked.setdefault(row.advocate_id, []).append(entry)
    return booked


def promised(session: Session, reward: Reward) -> int:
    """What the facts promise the advocate for the reward, whatever was given already."""
    booked = _booked(session, reward).get(reward.advocate_id, [])
    return sum(entry.amount_minor for entry in booked if entry.kind in PROMISE)


def balance(session: Session, reward: Reward) -> int:
    """What is still owed for the reward (positive), or was given and is no longer deserved (negative)."""
    return _sum(session, reward, LedgerEntry.advocate_id == reward.advocate_id)


def debt(session: Session, store_id: int, advocate_id: int, currency: str, *, beside: int) -> list[tuple[int, int]]:
    """Rewards of the advocate whose balance is negative, oldest first: (reward id, how much). `beside` is left out."""
    total = func.sum(LedgerEntry.amount_minor)
    rows = session.execute(
        select(LedgerEntry.reward_id, total)
        .where(
            LedgerEntry.store_id == store_id,
            LedgerEntry.advocate_id == advocate_id,
            LedgerEntry.currency == currency,
            LedgerEntry.reward_id != beside,
        )
        .group_by(LedgerEntry.reward_id)
        .having(total < 0)
        .order_by(LedgerEntry.reward_id)
    )
    return [(reward_id, -int(amount)) for reward_id, amount in rows]


def _sum(session: Session, reward: Reward, *conditions: ColumnElement[bool]) -> int:
    return int(
        session.scalar(
            select(func.coalesce(func.sum(LedgerEntry.amount_minor), 0)).where(
                LedgerEntry.store_id == reward.store_id,
                LedgerEntry.reward_id == reward.id,
                *conditions,
            )
        )
        or 0
    )
