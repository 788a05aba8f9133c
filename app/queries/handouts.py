"""Rewards that wait for somebody's hand, the longest due first: the queue, and the same as a list to pay from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.domain.programs import AdvocateReward
from app.extensions import db
from app.models import Advocate, LedgerEntry, Person, ProgramVersion, Reward

MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout:
    """One reward to hand out. The addresses are for the list alone."""

    reward_id: int
    order_ref: str | None
    kind: str
    amount_minor: int  # what is owed: a part may have settled a debt
    currency: str
    terms: AdvocateReward
    due_at: datetime
    is_friends: bool  # for the friend who placed the order, whom only the shop knows
    person_id: int
    name: str | None
    code: str
    donates_to: str | None
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)


def waiting(store_id: int) -> tuple[Handout, ...]:
    """What is to be handed out now, as much of it as one sitting needs."""
    owed = (
        select(func.sum(LedgerEntry.amount_minor))
        .where(
            LedgerEntry.store_id == Reward.store_id,
            LedgerEntry.reward_id == Reward.id,
            LedgerEntry.advocate_id == Reward.advocate_id,
        )
        .scalar_subquery()
    )
    rows = (
        select(Reward, Advocate, Person, ProgramVersion.rules, owed.label("owed"))
        .join(Advocate, Advocate.id == Reward.advocate_id)
        .join(Person, Person.id == Advocate.person_id)
        .join(ProgramVersion, ProgramVersion.id == Reward.version_id)
        .where(*_due(store_id))
        .order_by(Reward.due_at, Reward.id)
        .limit(MOST)
    )
    with db.read() as session:
        return tuple(
            Handout(
                reward_id=row.Reward.id,
                order_ref=row.Reward.cause_ref if row.Reward.cause_kind == "order" else None,
                kind=row.Reward.kind,
                amount_minor=int(row.owed),
                currency=row.Reward.currency,
                terms=row.Reward.terms or row.rules.reward,
                due_at=row.Reward.due_at,
                is_friends=(is_friends := row.Reward.side == "friend"),
                person_id=row.Person.id,
                name=None if is_friends else row.Person.name,
                code=row.Advocate.code,
                donates_to=row.Advocate.donates_to,
                email=None if is_friends else row.Person.email,
                phone=None if is_friends else row.Person.phone,
            )
            for row in session.execute(rows)
        )


def count(session: Session, store_id: int) -> int:
    """How many rewards wait for somebody's hand."""
    return session.scalars(select(func.count(Reward.id)).where(*_due(store_id))).one()


def _due(store_id: int) -> tuple[ColumnElement[bool], ...]:
    return Reward.store_id == store_id, Reward.state == "due", Reward.reason == "to_hand_out"
