"""The append-only ledger: what the facts call for is compared with what stands, and only the difference is added."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from app import clock
from app.domain.ledger import PROMISE, postings
from app.domain.money import POINTS
from app.domain.referrals import EntryKind, PlannedEntry, RewardPlan
from app.models import Coupon, LedgerEntry, Reward
from app.services.once import insert_once

# Made once: making a statement costs three times as much as running it.
_OF_REWARD = (
    select(LedgerEntry)
    .where(LedgerEntry.store_id == bindparam("store_id"), LedgerEntry.reward_id == bindparam("reward_id"))
    .order_by(LedgerEntry.id)
)
_SPENT = LedgerEntry.kind == EntryKind.SPENT.value
_BOOKED = _OF_REWARD.where(~_SPENT)


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


def spend(session: Session, redemption: Reward, cause: str, points: int) -> None:
    """The points that bought the reward leave the account (negative), or come back, once a cause."""
    insert_once(
        session,
        LedgerEntry,
        store_id=redemption.store_id,
        reward_id=redemption.id,
        advocate_id=redemption.advocate_id,
        kind=EntryKind.SPENT.value,
        cause=cause,
        amount_minor=points,
        currency=POINTS,
        at=clock.now(),
    )


def spent_on(session: Session, redemption: Reward) -> Sequence[LedgerEntry]:
    """The points that bought the reward, and those that came back."""
    whose = {"store_id": redemption.store_id, "reward_id": redemption.id}
    return session.scalars(_OF_REWARD.where(_SPENT), whose).all()


def follow(session: Session, reward: Reward, plan: RewardPlan | None) -> None:
    """The promise stands as the facts call for it; what an advocate lost to another is taken back from them."""
    standing = booked(session, reward)
    for advocate_id in {reward.advocate_id, *standing}:
        wanted = plan if advocate_id == reward.advocate_id else None
        for entry in postings(standing.get(advocate_id, []), wanted):
            post(session, reward, entry.kind, entry.cause, entry.amount_minor, to=advocate_id)


def booked(session: Session, reward: Reward) -> dict[int, list[PlannedEntry]]:
    """What is booked for the reward, by advocate, oldest first; what it was bought with stands apart."""
    found: dict[int, list[PlannedEntry]] = {}
    for row in session.scalars(_BOOKED, {"store_id": reward.store_id, "reward_id": reward.id}):
        entry = PlannedEntry(kind=EntryKind(row.kind), cause=row.cause, amount_minor=row.amount_minor)
        found.setdefault(row.advocate_id, []).append(entry)
    return found


def promised(session: Session, reward: Reward) -> int:
    """What the facts promise the advocate for the reward, whatever was given already."""
    entries = booked(session, reward).get(reward.advocate_id, [])
    return sum(entry.amount_minor for entry in entries if entry.kind in PROMISE)


def balance(session: Session, reward: Reward, *, of: int = 0) -> int:
    """What is still owed for the reward (positive), or was given and is no longer deserved (negative).

    `of` is the advocate (the reward's, by default).
    """
    entries = booked(session, reward).get(of or reward.advocate_id, [])
    return sum(entry.amount_minor for entry in entries)


def indebted(session: Session, reward: Reward) -> list[int]:
    """The other rewards for which the advocate owes something in this reward's currency, oldest first."""
    return _indebted(session, reward, reward.currency)


def indebted_in_points(session: Session, redemption: Reward) -> list[int]:
    """The rewards whose points the advocate had spent when they were taken back, oldest first."""
    return _indebted(session, redemption, POINTS)


def _indebted(session: Session, reward: Reward, currency: str) -> list[int]:
    return list(
        session.scalars(
            select(LedgerEntry.reward_id)
            .join(Reward, Reward.id == LedgerEntry.reward_id)
            .where(
                LedgerEntry.store_id == reward.store_id,
                LedgerEntry.advocate_id == reward.advocate_id,
                LedgerEntry.currency == currency,
                LedgerEntry.reward_id != reward.id,
                Reward.side == "advocate",  # a friend's debt is not theirs
                ~_SPENT,
            )
            .group_by(LedgerEntry.reward_id)
            .having(func.sum(LedgerEntry.amount_minor) < 0)
            .order_by(LedgerEntry.reward_id)
        )
    )


def issue_of(session: Session, coupon: Coupon) -> LedgerEntry | None:
    """The entry that says for which reward, and to whom, the coupon was given; None before it stood in the store."""
    return session.scalars(
        select(LedgerEntry).where(
            LedgerEntry.store_id == coupon.store_id,
            LedgerEntry.kind == EntryKind.ISSUED.value,
            LedgerEntry.cause == f"coupon:{coupon.id}",
        )
    ).first()
