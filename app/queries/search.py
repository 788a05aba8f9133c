"""The one search of support: people, orders and codes that match what was typed.

What to look for comes as keyed hashes and exact numbers (services/searches.py): no personal text reaches a statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from app.domain import masks
from app.domain.wanted import Wanted
from app.extensions import db
from app.models import (
    Advocate,
    Attribution,
    Claim,
    Coupon,
    Order,
    OrderKey,
    Person,
    PersonKey,
    Reward,
    SearchKey,
)

MOST = 30  # more than anybody reads: a longer list asks for a better search


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFound:
    """A person in the results."""

    person_id: int
    name: str | None
    email: str | None  # masked
    advocate_since: datetime | None
    friends: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFound:
    """An order in the results."""

    order_ref: str
    number: str
    status: str
    total_minor: int
    currency: str
    placed_at: datetime
    state: str | None  # of its attribution; None: tied to nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFound:
    """A coupon in the results, and whom it leads to."""

    code: str
    purpose: str
    state: str
    person_id: int | None  # the advocate whose link gave it, or who got it
    person_name: str | None
    order_ref: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything that matches; `more` where a list was cut."""

    people: tuple[PersonFound, ...] = ()
    orders: tuple[OrderFound, ...] = ()
    codes: tuple[CodeFound, ...] = ()
    more: bool = False

    @property
    def count(self) -> int:
        """How many there are, of all kinds."""
        return len(self.people) + len(self.orders) + len(self.codes)


def search(store_id: int, wanted: Wanted) -> Found:
    """People, orders and codes of the store that match."""
    with db.read() as session:
        people = session.scalars(_people(store_id, wanted)).all()
        orders = session.execute(_orders(store_id, wanted)).all()
        return Found(
            people=_people_found(session, store_id, people[:MOST]),
            orders=tuple(_order_found(order, state) for order, state in orders[:MOST]),
            codes=_codes(session, store_id, wanted.code) if wanted.code else (),
            more=len(people) > MOST or len(orders) > MOST,
        )


# --- people ---


def _people(store_id: int, wanted: Wanted) -> Select[Person]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.contacts:
        mine = and_(PersonKey.store_id == Person.store_id, PersonKey.person_id == Person.id)
        conditions.append(exists().where(mine, _any_key(PersonKey, wanted.contacts)))
    if wanted.names:
        conditions.append(and_(*(_named(digest) for digest in wanted.names)))
    if wanted.code:
        personal = and_(Advocate.store_id == Person.store_id, Advocate.person_id == Person.id)
        conditions.append(exists().where(personal, Advocate.code == wanted.code))
    return (
        select(Person)
        .where(Person.store_id == store_id, or_(*conditions) if conditions else Person.id.is_(None))
        .order_by(Person.id.desc())
        .limit(MOST + 1)
    )


def _any_key(table: type[PersonKey] | type[OrderKey], contacts: Iterable[tuple[str, str]]) -> ColumnElement[bool]:
    return or_(*(and_(table.kind == kind, table.digest == digest) for kind, digest in contacts))


def _named(digest: str) -> ColumnElement[bool]:
    mine = and_(SearchKey.store_id == Person.store_id, SearchKey.person_id == Person.id)
    return exists().where(mine, SearchKey.digest == digest)


def _people_found(session: Session, store_id: int, people: Iterable[Person]) -> tuple[PersonFound, ...]:
    found = list(people)
    ids = [person.id for person in found]
    kept = and_(
        Attribution.store_id == Advocate.store_id,
        Attribution.advocate_id == Advocate.id,
        Attribution.state == "qualified",
        Attribution.is_test.is_(False),
    )
    rows = session.execute(
        select(Advocate.person_id, func.min(Advocate.joined_at), func.count(Attribution.id))
        .outerjoin(Attribution, kept)
        .where(Advocate.store_id == store_id, Advocate.person_id.in_(ids))
        .group_by(Advocate.person_id)
    )
    advocates = {person_id: (since, friends) for person_id, since, friends in rows}
    return tuple(
        PersonFound(
            person_id=person.id,
            name=person.name,
            email=masks.email(person.email),
            advocate_since=advocates.get(person.id, (None, 0))[0],
            friends=advocates.get(person.id, (None, 0))[1],
        )
        for person in found
    )


# --- orders and codes ---


def _orders(store_id: int, wanted: Wanted) -> Select[Order, str | None]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.number:
        conditions += [Order.number == wanted.number, Order.order_ref == wanted.number]
    if wanted.contacts:
        mine = and_(OrderKey.store_id == Order.store_id, OrderKey.order_ref == Order.order_ref)
        conditions.append(exists().where(mine, _any_key(OrderKey, wanted.contacts)))
    if wanted.code:
        used = and_(Coupon.store_id == Order.store_id, Coupon.used_by_order == Order.order_ref)
        conditions.append(exists().where(used, Coupon.code == wanted.code))
    same = and_(Attribution.store_id == Order.store_id, Attribution.order_ref == Order.order_ref)
    return (
        select(Order, Attribution.state)
        .outerjoin(Attribution, same)
        .where(Order.store_id == store_id, or_(*conditions) if conditions else Order.id.is_(None))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(MOST + 1)
    )


def _order_found(order: Order, state: str | None) -> OrderFound:
    return OrderFound(
        order_ref=order.order_ref,
        number=order.number,
        status=order.status,
        total_minor=order.total_minor,
        currency=order.currency,
        placed_at=order.placed_at,
        state=state,
    )


def _codes(session: Session, store_id: int, code: str) -> tuple[CodeFound, ...]:
    """The coupon, with the advocate of its claim or of the reward that it fulfils."""
    advocate = or_(Advocate.id == Claim.advocate_id, Advocate.id == Reward.advocate_id)
    rows = session.execute(
        select(Coupon, Person)
        .outerjoin(Claim, and_(Claim.store_id == Coupon.store_id, Claim.coupon_id == Coupon.id))
        .outerjoin(Reward, and_(Reward.store_id == Coupon.store_id, Reward.coupon_id == Coupon.id))
        .outerjoin(Advocate, and_(Advocate.store_id == Coupon.store_id, advocate))
        .outerjoin(Person, and_(Person.store_id == Advocate.store_id, Person.id == Advocate.person_id))
        .where(Coupon.store_id == store_id, Coupon.code == code)
    )
    return tuple(
        CodeFound(
            code=coupon.code,
            purpose=coupon.purpose,
            state=coupon.state,
            person_id=person.id if person else None,
            person_name=person.name if person else None,
            order_ref=coupon.used_by_order,
        )
        for coupon, person in rows
    )
