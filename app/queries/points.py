"""An advocate's points as they see them: what there is, what it buys, and how it came and went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.money import POINTS
from app.domain.programs import InWords, Rules
from app.models import Advocate, LedgerEntry
from app.models.points import MOVED, MOVES, Account, account_of, version_selling

MOST_MOVES = 50
MOST_SIZES = 20


@dataclass(frozen=True, slots=True)
class Move:
    """Points that came into the account, or left it."""

    at: datetime
    kind: str  # issued, returned, spent
    points: int  # below zero: they left


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsShown:
    """The account, and what it buys now."""

    account: Account
    rules: Rules  # of the version that says what points buy
    moves: tuple[Move, ...]  # the newest first

    @property
    def unit(self) -> InWords:
        """What the points are called."""
        return self.rules.reward.gift

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many times its amount a coupon can be bought now, the largest first."""
        price = self.rules.reward.price
        most = max(self.account.balance, 0) // price.points
        return tuple(range(most, max(price.least_coupons, most - MOST_SIZES + 1) - 1, -1))

    @property
    def lacking(self) -> int:
        """How many more points the smallest coupon takes."""
        price = self.rules.reward.price
        return max(price.least_coupons * price.points - self.account.balance, 0)


def points_of(session: Session, advocate: Advocate) -> PointsShown | None:
    """The advocate's points; None where their program has never given any."""
    version = version_selling(session, advocate.store_id, advocate.program_id)
    if version is None:
        return None
    moves = (
        select(LedgerEntry.at, LedgerEntry.kind, MOVED)
        .where(
            LedgerEntry.store_id == advocate.store_id,
            LedgerEntry.advocate_id == advocate.id,
            LedgerEntry.currency == POINTS,
            LedgerEntry.kind.in_(MOVES),
        )
        .order_by(LedgerEntry.id.desc())
        .limit(MOST_MOVES)
    )
    return PointsShown(
        account=account_of(session, advocate.store_id, advocate.id),
        rules=version.rules,
        moves=tuple(Move(at, kind, points) for at, kind, points in session.execute(moves)),
    )
