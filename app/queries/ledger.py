"""The ledger as an accountant reads it: what is owed in each currency, what a month brought, and every entry. Test
orders are out (R18)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from app import clock
from app.domain.money import POINTS
from app.extensions import db
from app.models import Advocate, Coupon, LedgerEntry, Order, Reward, Store
from app.models.points import MOVED, MOVES

PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What a store owes in one currency now, and what advocates owe it."""

    currency: str
    promised_minor: int = 0  # rewards on hold, due, or waiting for a person
    unspent_minor: int = 0  # coupons sent, not used and not expired; points in the accounts
    debts_minor: int = 0  # given and no longer deserved: settled with later rewards, in time forgiven

    @property
    def minor(self) -> int:
        """What the store owes."""
        return self.promised_minor + self.unspent_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """The entries of one kind and currency in a period."""

    currency: str
    kind: str  # app.domain.referrals.EntryKind
    count: int
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the ledger; nothing personal."""

    id: int
    at: datetime
    kind: str
    cause: str
    amount_minor: int
    currency: str
    reward_id: int
    order_number: str
    side: str  # whose it is: the advocate's or the friend's
    advocate_code: str


def owed(session: Session, store_id: int) -> tuple[Owed, ...]:
    """Of each currency in which anything is owed, what; currencies in the order of their codes."""
    here = (Reward.store_id == store_id, Reward.is_test.is_(False))
    promised = (
        select(Reward.currency, func.sum(Reward.worth_minor))
        .where(*here, Reward.state.in_(("held", "due", "failed")))
        .group_by(Reward.currency)
    )
    # A coupon that is no sum of money counts as one of the currency XXX, as its reward does.
    unspent = (
        select(Reward.currency, func.sum(case((Coupon.kind == "fixed", Coupon.amount_minor), else_=1)))
        .join(Coupon, and_(Reward.store_id == Coupon.store_id, Reward.coupon_id == Coupon.id))
        .where(*here, Reward.state == "issued", Coupon.state == "ready", Coupon.expires_at > clock.now())
        .group_by(Reward.currency)
    )
    below = (
        select(LedgerEntry.currency, func.sum(LedgerEntry.amount_minor).label("left"))
        .join(Reward, Reward.id == LedgerEntry.reward_id)
        .where(*here, LedgerEntry.store_id == store_id, LedgerEntry.kind != "spent")
        .group_by(LedgerEntry.reward_id, LedgerEntry.advocate_id, LedgerEntry.currency)
        .having(func.sum(LedgerEntry.amount_minor) < 0)
        .subquery()
    )
    debts = select(below.c.currency, -func.sum(below.c.left)).group_by(below.c.currency)
    accounts = (
        select(LedgerEntry.currency, func.sum(MOVED))
        .join(Reward, Reward.id == LedgerEntry.reward_id)
        .where(LedgerEntry.store_id == store_id, LedgerEntry.currency == POINTS, LedgerEntry.kind.in_(MOVES))
        .where(Reward.is_test.is_(False))
        .group_by(LedgerEntry.currency)
    )
    sums = [dict(session.execute(each).all()) for each in (promised, unspent, debts)]
    sums[1] |= dict(session.execute(accounts).all())
    currencies = sorted({currency for each in sums for currency, amount in each.items() if amount})
    return tuple(
        Owed(
            currency=currency,
            promised_minor=int(sums[0].get(currency, 0)),
            unspent_minor=int(sums[1].get(currency, 0)),
            debts_minor=int(sums[2].get(currency, 0)),
        )
        for currency in currencies
    )


def owed_now(store_id: int) -> tuple[Owed, ...]:
    """owed(), for a page."""
    with db.read() as session:
        return owed(session, store_id)


def sums(store_id: int, since: datetime, until: datetime) -> tuple[Sum, ...]:
    """What the period brought, by currency and kind."""
    rows = (
        select(LedgerEntry.currency, LedgerEntry.kind, func.count(), func.sum(LedgerEntry.amount_minor))
        .join(Reward, Reward.id == LedgerEntry.reward_id)
        .where(LedgerEntry.store_id == store_id, Reward.is_test.is_(False))
        .where(LedgerEntry.at >= since, LedgerEntry.at < until)
        .group_by(LedgerEntry.currency, LedgerEntry.kind)
        .order_by(LedgerEntry.currency, LedgerEntry.kind)
    )
    with db.read() as session:
        return tuple(
            Sum(currency=currency, kind=kind, count=count, amount_minor=int(amount))
            for currency, kind, count, amount in session.execute(rows)
        )


def entries(store_id: int, since: datetime, until: datetime) -> Iterator[Entry]:
    """Every entry of the period, oldest first, read a page at a time: memory stays flat however many there are."""
    after = 0
    while True:
        page = _page(store_id, since, until, after)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].id


def _page(store_id: int, since: datetime, until: datetime, after: int) -> list[Entry]:
    rows = (
        select(LedgerEntry, Order.number, Reward.side, Advocate.code)
        .join(Reward, Reward.id == LedgerEntry.reward_id)
        .join(Advocate, Advocate.id == LedgerEntry.advocate_id)
        .outerjoin(
            Order,
            and_(Order.store_id == Reward.store_id, Order.order_ref == Reward.cause_ref, Reward.cause_kind == "order"),
        )
        .where(LedgerEntry.store_id == store_id, Reward.is_test.is_(False), LedgerEntry.id > after)
        .where(LedgerEntry.at >= since, LedgerEntry.at < until)
        .order_by(LedgerEntry.id)
        .limit(PAGE)
    )
    with db.read() as session:
        return [
            Entry(
                id=entry.id,
                at=entry.at,
                kind=entry.kind,
                cause=entry.cause,
                amount_minor=entry.amount_minor,
                currency=entry.currency,
                reward_id=entry.reward_id,
                order_number=number or "",
                side=side,
                advocate_code=code,
            )
            for entry, number, side, code in session.execute(rows)
        ]


def stores() -> tuple[tuple[int, str], ...]:
    """Every store: its id and its name in addresses."""
    with db.read() as session:
        rows = session.execute(select(Store.id, Store.slug).order_by(Store.slug))
        return tuple((store_id, slug) for store_id, slug in rows)


def first_day(store_id: int) -> date | None:
    """The day of the store's first entry, where the store is; None while there is none."""
    with db.read() as session:
        zone = ZoneInfo(session.get_one(Store, store_id).timezone)
        first = session.scalar(select(func.min(LedgerEntry.at)).where(LedgerEntry.store_id == store_id))
    return first.astimezone(zone).date() if first else None
