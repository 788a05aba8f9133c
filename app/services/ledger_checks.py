"""Whether the ledger says what was seen: every order is decided anew from its sightings, and nothing may be missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.money import POINTS
from app.extensions import db
from app.models import Advocate, Attribution, LedgerEntry, ProgramVersion, Reward
from app.models.points import MOVED, MOVES
from app.services import decisions

PAGE = 500
_OPEN = ("held", "due", "failed")


@dataclass(frozen=True, slots=True)
class Difference:
    """What the ledger says of an order is not what was seen of it; or an advocate's points do not add up."""

    store_id: int
    order_ref: str  # or the advocate's code
    wrong: str  # entries_missing, owed_and_closed, promised_and_not_owed; points_overspent, points_and_coupon_differ


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
            break
        after = refs[-1]
    with db.read() as session:
        yield from (Difference(store_id, code, wrong) for code, wrong in points_wrong(session, store_id))


def points_wrong(session: Session, store_id: int) -> list[tuple[str, str]]:
    """Whose points do not add up: an account is never below zero, and points are gone for a coupon or not at all."""
    mine = (LedgerEntry.store_id == store_id, LedgerEntry.currency == POINTS, LedgerEntry.kind.in_(MOVES))
    overspent = (
        select(Advocate.code).join(LedgerEntry, LedgerEntry.advocate_id == Advocate.id).where(*mine)
        .group_by(Advocate.code).having(func.sum(MOVED) < 0)
    )  # fmt: skip
    bought = (
        select(Advocate.code, Reward.worth_minor, Reward.version_id, func.sum(LedgerEntry.amount_minor))
        .join(Reward, Reward.advocate_id == Advocate.id)
        .outerjoin(LedgerEntry, (LedgerEntry.reward_id == Reward.id) & (LedgerEntry.kind == "spent"))
        .where(Reward.store_id == store_id, Reward.cause_kind == "redemption")
        .group_by(Advocate.code, Reward.id)
        .order_by(Reward.id)
    )
    found = [(code, "points_overspent") for code in session.scalars(overspent)]
    for code, worth, version_id, spent in session.execute(bought):
        price = session.get_one(ProgramVersion, version_id).rules.reward.price
        if price.worth(-(spent or 0)) != worth:
            found.append((code, "points_and_coupon_differ"))
    return found


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
