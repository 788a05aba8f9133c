"""Who brought the most in a period, net of returns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from app.models import Advocate, Attribution, Order, Person, Reward, Store

TOP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TopAdvocate:
    """An advocate who brought much in the period, net of returns."""

    person_id: int
    name: str | None
    friends: int
    revenue_minor: int
    reward_state: str | None  # of the newest reward
    reward_reason: str | None
    reward_at: datetime | None  # when it was sent, or will be


def attributed(store_id: int, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    """Attributions of orders placed in the period. Out are tests, links by hand that were undone, and further orders of
    a claim that counts for one already."""
    return (
        Attribution.store_id == store_id,
        Attribution.is_test.is_(False),
        Attribution.reason.not_in(("evidence_withdrawn", "claim_already_paid")),
        Attribution.placed_at >= since,
        Attribution.placed_at <= until,
    )


def order_of_attribution() -> ColumnElement[bool]:
    """The order that the attribution is about."""
    return and_(Order.store_id == Attribution.store_id, Order.order_ref == Attribution.order_ref)


def top_advocates(session: Session, store: Store, since: datetime, until: datetime) -> tuple[TopAdvocate, ...]:
    """The ten by revenue. Two statements: them with their names, and the newest reward of each."""
    revenue = func.sum(case((Order.currency == store.currency, Order.base_minor), else_=0))
    rows = session.execute(
        select(Advocate.person_id, func.count().label("friends"), revenue.label("revenue"))
        .select_from(Attribution)
        .join(Order, order_of_attribution())
        .join(Advocate, and_(Advocate.store_id == Attribution.store_id, Advocate.id == Attribution.advocate_id))
        .where(*attributed(store.id, since, until), Attribution.state == "qualified")
        .group_by(Advocate.person_id)
        .order_by(revenue.desc(), func.count().desc(), Advocate.person_id)
        .limit(TOP)
    ).all()
    ids = [row.person_id for row in rows]
    people = session.scalars(select(Person).where(Person.store_id == store.id, Person.id.in_(ids)))
    names = {person.id: person.name for person in people}
    newest = dict(session.execute(_newest_rewards(store.id, ids)).all())
    return tuple(
        _top_advocate(person_id, friends, money, names.get(person_id), newest.get(person_id))
        for person_id, friends, money in rows
    )


def _newest_rewards(store_id: int, person_ids: Iterable[int]) -> Select[int, Reward]:
    newest = (
        select(func.max(Reward.id))
        .join(Advocate, and_(Advocate.store_id == Reward.store_id, Advocate.id == Reward.advocate_id))
        .where(Reward.store_id == store_id, Advocate.person_id.in_(person_ids), Reward.is_test.is_(False))
        .where(Reward.side == "advocate")
        .group_by(Advocate.person_id)
    )
    return (
        select(Advocate.person_id, Reward)
        .join(Advocate, and_(Advocate.store_id == Reward.store_id, Advocate.id == Reward.advocate_id))
        .where(Reward.id.in_(newest))
    )


def _top_advocate(
    person_id: int, friends: int, revenue: int | None, name: str | None, reward: Reward | None
) -> TopAdvocate:
    return TopAdvocate(
        person_id=person_id,
        name=name,
        friends=friends,
        revenue_minor=int(revenue or 0),
        reward_state=reward.state if reward else None,
        reward_reason=reward.reason if reward else None,
        reward_at=(reward.issued_at or reward.due_at) if reward else None,
    )
