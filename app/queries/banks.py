"""Banks of codes, as their owner sees them: how many are left, given, and waited for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import String, case, cast, func, literal, select
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Advocate, BankCode, Grant, LedgerEntry, Reward


@dataclass(frozen=True, slots=True)
class Stock:
    """What stands in a program's bank."""

    left: int = 0
    given: int = 0
    waiting: int = 0  # rewards that are due and wait for a code


def stocks(store_id: int) -> dict[int, Stock]:
    """The stock of each program that has, or waits for, codes."""
    codes = (
        select(
            BankCode.program_id,
            func.sum(case((BankCode.reward_id.is_(None), 1), else_=0)).label("left"),
            func.count(BankCode.reward_id).label("given"),
        )
        .where(BankCode.store_id == store_id)
        .group_by(BankCode.program_id)
    )
    waits = (
        select(Reward.program_id, func.count())
        .where(Reward.store_id == store_id, Reward.state == "due", Reward.reason == "waiting_stock")
        .group_by(Reward.program_id)
    )
    with db.read() as session:
        waiting = dict(session.execute(waits).all())
        found = {row.program_id: Stock(int(row.left), row.given) for row in session.execute(codes)}
    return {
        program_id: Stock(stock.left, stock.given, waiting.get(program_id, 0))
        for program_id, stock in (dict.fromkeys(waiting, Stock()) | found).items()
    }


def given_codes(session: Session, advocate: Advocate) -> dict[int, str]:
    """The last code that the advocate was given for each reward; one that somebody else was given stays theirs."""
    given = (
        select(BankCode.reward_id, BankCode.code)
        .join(
            LedgerEntry,
            (LedgerEntry.store_id == BankCode.store_id)
            & (LedgerEntry.reward_id == BankCode.reward_id)
            & (LedgerEntry.cause == literal("bank:") + cast(BankCode.id, String))
            & (LedgerEntry.kind == "issued"),
        )
        .where(LedgerEntry.store_id == advocate.store_id, LedgerEntry.advocate_id == advocate.id)
        .order_by(BankCode.id)
    )
    return {row.reward_id: row.code for row in session.execute(given)}


def gift_card_codes(session: Session, advocate: Advocate) -> dict[int, str]:
    """The code of the shop's own gift card that the advocate has for each reward."""
    cards = select(Grant.reward_id, Grant.code).where(
        Grant.store_id == advocate.store_id,
        Grant.advocate_id == advocate.id,
        Grant.kind == "gift_card",
        Grant.state == "given",
    )
    return {row.reward_id: row.code for row in session.execute(cards.order_by(Grant.id))}
