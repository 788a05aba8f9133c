"""What looks odd about an order, counted for the pure rules to weigh (R9): one statement, and a few more only where the
buyer recommends others themselves.

Orders count by rank (R8) and claims by our own clock, so that the counts do not depend on what arrived first.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from app.domain.attribution import Rule
from app.domain.fraud import NOTHING_ODD, Traces
from app.domain.orders import OrderFacts
from app.domain.programs import Rules
from app.domain.referrals import Circumstances, Newness
from app.models import Advocate, Attribution, Claim, Order, OrderKey, PersonKey
from app.models.base import UtcInstant
from app.services import ranks, rings
from app.services.evidence import BUYER_KEYS, same_key

_DAY, _WEEK, _QUARTER = timedelta(days=1), timedelta(days=7), timedelta(days=90)
_MOST = 1000  # as many as need to be counted to call a crowd a crowd

Row = Select[str, str, int]


def of(session: Session, facts: OrderFacts, advocate: Advocate, rules: Rules) -> tuple[frozenset[str], Traces]:
    """Kinds of key that buyer and advocate have in common, and everything else that may look odd. Nothing of a test
    order (R18)."""
    if facts.is_test:
        return frozenset(), NOTHING_ODD
    found: dict[str, list[tuple[str, int]]] = {}
    for name, word, number in session.execute(_everything(bool(rules.crowd_limit)), _figures(facts, advocate)):
        found.setdefault(name, []).append((word, number))
    kinds = {name: {word for word, _ in pairs} for name, pairs in found.items()}
    counts = {name: sum(number for _, number in pairs) for name, pairs in found.items()}
    own = kinds.get("own", set())
    traced = Traces(
        own_orders=tuple(sorted(own - {"name_address"})),
        alike=tuple(sorted(kinds.get("alike", ()))),
        recommends="buyer" in found,
        ring=rings.length(session, facts, advocate, {person for _, person in found.get("buyer", ())}),
        crowd=counts.get("crowd", 0),
        by_code=counts.get("by_code", 0),
        refused=counts.get("refused", 0),
    )
    if rules.crowd_limit and max(traced.crowd, traced.by_code) > rules.crowd_limit:
        traced = replace(traced, usual=_usual(session, facts, advocate))
    if facts.throwaway_mail:
        friends, throwaways = _friends(session, facts, advocate)
        traced = replace(traced, friends=friends, throwaways=throwaways)
    return frozenset(kinds.get("shared", set()) | own & {"name_address"}), traced


def as_then(around: Circumstances, evidence: dict[str, Any]) -> Circumstances:
    """What other orders said when the reward was released, as the decision's evidence has it (R8)."""
    then = evidence["judgement"]
    later = {"name_address"} - set(then.get("shared", "").split())
    return replace(
        around,
        newness=Newness(then["newness"]),
        earlier_rewards=0,
        shared_identity=around.shared_identity - later,
        traces=msgspec.convert(evidence.get("traces", {}), Traces),
    )


class _Asked:
    """Whom and what the one statement is about: places for the figures of each order."""

    store_id: Any = bindparam("store_id", type_=BigInteger)
    person_id: Any = bindparam("person_id", type_=BigInteger)
    advocate_id: Any = bindparam("advocate_id", type_=BigInteger)
    order_ref: Any = bindparam("order_ref", type_=String)
    placed_at: Any = bindparam("placed_at", type_=UtcInstant)
    day_before: Any = bindparam("day_before", type_=UtcInstant)


def _figures(facts: OrderFacts, advocate: Advocate) -> dict[str, Any]:
    return {
        "store_id": advocate.store_id,
        "person_id": advocate.person_id,
        "advocate_id": advocate.id,
        "order_ref": facts.order_ref,
        "placed_at": facts.placed_at,
        "day_before": facts.placed_at - _DAY,
    }


@cache
def _everything(counts_crowds: bool) -> CompoundSelect[str, str, int]:
    """All that is asked of every order, as one statement, made once."""
    rows = [_shared(), _own(), _alike(), _refused(), _buyers()]
    return union_all(*rows, *([_crowd(), _by_code()] if counts_crowds else []))


def _row(name: str, word: Any = None, number: Any = None) -> Row:
    """One shape for everything that is asked at once."""
    return select(
        literal(name),
        cast(null() if word is None else word, String),
        cast(0 if number is None else number, BigInteger),
    )


_OF_THE_BUYER = and_(OrderKey.store_id == _Asked.store_id, OrderKey.order_ref == _Asked.order_ref)
_OF_THE_ADVOCATE = and_(PersonKey.store_id == _Asked.store_id, PersonKey.person_id == _Asked.person_id)


def _shared() -> Row:
    """What the buyer shares with the advocate."""
    return (
        _row("shared", OrderKey.kind)
        .join(PersonKey, same_key(OrderKey, PersonKey))
        .where(_OF_THE_BUYER, _OF_THE_ADVOCATE)
        .distinct()
    )


def _own() -> Row:
    """What the buyer shares with other orders, which the advocate placed."""
    signed, placed = aliased(OrderKey), aliased(OrderKey)
    return (
        _row("own", OrderKey.kind)
        .join(placed, same_key(OrderKey, placed))
        .join(signed, and_(signed.store_id == placed.store_id, signed.order_ref == placed.order_ref))
        .join(PersonKey, same_key(signed, PersonKey))
        .where(
            _OF_THE_BUYER,
            _OF_THE_ADVOCATE,
            OrderKey.kind.in_(("phone", "customer", "name_address")),
            placed.order_ref != _Asked.order_ref,
        )
        .distinct()
    )


def _alike() -> Row:
    """What the buyer shares with earlier friends of the advocate who gave another e-mail address."""
    theirs, mailbox, same_mailbox = aliased(OrderKey), aliased(OrderKey), aliased(OrderKey)
    same = (
        select(mailbox.id)
        .join(same_mailbox, same_key(mailbox, same_mailbox))
        .where(
            mailbox.store_id == _Asked.store_id,
            mailbox.order_ref == _Asked.order_ref,
            mailbox.kind.in_(("email", "customer")),
            same_mailbox.order_ref == theirs.order_ref,
        )
        .correlate(theirs)
    )
    return (
        _row("alike", OrderKey.kind)
        .join(theirs, same_key(OrderKey, theirs))
        .join(Attribution, and_(Attribution.store_id == theirs.store_id, Attribution.order_ref == theirs.order_ref))
        .where(
            _OF_THE_BUYER,
            OrderKey.kind.in_(("phone", "name_address")),
            theirs.order_ref != _Asked.order_ref,
            Attribution.advocate_id == _Asked.advocate_id,
            Attribution.is_test.is_(False),
            ranks.before(Attribution),
            ~same.exists(),
        )
        .distinct()
    )


def _friends(session: Session, facts: OrderFacts, advocate: Advocate) -> tuple[int, int]:
    """How many orders of the advocate's friends rank before this one within a quarter, and how many of them came from
    addresses that last for minutes."""
    friends, throwaways = session.execute(
        select(func.count(), func.count().filter(Order.throwaway.is_(True)))
        .select_from(Attribution)
        .join(Order, and_(Order.store_id == Attribution.store_id, Order.order_ref == Attribution.order_ref))
        .where(
            Attribution.store_id == advocate.store_id,
            Attribution.advocate_id == advocate.id,
            Attribution.is_test.is_(False),
            Attribution.order_ref != facts.order_ref,
            Attribution.placed_at > facts.placed_at - _QUARTER,
            Attribution.placed_at <= facts.placed_at,
            ranks.before(Attribution),
        ),
        ranks.place(facts),
    ).one()
    return friends, throwaways


def _refused() -> Row:
    """The buyer's earlier orders that were to be paid on delivery, and were not."""
    other = aliased(OrderKey)
    return (
        _row("refused", None, func.count(Order.id.distinct()))
        .select_from(OrderKey)
        .join(other, same_key(OrderKey, other))
        .join(Order, and_(Order.store_id == other.store_id, Order.order_ref == other.order_ref))
        .where(
            _OF_THE_BUYER,
            OrderKey.kind.in_(BUYER_KEYS),
            Order.refused.is_(True),
            Order.is_test.is_(False),
            Order.order_ref != _Asked.order_ref,
            ranks.before(Order),
        )
    )


def _buyers() -> Row:
    """Whom the buyer is known as, where they recommend others."""
    return (
        _row("buyer", None, Advocate.person_id)
        .select_from(OrderKey)
        .join(PersonKey, same_key(OrderKey, PersonKey))
        .join(Advocate, and_(Advocate.store_id == PersonKey.store_id, Advocate.person_id == PersonKey.person_id))
        .where(_OF_THE_BUYER, OrderKey.kind.in_(BUYER_KEYS))
        .distinct()
    )


def _crowd() -> Row:
    """Codes taken from the advocate's link in the day before."""
    taken = (
        select(Claim.id)
        .where(
            Claim.store_id == _Asked.store_id,
            Claim.advocate_id == _Asked.advocate_id,
            Claim.claimed_at > _Asked.day_before,
            Claim.claimed_at <= _Asked.placed_at,
            Claim.is_test.is_(False),
        )
        .limit(_MOST)
        .subquery()
    )
    return _row("crowd", None, func.count()).select_from(taken)


def _by_code() -> Row:
    """Orders before this one on which the advocate's own code was typed."""
    typed = (
        select(Attribution.id)
        .where(
            Attribution.store_id == _Asked.store_id,
            Attribution.advocate_id == _Asked.advocate_id,
            Attribution.rule == Rule.CODE.value,
            Attribution.is_test.is_(False),
            Attribution.order_ref != _Asked.order_ref,
            Attribution.placed_at > _Asked.day_before,
            Attribution.placed_at <= _Asked.placed_at,
            ranks.before(Attribution),
        )
        .limit(_MOST)
        .subquery()
    )
    return _row("by_code", None, func.count()).select_from(typed)


def _usual(session: Session, facts: OrderFacts, advocate: Advocate) -> int:
    """How many codes a link of the program gave in the week before the day in question, where it gave any."""
    until = facts.placed_at - _DAY
    taken, links = session.execute(
        select(func.count(), func.count(Claim.advocate_id.distinct())).where(
            Claim.store_id == advocate.store_id,
            Claim.program_id == advocate.program_id,
            Claim.claimed_at > until - _WEEK,
            Claim.claimed_at <= until,
            Claim.is_test.is_(False),
        )
    ).one()
    return -(-taken // links) if links else 0
