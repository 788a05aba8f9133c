"""The owner's numbers for some days. Each number's definition stands beside it here and, in words, on the page (R16):
tests and bots are out, what was reversed is out, and n/0 is no number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from app import clock
from app.domain.referrals import NO_CURRENCY
from app.extensions import db
from app.models import Advocate, Attribution, Claim, Coupon, LedgerEntry, Order, Person, Reward, Store, Visit

TOP = 10


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
class Liability:
    """What the store owes now, in its currency: not a matter of the period."""

    promised_minor: int  # on hold, due, or waiting for a person
    unspent_minor: int  # sent as coupons, not used and not expired

    @property
    def minor(self) -> int:
        """Both together."""
        return self.promised_minor + self.unspent_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class TopAdvocate:
    """An advocate who brought much in the period, net of returns."""

    person_id: int
    name: str | None
    friends: int
    revenue_minor: int
    reward_state: str | None  # of the newest reward
    reward_reason: str | None
    reward_at: datetime | None  # when it was sent, or will be


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything on the overview but the health strip."""

    days: int
    since: datetime
    until: datetime
    figures: Figures
    before: Figures  # of as many days before these
    liability: Liability
    advocates: tuple[TopAdvocate, ...]


def overview(store_id: int, days: int) -> Overview:
    """The store's numbers of its last `days` days, today included, in its own timezone."""
    with db.read() as session:
        store = session.get_one(Store, store_id)
        since, until = period(store.timezone, days)
        return Overview(
            days=days,
            since=since,
            until=until,
            figures=_figures(session, store, since, until),
            before=_figures(session, store, since - timedelta(days=days), since),
            liability=_liability(session, store),
            advocates=_top(session, store, since, until),
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
    rewards, other_rewards = _rewards(session, store, since, until)
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
        other_revenue=tuple(sorted(revenue.items())),
    )


def _count(session: Session, table: type, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


def _shared(session: Session, store_id: int, since: datetime, until: datetime) -> int:
    joined = select(Advocate.id).where(
        Advocate.store_id == store_id, Advocate.joined_at >= since, Advocate.joined_at <= until
    )
    opened = select(Visit.advocate_id).where(Visit.store_id == store_id, Visit.at >= since, Visit.at <= until)
    return session.scalar(select(func.count()).select_from(joined.union(opened).subquery())) or 0


# --- orders and money ---


def _attributed(store_id: int, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Attribution.store_id == store_id,
        Attribution.is_test.is_(False),
        Attribution.placed_at >= since,
        Attribution.placed_at <= until,
    )


def _order_of_attribution() -> ColumnElement[bool]:
    return and_(Order.store_id == Attribution.store_id, Order.order_ref == Attribution.order_ref)


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
        .join(Order, _order_of_attribution())
        .where(*_attributed(store.id, since, until))
        .group_by(Order.currency)
    ).all()
    return (
        sum(int(row[1]) for row in rows),
        sum(int(row[2]) for row in rows),
        {row[0]: int(row[3]) for row in rows if row[3]},
        sum(int(row[4]) for row in rows if row[0] == store.currency),
    )


def _rewards(session: Session, store: Store, since: datetime, until: datetime) -> tuple[int, int]:
    """What was sent less what came back: a sum of money, and a number of other rewards."""
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
    return sums.get(store.currency, 0), sums.get(NO_CURRENCY, 0)


def _liability(session: Session, store: Store) -> Liability:
    promised = session.scalar(
        select(func.coalesce(func.sum(Reward.worth_minor), 0)).where(
            Reward.store_id == store.id,
            Reward.state.in_(("held", "due", "failed")),
            Reward.currency == store.currency,
            Reward.is_test.is_(False),
        )
    )
    unspent = session.scalar(
        select(func.coalesce(func.sum(Coupon.amount_minor), 0))
        .join(Reward, and_(Reward.store_id == Coupon.store_id, Reward.coupon_id == Coupon.id))
        .where(
            Coupon.store_id == store.id,
            Coupon.state == "ready",
            Coupon.currency == store.currency,
            Coupon.expires_at > clock.now(),
            Reward.state == "issued",
            Reward.is_test.is_(False),
        )
    )
    return Liability(promised_minor=int(promised or 0), unspent_minor=int(unspent or 0))


# --- advocates ---


def _top(session: Session, store: Store, since: datetime, until: datetime) -> tuple[TopAdvocate, ...]:
    """Two statements: the ten by revenue with their names, and the newest reward of each."""
    revenue = func.sum(case((Order.currency == store.currency, Order.base_minor), else_=0))
    rows = session.execute(
        select(Advocate.person_id, func.count().label("friends"), revenue.label("revenue"))
        .select_from(Attribution)
        .join(Order, _order_of_attribution())
        .join(Advocate, and_(Advocate.store_id == Attribution.store_id, Advocate.id == Attribution.advocate_id))
        .where(*_attributed(store.id, since, until), Attribution.state == "qualified")
        .group_by(Advocate.person_id)
        .order_by(revenue.desc(), func.count().desc(), Advocate.person_id)
        .limit(TOP)
    ).all()
    ids = [row.person_id for row in rows]
    people = session.scalars(select(Person).where(Person.store_id == store.id, Person.id.in_(ids)))
    names = {person.id: person.name for person in people}
    newest = dict(session.execute(_newest_rewards(store.id, ids)).tuples().all())
    return tuple(
        _top_advocate(person_id, friends, money, names.get(person_id), newest.get(person_id))
        for person_id, friends, money in rows
    )


def _newest_rewards(store_id: int, person_ids: Iterable[int]) -> Select[int, Reward]:
    newest = (
        select(func.max(Reward.id))
        .join(Advocate, and_(Advocate.store_id == Reward.store_id, Advocate.id == Reward.advocate_id))
        .where(Reward.store_id == store_id, Advocate.person_id.in_(person_ids), Reward.is_test.is_(False))
        .group_by(Advocate.person_id)
    )
    return (
        select(Advocate.person_id, Reward)
        .join(Advocate, and_(Advocate.store_id == Reward.store_id, Advocate.id == Reward.advocate_id))
        .where(Reward.id.in_(newest))
    )


def _top_advocate(
    person_id: int, friends: int, revenue: int | None, name: str | None, reward: Reward | None
) -> TopAdvocate:
    return TopAdvocate(
        person_id=person_id,
        name=name,
        friends=friends,
        revenue_minor=int(revenue or 0),
        reward_state=reward.state if reward else None,
        reward_reason=reward.reason if reward else None,
        reward_at=(reward.issued_at or reward.due_at) if reward else None,
    )
