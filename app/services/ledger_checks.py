"""Whether the ledger says what was seen: every order is decided anew from its sightings, and nothing may be missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Attribution, LedgerEntry, Reward
from app.services import decisions

PAGE = 500
_OPEN = ("held", "due", "failed")


@dataclass(frozen=True, slots=True)
class Difference:
    """What the ledger says of an order is not what was seen of it."""

    store_id: int
    order_ref: str
    wrong: str  # entries_missing, owed_and_closed, promised_and_not_owed


class _Undone(Exception):
    """Ends a transaction without leaving anything."""


def differences(store_id: int) -> Iterator[Difference]:
    """Every difference in the store's ledger; nothing is changed. Raises what deciding raises."""
    after = ""
    while True:
        refs = _refs(store_id, after)
        for ref in refs:
            yield from (Difference(store_id, ref, wrong) for wrong in _wrong(store_id, ref))
        if len(refs) < PAGE:
            return
        after = refs[-1]


def _refs(store_id: int, after: str) -> list[str]:
    with db.read() as session:
        return list(
            session.scalars(
                select(Attribution.order_ref)
                .where(Attribution.store_id == store_id, Attribution.order_ref > after)
                .order_by(Attribution.order_ref)
                .limit(PAGE)
            )
        )


def _wrong(store_id: int, order_ref: str) -> list[str]:
    found: list[str] = []
    try:
        with db.begin() as session:
            before = _entries(session, store_id, order_ref)
            found += _closed_wrongly(session, store_id, order_ref)
            decisions.settle(session, store_id, order_ref)
            session.flush()
            if _entries(session, store_id, order_ref) != before:
                found.append("entries_missing")
            raise _Undone
    except _Undone:
        return found


def _entries(session: Session, store_id: int, order_ref: str) -> int:
    rows = (
        select(func.count())
        .select_from(LedgerEntry)
        .join(Reward, Reward.id == LedgerEntry.reward_id)
        .where(Reward.store_id == store_id, Reward.cause_kind == "order", Reward.cause_ref == order_ref)
    )
    return session.scalar(rows) or 0


def _closed_wrongly(session: Session, store_id: int, order_ref: str) -> Iterator[str]:
    """A reward that is over owes nothing more; one that is not, something."""
    left = func.coalesce(func.sum(LedgerEntry.amount_minor), 0)
    rows = session.execute(
        select(Reward.state, left)
        .outerjoin(
            LedgerEntry,
            (LedgerEntry.reward_id == Reward.id) & (LedgerEntry.advocate_id == Reward.advocate_id),
        )
        .where(Reward.store_id == store_id, Reward.cause_kind == "order", Reward.cause_ref == order_ref)
        .group_by(Reward.id, Reward.state)
    )
    for state, owed in rows:
        if state in _OPEN and owed <= 0:
            yield "promised_and_not_owed"
        if state not in _OPEN and owed > 0:
            yield "owed_and_closed"
