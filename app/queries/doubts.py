"""What a person is to look at before a reward is sent, or because its advocate asked: from the moment something speaks
against sending it, with what was seen, until when somebody may look, and what happens then if nobody does (R9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.domain.programs import AdvocateReward
from app.extensions import db
from app.models import Advocate, Attribution, AuditEntry, Order, Person, ProgramVersion, Reward, SecondLook
from app.queries.acts import Acted, acted, audited

MOST = 100
LATELY = 10


class About(StrEnum):
    """Why somebody is to look."""

    ASKED = "asked"  # the advocate asked for it
    ODD = "odd"  # signs (R9)
    NEWNESS = "newness"  # nobody can know whether the buyer is new (R4)
    APPROVAL = "approval"  # the owner approves rewards like this one by hand
    LATE = "late"  # whatever it is: its day has passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One order to look at, with its reward where one is promised."""

    order_ref: str
    number: str
    person_id: int
    name: str | None
    code: str
    about: About
    state: str  # of the referral
    reason: str
    figures: dict[str, Any]
    signs: tuple[dict[str, Any], ...]
    reward: Reward | None
    currency: str
    terms: AdvocateReward
    ordered_at: datetime
    until: datetime  # the day that the advocate was told, else a deadline, else the end of the hold
    message: str | None = field(repr=False)

    @property
    def is_late(self) -> bool:
        """Whether the customer waits already."""
        return self.until <= clock.now()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """The queue, the most urgent first, and what was decided lately."""

    rows: tuple[Doubt, ...]
    counts: dict[About, int]
    count: int  # of any kind
    decided: tuple[Acted, ...]
    is_cut: bool  # there are more than a page holds


_ASKED = SecondLook.id.is_not(None)
_WAITS = and_(Reward.state == "held", ~_ASKED)
_BY_HAND = and_(_WAITS, Reward.needs_approval.is_(True), Reward.look_until.is_(None))
_NEWNESS = Attribution.reason == "newness_unproven"
_UNTIL = func.coalesce(SecondLook.answer_by, Reward.look_until, Reward.due_at)
_WHICH: dict[About, ColumnElement[bool]] = {
    About.ASKED: _ASKED,
    About.ODD: and_(_WAITS, Reward.look_until.is_not(None)),
    About.NEWNESS: and_(_BY_HAND, _NEWNESS),
    About.APPROVAL: and_(_BY_HAND, ~_NEWNESS, Reward.reason == "waiting_approval"),
}


def doubts(store_id: int, about: About | None = None) -> Doubts:
    """What is to be looked at in the store, of one kind or of all."""
    with db.read() as session:
        rows = _rows(session, store_id, about)
        return Doubts(
            rows=tuple(_doubt(*row) for row in rows[:MOST]),
            counts={each: _count(session, store_id, each) for each in About},
            count=count(session, store_id),
            decided=_decided(session, store_id),
            is_cut=len(rows) > MOST,
        )


def count(session: Session, store_id: int) -> int:
    """How many orders somebody is to look at."""
    return _count(session, store_id, None)


def _count(session: Session, store_id: int, about: About | None) -> int:
    return int(session.scalars(_found(select(func.count(Attribution.id)), store_id, about)).one())


def _rows(session: Session, store_id: int, about: About | None) -> Sequence[Any]:
    columns = (Attribution, Reward, SecondLook, Order.number, Advocate.code, Person, ProgramVersion.rules)
    found = (
        _found(select(*columns), store_id, about)
        .join(Order, and_(Order.store_id == Attribution.store_id, Order.order_ref == Attribution.order_ref))
        .join(Advocate, Advocate.id == Attribution.advocate_id)
        .join(Person, Person.id == Advocate.person_id)
        .join(ProgramVersion, ProgramVersion.id == Attribution.version_id)
        .order_by(_UNTIL, Attribution.id)
        .limit(MOST + 1)
    )
    return session.execute(found).all()


def _found(selected: Select[*tuple[Any, ...]], store_id: int, about: About | None) -> Select[*tuple[Any, ...]]:
    """Attributed orders with the reward that they caused and the look that was asked for."""
    return (
        selected.select_from(Attribution)
        .outerjoin(
            Reward,
            and_(
                Reward.store_id == Attribution.store_id,
                Reward.cause_kind == "order",
                Reward.cause_ref == Attribution.order_ref,
            ),
        )
        .outerjoin(
            SecondLook,
            and_(
                SecondLook.store_id == Attribution.store_id,
                SecondLook.order_ref == Attribution.order_ref,
                SecondLook.advocate_id == Attribution.advocate_id,
                SecondLook.answered_at.is_(None),
            ),
        )
        .where(Attribution.store_id == store_id, Attribution.is_test.is_(False), *_of(about))
    )


def _of(about: About | None) -> tuple[ColumnElement[bool], ...]:
    if about in _WHICH:
        return (_WHICH[about],)
    any_kind = or_(*_WHICH.values())
    return (any_kind, clock.now() >= _UNTIL) if about is About.LATE else (any_kind,)


def _doubt(
    attribution: Attribution,
    reward: Reward | None,
    look: SecondLook | None,
    number: str,
    code: str,
    person: Person,
    rules: Any,
) -> Doubt:
    held = reward if reward is not None and reward.state == "held" else None
    dates = (look.answer_by if look else None, held.look_until if held else None, held.due_at if held else None)
    return Doubt(
        order_ref=attribution.order_ref,
        number=number,
        person_id=person.id,
        name=person.name,
        code=code,
        about=_about(attribution, held, look),
        state=attribution.state,
        reason=attribution.reason,
        figures=attribution.figures,
        signs=tuple(attribution.evidence.get("signs", ())),
        reward=held,
        currency=rules.currency,
        terms=(held.terms if held else None) or rules.reward,
        ordered_at=attribution.placed_at,
        until=next(each for each in dates if each is not None),
        message=look.message if look else None,
    )


def _about(attribution: Attribution, held: Reward | None, look: SecondLook | None) -> About:
    if look is not None:
        return About.ASKED
    if held is not None and held.look_until is not None:
        return About.ODD
    return About.NEWNESS if attribution.reason == "newness_unproven" else About.APPROVAL


def _decided(session: Session, store_id: int) -> tuple[Acted, ...]:
    """Decisions of late that still hold, the newest first."""
    rows = session.execute(
        audited(store_id)
        .where(AuditEntry.verb.in_(("approve", "reject", "keep")))
        .order_by(AuditEntry.id.desc())
        .limit(LATELY)
    ).all()
    return tuple(each for each in (acted(entry, by, undone_by) for entry, by, undone_by in rows) if not each.undone)
