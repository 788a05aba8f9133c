"""What a story is told of: each kind of moment with its instant and its facts, read for a page in a few statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.domain.programs import AdvocateReward
from app.models import (
    Attribution,
    Claim,
    Coupon,
    LedgerEntry,
    Mail,
    Order,
    ProgramVersion,
    Reward,
)
from app.queries.acts import MOST, Acted


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Somebody joined a program."""

    at: datetime
    program: str
    code: str
    kind: str = "joined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A friend took a code from an advocate's link."""

    at: datetime
    code: str | None  # None while the shelf is dry
    state: str
    channel: str
    expires_at: datetime
    is_test: bool
    kind: str = "claimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """An order was placed."""

    at: datetime
    order_ref: str
    number: str
    status: str
    total_minor: int
    discount_minor: int
    refunded_minor: int
    currency: str
    is_test: bool
    kind: str = "ordered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was decided about an order, by which rule of which version, on what evidence."""

    at: datetime
    order_ref: str
    number: str
    currency: str
    state: str
    reason: str
    figures: dict[str, int]
    rule: str
    version: int
    program_id: int
    advocate_id: int
    evidence: dict[str, Any]
    is_test: bool
    kind: str = "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewarded:
    """The advocate's reward for an order, where it stands now; `at` is when it was or will be sent."""

    at: datetime
    reward_id: int
    order_ref: str  # empty where no order caused it
    reward_kind: str
    terms: AdvocateReward
    worth_minor: int
    currency: str
    rank: int | None  # of its friend among the advocate's, where the reward depends on that
    state: str
    reason: str
    hold_word: str
    hold_from: datetime
    due_at: datetime
    issued_at: datetime | None
    code: str | None
    coupon_state: str | None
    coupon_expires_at: datetime | None
    spent_on: str | None  # the order on which the coupon was used
    advocate_id: int
    is_test: bool
    is_bought: bool  # with points
    is_friends: bool  # for the friend who ordered, not for the advocate
    kind: str = "rewarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """One amount in the ledger."""

    at: datetime
    entry: str
    cause: str
    amount_minor: int
    currency: str
    order_ref: str
    kind: str = "entered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """A mail to the person; its text is not shown."""

    at: datetime
    template: str
    state: str
    kind: str = "mailed"


Moment = Joined | Claimed | Ordered | Decided | Rewarded | Entered | Mailed | Acted


def in_order(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """The story from its beginning; of one instant, causes before what follows from them."""
    kinds = ("joined", "claimed", "ordered", "decided", "entered", "rewarded", "mailed", "acted")
    return tuple(sorted(moments, key=lambda moment: (moment.at, kinds.index(moment.kind))))


def claims(session: Session, where: Any) -> list[Claimed]:
    """The newest claims that meet the condition, with their codes."""
    rows = session.execute(
        select(Claim, Coupon.code)
        .outerjoin(Coupon, and_(Coupon.store_id == Claim.store_id, Coupon.id == Claim.coupon_id))
        .where(where)
        .order_by(Claim.id.desc())
        .limit(MOST)
    )
    return [
        Claimed(
            at=claim.claimed_at,
            code=code,
            state=claim.state,
            channel=claim.channel,
            expires_at=claim.expires_at,
            is_test=claim.is_test,
        )
        for claim, code in rows
    ]


def decided_orders(session: Session, where: Any) -> list[tuple[Ordered, Decided]]:
    """The newest attributed orders that meet the condition, with what was decided about them."""
    rows = session.execute(
        select(Order, Attribution, ProgramVersion.number)
        .join(Attribution, and_(Attribution.store_id == Order.store_id, Attribution.order_ref == Order.order_ref))
        .join(
            ProgramVersion,
            and_(ProgramVersion.store_id == Attribution.store_id, ProgramVersion.id == Attribution.version_id),
        )
        .where(where)
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(MOST)
    )
    return [(ordered(order), _decided(order, attribution, number)) for order, attribution, number in rows]


def ordered(order: Order) -> Ordered:
    """The order as a moment."""
    return Ordered(
        at=order.placed_at,
        order_ref=order.order_ref,
        number=order.number,
        status=order.status,
        total_minor=order.total_minor,
        discount_minor=order.discount_minor,
        refunded_minor=order.refunded_minor,
        currency=order.currency,
        is_test=order.is_test,
    )


def _decided(order: Order, attribution: Attribution, number: int) -> Decided:
    return Decided(
        at=attribution.decided_at,
        order_ref=order.order_ref,
        number=order.number,
        currency=order.currency,
        state=attribution.state,
        reason=attribution.reason,
        figures=attribution.figures,
        rule=attribution.rule,
        version=number,
        program_id=attribution.program_id,
        advocate_id=attribution.advocate_id,
        evidence=attribution.evidence,
        is_test=attribution.is_test,
    )


def rewards(session: Session, where: Any) -> list[Rewarded]:
    """The newest rewards that meet the condition, with their coupons."""
    rows = session.execute(
        select(Reward, Coupon, ProgramVersion.rules)
        .join(ProgramVersion, ProgramVersion.id == Reward.version_id)
        .outerjoin(Coupon, and_(Coupon.store_id == Reward.store_id, Coupon.id == Reward.coupon_id))
        .where(where)
        .order_by(Reward.id.desc())
        .limit(MOST)
    )
    return [_rewarded(reward, coupon, reward.terms or rules.reward) for reward, coupon, rules in rows]


def _rewarded(reward: Reward, coupon: Coupon | None, terms: AdvocateReward) -> Rewarded:
    return Rewarded(
        at=reward.issued_at or (reward.due_at if reward.state in ("held", "due") else reward.created_at),
        reward_id=reward.id,
        order_ref=reward.cause_ref if reward.cause_kind == "order" else "",
        reward_kind=reward.kind,
        terms=terms,
        worth_minor=reward.worth_minor,
        currency=reward.currency,
        rank=reward.rank,
        state=reward.state,
        reason=reward.reason,
        hold_word=reward.hold_word,
        hold_from=reward.hold_from,
        due_at=reward.due_at,
        issued_at=reward.issued_at,
        code=coupon.code if coupon else None,
        coupon_state=coupon.state if coupon else None,
        coupon_expires_at=coupon.expires_at if coupon else None,
        spent_on=coupon.used_by_order if coupon else None,
        advocate_id=reward.advocate_id,
        is_test=reward.is_test,
        is_bought=reward.cause_kind == "redemption",
        is_friends=reward.side == "friend",
    )


def entries(session: Session, store_id: int, told: Collection[Rewarded]) -> list[Entered]:
    """The ledger of these rewards."""
    order_refs = {reward.reward_id: reward.order_ref for reward in told}
    rows = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.store_id == store_id, LedgerEntry.reward_id.in_(order_refs))
        .order_by(LedgerEntry.id)
    )
    return [
        Entered(
            at=row.at,
            entry=row.kind,
            cause=row.cause,
            amount_minor=row.amount_minor,
            currency=row.currency,
            order_ref=order_refs[row.reward_id],
        )
        for row in rows
    ]


def mails(session: Session, store_id: int, person_id: int) -> list[Mailed]:
    """The newest mails to the person."""
    rows = session.scalars(
        select(Mail).where(Mail.store_id == store_id, Mail.person_id == person_id).order_by(Mail.id.desc()).limit(MOST)
    )
    return [Mailed(at=row.sent_at or row.created_at, template=row.template, state=row.state) for row in rows]
