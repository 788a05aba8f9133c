"""What an advocate's points come to. Nothing is stored beside the ledger: its entries say it all.

Points of a released reward are credited (`issued`), taken back (`returned`) and spent (`spent`): these make the
account, which is never below zero. What was taken back after it had been spent stands as a negative sum of its reward.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, bindparam, case, func, select
from sqlalchemy.orm import Session

from app.domain.money import POINTS
from app.domain.programs import RewardKind
from app.models.programs import ProgramVersion
from app.models.rewards import LedgerEntry

MOVES = ("issued", "returned", "spent")  # of an account
MOVED = case((LedgerEntry.kind == "spent", LedgerEntry.amount_minor), else_=-LedgerEntry.amount_minor)


@dataclass(frozen=True, slots=True)
class Account:
    """An advocate's points."""

    credited: int = 0
    owed: int = 0  # spent, and no longer deserved: settled with later points, in time forgiven (R7)

    @property
    def balance(self) -> int:
        """What can be spent; below zero where an order came back after its points had been spent."""
        return self.credited - self.owed


def account_of(session: Session, store_id: int, advocate_id: int) -> Account:
    """Where the account stands."""
    whose = {"store_id": store_id, "advocate_id": advocate_id}
    return Account(int(session.scalar(_CREDITED, whose) or 0), int(session.scalar(_OWED, whose) or 0))


def version_selling(session: Session, store_id: int, program_id: int) -> ProgramVersion | None:
    """The newest version that says what points buy: where the program gives none any more, they are still good."""
    versions = select(ProgramVersion).where(
        ProgramVersion.store_id == store_id, ProgramVersion.program_id == program_id
    )
    newest_first = session.scalars(versions.order_by(ProgramVersion.number.desc()))
    return next((each for each in newest_first if each.rules.reward.kind is RewardKind.POINTS), None)


def _mine() -> tuple[ColumnElement[bool], ...]:
    return (
        LedgerEntry.store_id == bindparam("store_id"),
        LedgerEntry.advocate_id == bindparam("advocate_id"),
        LedgerEntry.currency == POINTS,
    )


def _owed() -> Select[int]:
    below = (
        select(func.sum(LedgerEntry.amount_minor).label("left"))
        .where(*_mine(), LedgerEntry.kind != "spent")
        .group_by(LedgerEntry.reward_id)
        .having(func.sum(LedgerEntry.amount_minor) < 0)
        .subquery()
    )
    return select(-func.sum(below.c.left))


_CREDITED = select(func.sum(MOVED)).where(*_mine(), LedgerEntry.kind.in_(MOVES))
_OWED = _owed()
