"""The owner's numbers for some days. Each number's definition stands beside it here and, in words, on the page (R16):
tests and bots are out, what was reversed is out, and n/0 is no number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import Session

from app import clock
from app.domain.money import NO_CURRENCY, POINTS
from app.extensions import db
from app.models import Advocate, Attribution, Claim, LedgerEntry, Order, Reward, Store, Visit
from app.queries import ledger
from app.queries.ledger import Owed
from app.queries.top_advocates import TopAdvocate, attributed, order_of_attribution, top_advocates

INSTANT = timedelta(microseconds=1)  # the smallest there is: periods do not overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """From a good word to an order. Events of the period; tests are out."""

    shared: int  # advocates who joined, or whose link was opened
    visited: int  # openings of a link by a person
    claimed: int  # codes taken
    ordered: int  # orders tied to an advocate, placed in the period
    kept: int  # of these: qualified, and not reversed until now


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The funnel and the money of one period, in the store's currency."""

    funnel: Funnel
    revenue_minor: int  # goods of kept orders, after discounts and refunds, without tax and shipping
    discounts_minor: int  # what our codes took off paid orders that were not reversed, qualified or not
    rewards_minor: int  # rewards sent, less those taken back, as sums of money
    other_rewards: int  # rewards sent that are no sum of money: percent off, free shipping
    points: int  # given less taken back; a cost once they buy a coupon
    other_revenue: tuple[tuple[str, int], ...]  # kept orders in other currencies, never converted

    @property
    def cost_minor(self) -> int:
        """Discounts and rewards together."""
        return self.discounts_minor + self.rewards_minor

    @property
    def cost_per_friend_minor(self) -> int | None:
        """What one new customer cost, or None while there is none."""
        return round_half_up(self.cost_minor, self.funnel.kept) if self.funnel.kept else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything on the overview but the health strip."""

    days: int
    since: datetime
    until: datetime
    figures: Figures
    before: Figures  # of as many days before these
    liability: Owed  # in the store's currency, now: not a matter of the period
    points: Owed  # the same, in points: no money, and never added to it
    advocates: tuple[TopAdvocate, ...]


def overview(store_id: int, days: int) -> Overview:
    """The store's numbers of its last `days` days, today included, in its own timezone."""
    with db.read() as session:
        store = session.get_one(Store, store_id)
        since, until = period(store.timezone, days)
        owed = ledger.owed(session, store_id)
        return Overview(
            days=days,
            since=since,
            until=until,
            figures=_figures(session, store, since, until),
            before=_figures(session, store, since - timedelta(days=days), since - INSTANT),
            liability=_own(owed, store.currency),
            points=_own(owed, POINTS),
            advocates=top_advocates(session, store, since, until),
        )


def period(timezone: str, days: int) -> tuple[datetime, datetime]:
    """From the first instant of the store's day `days - 1` days ago until now."""
    zone = ZoneInfo(timezone)
    now = clock.now()
    first_day = now.astimezone(zone).date() - timedelta(days=days - 1)
    return datetime.combine(first_day, time(), zone), now


def round_half_up(numerator: int, denominator: int) -> int:
    """The quotient to the nearest whole; the denominator is positive."""
    return (2 * numerator + denominator) // (2 * denominator)


# --- the funnel ---


def _figures(session: Session, store: Store, since: datetime, until: datetime) -> Figures:
    ordered, kept, revenue, discounts = _orders(session, store, since, until)
    rewards, other_rewards, points = _rewards(session, store, since, until)
    own = store.currency
    return Figures(
        funnel=Funnel(
            shared=_shared(session, store.id, since, until),
            visited=_count(session, Visit, Visit.store_id == store.id, Visit.at >= since, Visit.at <= until),
            claimed=_count(
                session,
                Claim,
                Claim.store_id == store.id,
                Claim.is_test.is_(False),
                Claim.claimed_at >= since,
                Claim.claimed_at <= until,
            ),
            ordered=ordered,
            kept=kept,
        ),
        revenue_minor=revenue.pop(own, 0),
        discounts_minor=discounts,
        rewards_minor=rewards,
        other_rewards=other_rewards,
        points=points,
        other_revenue=tuple(sorted(revenue.items())),
    )


def _count(session: Session, table: type, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


def _shared(session: Session, store_id: int, since: datetime, until: datetime) -> int:
    # Whoever tries a program out is no customer who recommends.
    tried = exists().where(Claim.store_id == store_id, Claim.advocate_id == Advocate.id, Claim.is_test.is_(True))
    joined = select(Advocate.id).where(
        Advocate.store_id == store_id, Advocate.joined_at >= since, Advocate.joined_at <= until, ~tried
    )
    opened = select(Visit.advocate_id).where(Visit.store_id == store_id, Visit.at >= since, Visit.at <= until)
    return session.scalar(select(func.count()).select_from(joined.union(opened).subquery())) or 0


# --- orders and money ---


def _orders(session: Session, store: Store, since: datetime, until: datetime) -> tuple[int, int, dict[str, int], int]:
    """Orders, kept ones, the revenue of these by currency, and discounts in the store's own."""
    kept = Attribution.state == "qualified"
    paid = and_(Order.collected_at.is_not(None), Attribution.state != "reversed")
    discount = func.coalesce(Attribution.evidence["winner"]["discount_minor"].as_integer(), 0)
    rows = session.execute(
        select(
            Order.currency,
            func.count(),
            func.sum(case((kept, 1), else_=0)),
            func.sum(case((kept, Order.base_minor), else_=0)),
            func.sum(case((paid, discount), else_=0)),
        )
        .select_from(Attribution)
        .join(Order, order_of_attribution())
        .where(*attributed(store.id, since, until))
        .group_by(Order.currency)
    ).all()
    return (
        sum(int(row[1]) for row in rows),
        sum(int(row[2]) for row in rows),
        {row[0]: int(row[3]) for row in rows if row[3]},
        sum(int(row[4]) for row in rows if row[0] == store.currency),
    )


def _rewards(session: Session, store: Store, since: datetime, until: datetime) -> tuple[int, int, int]:
    """What was sent less what came back: a sum of money, a number of other rewards, and points."""
    rows = session.execute(
        select(LedgerEntry.currency, func.sum(LedgerEntry.amount_minor))
        .join(Reward, and_(Reward.store_id == LedgerEntry.store_id, Reward.id == LedgerEntry.reward_id))
        .where(
            LedgerEntry.store_id == store.id,
            LedgerEntry.kind.in_(("issued", "returned")),
            LedgerEntry.at >= since,
            LedgerEntry.at <= until,
            Reward.is_test.is_(False),
        )
        .group_by(LedgerEntry.currency)
    ).all()
    sums = {currency: -int(amount) for currency, amount in rows}
    return sums.get(store.currency, 0), sums.get(NO_CURRENCY, 0), sums.get(POINTS, 0)


def _own(owed: tuple[Owed, ...], currency: str) -> Owed:
    return next((each for each in owed if each.currency == currency), Owed(currency=currency))
