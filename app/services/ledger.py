"""The append-only ledger: what the facts call for is compared with what stands, and only the difference is added."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.domain.referrals import EntryKind, PlannedEntry
from app.models import LedgerEntry, Reward
from app.services.once import insert_once

# Entries that the facts of the order call for; the others record what was given, returned or settled.
OF_THE_FACTS = (EntryKind.EARNED, EntryKind.ADJUSTED, EntryKind.REVERSED, EntryKind.RESTORED)


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


def follow(session: Session, reward: Reward, entries: tuple[PlannedEntry, ...], worth_minor: int) -> None:
    """The promise stands as the facts call for it: planned entries by their causes, and a balancing one for edits.

    What was promised to an advocate who lost the order to another is taken back from them.
    """
    _take_from_others(session, reward)
    for entry in entries:
        post(session, reward, entry.kind, entry.cause, entry.amount_minor)
    balance = worth_minor - promised(session, reward, reward.advocate_id)
    if balance:
        post(session, reward, EntryKind.ADJUSTED, _next_cause(session, reward), balance)


def promised(session: Session, reward: Reward, advocate_id: int) -> int:
    """What the facts promise this advocate for the reward."""
    kinds = [kind.value for kind in OF_THE_FACTS]
    return _sum(session, reward, LedgerEntry.advocate_id == advocate_id, LedgerEntry.kind.in_(kinds))


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


def _take_from_others(session: Session, reward: Reward) -> None:
    kinds = [kind.value for kind in OF_THE_FACTS]
    rows = session.execute(
        select(LedgerEntry.advocate_id, func.sum(LedgerEntry.amount_minor))
        .where(
            LedgerEntry.store_id == reward.store_id,
            LedgerEntry.reward_id == reward.id,
            LedgerEntry.advocate_id != reward.advocate_id,
            LedgerEntry.kind.in_(kinds),
        )
        .group_by(LedgerEntry.advocate_id)
    ).all()
    for advocate_id, amount in rows:
        if amount:
            cause = _next_cause(session, reward, "moved")
            post(session, reward, EntryKind.REVERSED, cause, -int(amount), to=advocate_id)


def _next_cause(session: Session, reward: Reward, word: str = "change") -> str:
    """A cause of its own for each balancing entry; the order's lock keeps the count still."""
    count = session.scalar(
        select(func.count()).where(LedgerEntry.store_id == reward.store_id, LedgerEntry.reward_id == reward.id)
    )
    return f"{word}:{count}"


def _sum(session: Session, reward: Reward, *conditions: object) -> int:
    return int(
        session.scalar(
            select(func.coalesce(func.sum(LedgerEntry.amount_minor), 0)).where(
                LedgerEntry.store_id == reward.store_id,
                LedgerEntry.reward_id == reward.id,
                *conditions,  # type: ignore[arg-type]
            )
        )
        or 0
    )
