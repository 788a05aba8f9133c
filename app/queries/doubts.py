"""Rewards that a person is to look at, from the moment something speaks against sending them: what was seen, until when
somebody may look, and what happens then if nobody does (R9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.domain.programs import AdvocateReward
from app.extensions import db
from app.models import Advocate, Attribution, AuditEntry, Order, Person, ProgramVersion, Reward
from app.queries.acts import Acted, acted, audited

MOST = 100
LATELY = 10


class About(StrEnum):
    """Why somebody is to look."""

    ODD = "odd"  # signs (R9)
    NEWNESS = "newness"  # nobody can know whether the buyer is new (R4)
    APPROVAL = "approval"  # the owner approves rewards like this one by hand
    LATE = "late"  # whatever it is: its day has passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One reward to look at."""

    order_ref: str
    number: str
    person_id: int
    name: str | None
    code: str
    about: About
    reason: str
    signs: tuple[dict[str, Any], ...]
    worth_minor: int
    currency: str
    kind: str
    terms: AdvocateReward
    ordered_at: datetime
    due_at: datetime
    look_until: datetime | None
    goes_unlooked: bool

    @property
    def until(self) -> datetime:
        """The day by which somebody should have looked: a deadline, else the end of the hold."""
        return self.look_until or self.due_at

    @property
    def is_late(self) -> bool:
        """Whether the customer waits already."""
        return self.until <= clock.now()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """The queue, the most urgent first, and what was decided lately."""

    rows: tuple[Doubt, ...]
    counts: dict[About, int]
    decided: tuple[Acted, ...]
    is_cut: bool  # there are more than a page holds

    @property
    def count(self) -> int:
        """How many there are of any kind."""
        return sum(self.counts[each] for each in About if each is not About.LATE)


_BY_HAND = and_(Reward.needs_approval.is_(True), Reward.look_until.is_(None))
_NEWNESS = Attribution.reason == "newness_unproven"
_WHICH: dict[About, ColumnElement[bool]] = {
    About.ODD: Reward.look_until.is_not(None),
    About.NEWNESS: and_(_BY_HAND, _NEWNESS),
    About.APPROVAL: and_(_BY_HAND, ~_NEWNESS, Reward.reason == "waiting_approval"),
}
_UNTIL = func.coalesce(Reward.look_until, Reward.due_at)


def doubts(store_id: int, about: About | None = None) -> Doubts:
    """What is to be looked at in the store, of one kind or of all."""
    with db.read() as session:
        rows = _rows(session, store_id, about)
        return Doubts(
            rows=tuple(_doubt(*row) for row in rows[:MOST]),
            counts={each: _count(session, store_id, each) for each in About},
            decided=_decided(session, store_id),
            is_cut=len(rows) > MOST,
        )


def count(session: Session, store_id: int) -> int:
    """How many rewards somebody is to look at."""
    return _count(session, store_id, None)


def _count(session: Session, store_id: int, about: About | None) -> int:
    counted = select(func.count(Reward.id)).join(Attribution, _its_order()).where(*_of(store_id, about))
    return session.scalars(counted).one()


def _rows(session: Session, store_id: int, about: About | None) -> Sequence[Any]:
    found = (
        select(Reward, Attribution, Order.number, Advocate.code, Person, ProgramVersion.rules)
        .join(Attribution, _its_order())
        .join(Order, and_(Order.store_id == Reward.store_id, Order.order_ref == Reward.cause_ref))
        .join(Advocate, Advocate.id == Reward.advocate_id)
        .join(Person, Person.id == Advocate.person_id)
        .join(ProgramVersion, ProgramVersion.id == Reward.version_id)
        .where(*_of(store_id, about))
        .order_by(_UNTIL, Reward.id)
        .limit(MOST + 1)
    )
    return session.execute(found).all()


def _its_order() -> ColumnElement[bool]:
    return and_(
        Attribution.store_id == Reward.store_id,
        Attribution.order_ref == Reward.cause_ref,
        Reward.cause_kind == "order",
    )


def _of(store_id: int, about: About | None) -> tuple[ColumnElement[bool], ...]:
    waits = (Reward.store_id == store_id, Reward.state == "held", Reward.is_test.is_(False))
    if about in _WHICH:
        return *waits, _WHICH[about]
    any_kind = (*waits, or_(*_WHICH.values()))
    return (*any_kind, clock.now() >= _UNTIL) if about is About.LATE else any_kind


def _doubt(reward: Reward, attribution: Attribution, number: str, code: str, person: Person, rules: Any) -> Doubt:
    about = About.ODD if reward.look_until else About.APPROVAL
    return Doubt(
        order_ref=reward.cause_ref,
        number=number,
        person_id=person.id,
        name=person.name,
        code=code,
        about=About.NEWNESS if not reward.look_until and attribution.reason == "newness_unproven" else about,
        reason=attribution.reason,
        signs=tuple(attribution.evidence.get("signs", ())),
        worth_minor=reward.worth_minor,
        currency=reward.currency,
        kind=reward.kind,
        terms=reward.terms or rules.reward,
        ordered_at=attribution.placed_at,
        due_at=reward.due_at,
        look_until=reward.look_until,
        goes_unlooked=reward.goes_unlooked,
    )


def _decided(session: Session, store_id: int) -> tuple[Acted, ...]:
    """Decisions of late that still hold, the newest first."""
    rows = session.execute(
        audited(store_id).where(AuditEntry.verb.in_(("approve", "reject"))).order_by(AuditEntry.id.desc()).limit(LATELY)
    ).all()
    return tuple(each for each in (acted(entry, by, undone_by) for entry, by, undone_by in rows) if not each.undone)
