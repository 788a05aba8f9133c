"""Circles of people who recommend one another (R9): looked for where the buyer recommends others too.

A circle is closed by the order that ranks last in it, whichever arrived first (R8).
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.domain.orders import OrderFacts
from app.models import Advocate, Attribution, OrderKey, PersonKey
from app.services import effects, ranks
from app.services.evidence import BUYER_KEYS, same_key

_LONGEST_RING = 6
_WIDEST = 50  # who recommended somebody: one, where nothing is odd


def length(session: Session, facts: OrderFacts, advocate: Advocate, buyers: set[int]) -> int:
    """How many recommendations, this one among them, lead from the buyer back to the buyer; 0 where none do."""
    reached = {advocate.person_id}
    for length in range(2, _LONGEST_RING + 1):
        if not buyers or not reached:
            return 0
        reached = {person for person, _, is_before in _recommended(session, facts, advocate, reached) if is_before}
        if reached & buyers:
            return length
    return 0


def look_again(session: Session, facts: OrderFacts, advocate: Advocate) -> None:
    """Orders that may close a circle now that this one counts otherwise are decided anew (R8)."""
    reached = {advocate.person_id}
    for _ in range(2, _LONGEST_RING + 1):
        found = _recommended(session, facts, advocate, reached) if reached else []
        reached = {person for person, _, _ in found}
        for _, order_ref, is_before in found:
            if not is_before:
                effects.owe(session, advocate.store_id, "settle_order", order_ref, lane="orders")


def _recommended(
    session: Session, facts: OrderFacts, advocate: Advocate, people: Iterable[int]
) -> list[tuple[int, str, bool]]:
    """Who recommended these people, by which order of theirs, and whether it ranks before this one."""
    theirs = (
        select(OrderKey.order_ref)
        .join(PersonKey, same_key(OrderKey, PersonKey))
        .where(
            PersonKey.store_id == advocate.store_id,
            PersonKey.person_id.in_(people),
            OrderKey.kind.in_(BUYER_KEYS),
            OrderKey.order_ref != facts.order_ref,
        )
    )
    rows = session.execute(
        select(Advocate.person_id, Attribution.order_ref, ranks.before(Attribution))
        .join(Advocate, and_(Advocate.store_id == Attribution.store_id, Advocate.id == Attribution.advocate_id))
        .where(
            Attribution.store_id == advocate.store_id,
            Attribution.order_ref.in_(theirs),
            Attribution.state == "qualified",
            Attribution.is_test.is_(False),
        )
        .order_by(Attribution.placed_at, Attribution.order_ref)
        .limit(_WIDEST),
        ranks.place(facts),
    )
    return [(person, order_ref, bool(is_before)) for person, order_ref, is_before in rows]
