"""A person's story and an order's story, each on one page: what was seen, what was decided and why, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.domain import masks
from app.extensions import db
from app.models import Advocate, Attribution, Claim, InboxMessage, Order, OrderSighting, Person, Program, Reward, Visit
from app.queries import acts, moments
from app.queries.moments import Claimed, Decided, Moment, Ordered, Rewarded
from app.queries.points import PointsShown, points_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Advocacy:
    """A person's part in a program."""

    advocate_id: int
    program_id: int
    program: str
    code: str
    state: str
    joined_at: datetime
    visits: int
    points: PointsShown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonStory:
    """A person as support sees them; addresses are masked."""

    person_id: int
    name: str | None
    email: str | None
    phone: str | None
    locale: str
    known_since: datetime
    erased: bool
    advocacies: tuple[Advocacy, ...]
    friends: int  # orders that count for them
    rewards: tuple[Rewarded, ...]  # the newest first, tests left out
    decisions: tuple[Decided, ...]  # the same, of orders by their friends
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One snapshot of an order, as it was seen."""

    seen_at: datetime
    updated_at: datetime
    source: str
    status: str
    total_minor: int
    refunded_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSeen:
    """A message that spoke of an order."""

    message_id: int
    topic: str
    state: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An advocate by name, for links."""

    advocate_id: int
    person_id: int
    name: str | None
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStory:
    """An order as support sees it, tied to somebody or not."""

    order: Ordered
    collected_at: datetime | None
    gone_at: datetime | None
    base_minor: int
    decided: Decided | None
    reward: Rewarded | None
    friend_reward: Rewarded | None
    advocates: dict[int, Named]  # everybody whom the evidence names
    sightings: tuple[Sighting, ...]
    messages: tuple[MessageSeen, ...]
    moments: tuple[Moment, ...]


# --- a person ---


def person(store_id: int, person_id: int) -> PersonStory | None:
    """The person's story, or None where the store knows no such person; nine statements, and four for each
    program that gives points."""
    with db.read() as session:
        found = session.scalars(select(Person).where(Person.store_id == store_id, Person.id == person_id)).first()
        if found is None:
            return None
        advocacies = _advocacies(session, store_id, person_id)
        return _tell(session, found, advocacies)


def _tell(session: Session, found: Person, advocacies: tuple[Advocacy, ...]) -> PersonStory:
    store_id, ids = found.store_id, [each.advocate_id for each in advocacies]
    mine = or_(Claim.advocate_id.in_(ids), Claim.person_id == found.id)
    claimed = moments.claims(session, and_(Claim.store_id == store_id, mine))
    theirs = or_(Attribution.advocate_id.in_(ids), Order.person_id == found.id)
    decided = moments.decided_orders(session, and_(Order.store_id == store_id, theirs))
    theirs_alone = and_(Reward.store_id == store_id, Reward.advocate_id.in_(ids), Reward.side == "advocate")
    rewards = moments.rewards(session, theirs_alone)
    by_friends = [decision for _, decision in decided if decision.advocate_id in ids]
    told: list[Moment] = [*_joined(advocacies), *claimed, *rewards]
    told += [moment for pair in decided for moment in pair]
    told += [entry for entry in moments.entries(session, store_id, rewards) if entry.entry not in QUIET]
    told += moments.mails(session, store_id, found.id)
    told += acts.acts(session, store_id, _subjects(found.id, ids, by_friends))
    return PersonStory(
        person_id=found.id,
        name=found.name,
        email=masks.email(found.email),
        phone=masks.phone(found.phone),
        locale=found.locale,
        known_since=found.created_at,
        erased=found.erased_at is not None,
        advocacies=advocacies,
        friends=sum(1 for each in by_friends if each.state == "qualified" and not each.is_test),
        rewards=tuple(reward for reward in rewards if not reward.is_test),
        decisions=tuple(each for each in by_friends if not each.is_test),
        moments=moments.in_order(told),
    )


# Entries that say what the reward's own moment says already.
QUIET = frozenset({"earned", "issued"})


def _joined(advocacies: tuple[Advocacy, ...]) -> list[Moment]:
    return [moments.Joined(at=each.joined_at, program=each.program, code=each.code) for each in advocacies]


def _subjects(person_id: int, advocate_ids: list[int], decided: list[Decided]) -> list[str]:
    orders = [f"order:{each.order_ref}" for each in decided]
    return [f"person:{person_id}", *(f"advocate:{each}" for each in advocate_ids), *orders]


def _advocacies(session: Session, store_id: int, person_id: int) -> tuple[Advocacy, ...]:
    visits = (
        select(Visit.advocate_id, func.count().label("visits"))
        .where(Visit.store_id == store_id)
        .where(Visit.advocate_id.in_(select(Advocate.id).where(Advocate.person_id == person_id)))
        .group_by(Visit.advocate_id)
        .subquery()
    )
    rows = session.execute(
        select(Advocate, Program.name, func.coalesce(visits.c.visits, 0))
        .join(Program, and_(Program.store_id == Advocate.store_id, Program.id == Advocate.program_id))
        .outerjoin(visits, visits.c.advocate_id == Advocate.id)
        .where(Advocate.store_id == store_id, Advocate.person_id == person_id)
        .order_by(Advocate.id)
    )
    return tuple(
        Advocacy(
            advocate_id=advocate.id,
            program_id=advocate.program_id,
            program=program,
            code=advocate.code,
            state=advocate.state,
            joined_at=advocate.joined_at,
            visits=count,
            points=points_of(session, advocate),
        )
        for advocate, program, count in rows
    )


# --- an order ---


def order(store_id: int, order_ref: str) -> OrderStory | None:
    """The order's story, or None where the store knows no such order."""
    with db.read() as session:
        found = session.scalars(select(Order).where(Order.store_id == store_id, Order.order_ref == order_ref)).first()
        if found is None:
            return None
        here = and_(Order.store_id == store_id, Order.order_ref == order_ref)
        decided = next((decision for _, decision in moments.decided_orders(session, here)), None)
        mine = and_(Reward.store_id == store_id, Reward.cause_kind == "order", Reward.cause_ref == order_ref)
        rewards = moments.rewards(session, mine)
        told: list[Moment] = [moments.ordered(found), *rewards, *_claims_of(session, store_id, decided)]
        told += [decided] if decided else []
        told += moments.entries(session, store_id, rewards)
        told += acts.acts(session, store_id, [f"order:{order_ref}"])
        return OrderStory(
            order=moments.ordered(found),
            collected_at=found.collected_at,
            gone_at=found.gone_at,
            base_minor=found.base_minor,
            decided=decided,
            reward=next((each for each in rewards if not each.is_friends), None),
            friend_reward=next((each for each in rewards if each.is_friends), None),
            advocates=_named(session, store_id, decided),
            sightings=_sightings(session, store_id, order_ref),
            messages=_messages(session, store_id, order_ref),
            moments=moments.in_order(told),
        )


def _claims_of(session: Session, store_id: int, decided: Decided | None) -> list[Claimed]:
    claim_id = decided.evidence.get("winner", {}).get("claim_id") if decided else None
    if claim_id is None:
        return []
    return moments.claims(session, and_(Claim.store_id == store_id, Claim.id == claim_id))


def _named(session: Session, store_id: int, decided: Decided | None) -> dict[int, Named]:
    if decided is None:
        return {}
    ids = {decided.advocate_id} | {each["advocate_id"] for each in decided.evidence.get("passed_over", ())}
    rows = session.execute(
        select(Advocate, Person.name)
        .join(Person, and_(Person.store_id == Advocate.store_id, Person.id == Advocate.person_id))
        .where(Advocate.store_id == store_id, Advocate.id.in_(ids))
    )
    return {
        advocate.id: Named(advocate_id=advocate.id, person_id=advocate.person_id, name=name, code=advocate.code)
        for advocate, name in rows
    }


def _sightings(session: Session, store_id: int, order_ref: str) -> tuple[Sighting, ...]:
    rows = session.scalars(
        select(OrderSighting)
        .where(OrderSighting.store_id == store_id, OrderSighting.order_ref == order_ref)
        .order_by(OrderSighting.updated_at, OrderSighting.id)
    )
    return tuple(
        Sighting(
            seen_at=row.seen_at,
            updated_at=row.updated_at,
            source=row.source,
            status=row.snapshot.status,
            total_minor=row.snapshot.total_minor,
            refunded_minor=row.snapshot.refunded_minor,
            currency=row.snapshot.currency,
        )
        for row in rows
    )


def _messages(session: Session, store_id: int, order_ref: str) -> tuple[MessageSeen, ...]:
    columns = InboxMessage.id, InboxMessage.topic, InboxMessage.state, InboxMessage.received_at
    rows = session.execute(
        select(*columns)
        .where(InboxMessage.store_id == store_id, InboxMessage.order_ref == order_ref)
        .order_by(InboxMessage.id)
        .limit(acts.MOST)
    )
    return tuple(
        MessageSeen(message_id=message_id, topic=topic, state=state, received_at=received_at)
        for message_id, topic, state, received_at in rows
    )
