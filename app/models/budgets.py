"""The sums that a program's budget is made of (R10). Nothing is stored: claims, decisions and rewards say it all.

A claim belongs to the period in which it was made, and so does the order that it led to.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import JSON, Select, String, and_, bindparam, case, func, select, type_coerce
from sqlalchemy.orm import Session, aliased

from app.domain import budgets
from app.domain.budgets import Budget, Uses
from app.domain.money import POINTS
from app.domain.programs import Rules
from app.models.base import UtcInstant
from app.models.orders import Order
from app.models.programs import ProgramVersion
from app.models.referrals import Attribution, Claim, Coupon
from app.models.rewards import Reward

CLOCKS_DIFFER = timedelta(minutes=5)  # as in app.domain.attribution: an order may seem a little older than its claim
# An order that was paid and stays has its price; until it is decided, its claim holds what it held before.
_HAS_PRICE = and_(
    Order.store_id == Attribution.store_id,
    Order.order_ref == Attribution.order_ref,
    Order.collected_at.is_not(None),
    Attribution.state.in_(("qualified", "rejected")),
)
_DISCOUNT = func.coalesce(Attribution.evidence["winner"]["discount_minor"].as_integer(), 0)


def budget_of(
    session: Session, store_id: int, program_id: int, rules: Rules, zone: str, now: datetime
) -> Budget | None:
    """Where the budget of the rules in force stands; None where there is none."""
    if not rules.budget_minor:
        return None
    since = budgets.period_start(rules, now, zone)
    asked = {"store_id": store_id, "program_id": program_id, "since": since, "placed_since": since - CLOCKS_DIFFER}
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for version_id, *spent in session.execute(_SPENT, asked | {"currency": rules.currency}):
        names = ("spent_minor", "percent_rewards", "percent_points", "earned_points")
        counts[version_id] |= dict(zip(names, map(int, spent), strict=True))
    for version_id, codes in session.execute(_OPEN, asked | {"now": now}):
        counts[version_id] |= {"open_codes": codes}
    versions = session.execute(_RULES, {"ids": list(counts)}) if counts else ()
    uses = [Uses(row.rules, **counts[row.id]) for row in versions if row.rules.currency == rules.currency]
    return budgets.stand(rules, uses, now, zone)


def _spent() -> Select[int, int, int, int, int]:
    """Discounts on orders that were paid and stay, whether or not they earned, and what their rewards are worth now.
    Other currencies are never converted."""
    currency = bindparam("currency", type_=String)
    discount = case((and_(Order.id.is_not(None), Order.currency == currency), _DISCOUNT), else_=0)
    worth = case((Reward.currency == currency, Reward.worth_minor), else_=0)
    is_percent = and_(Reward.kind == "percent", Reward.worth_minor > 0)
    percent = case((and_(is_percent, Reward.terms.is_(None)), 1), else_=0)
    own_points = type_coerce(Reward.terms, JSON)["basis_points"].as_integer()
    points = case((is_percent, func.coalesce(own_points, 0)), else_=0)
    earned = case((Reward.currency == POINTS, Reward.worth_minor), else_=0)
    mine = and_(
        Reward.store_id == Attribution.store_id,
        Reward.cause_kind == "order",
        Reward.cause_ref == Attribution.order_ref,
        Reward.side == "advocate",
    )
    friends = aliased(Reward)
    theirs = and_(
        friends.store_id == Attribution.store_id,
        friends.cause_kind == "order",
        friends.cause_ref == Attribution.order_ref,
        friends.side == "friend",
    )
    handed_out = case((friends.currency == currency, friends.worth_minor), else_=0)
    return (
        select(
            Attribution.version_id,
            func.sum(discount + worth + handed_out),
            func.sum(percent),
            func.sum(points),
            func.sum(earned),
        )
        .outerjoin(Order, _HAS_PRICE)
        .outerjoin(Reward, mine)
        .outerjoin(friends, theirs)
        .outerjoin(Claim, Claim.id == Attribution.claim_id)
        .where(
            Attribution.store_id == bindparam("store_id"),
            Attribution.program_id == bindparam("program_id"),
            Attribution.is_test.is_(False),
            Attribution.placed_at >= bindparam("placed_since"),
            func.coalesce(Claim.claimed_at, Attribution.placed_at) >= bindparam("since", type_=UtcInstant),
        )
        .group_by(Attribution.version_id)
    )


def _open() -> Select[int, int]:
    """Codes that can still be used and have no price yet, and those whose order is not decided yet."""
    mine = and_(Attribution.store_id == Claim.store_id, Attribution.claim_id == Claim.id)
    has_price = select(Attribution.id).join(Order, _HAS_PRICE).where(mine).correlate(Claim).exists()
    spent_in_vain = select(Coupon.id).where(
        Coupon.store_id == Claim.store_id,
        Coupon.id == Claim.coupon_id,
        Coupon.used_by_order == Attribution.order_ref,
        Attribution.state == "reversed",
        mine,
    )
    counting = (
        Claim.store_id == bindparam("store_id"),
        Claim.program_id == bindparam("program_id"),
        Claim.is_test.is_(False),
        Claim.state != "revoked",
        Claim.claimed_at >= bindparam("since", type_=UtcInstant),
        ~has_price,
        ~spent_in_vain.correlate(Claim).exists(),
    )
    claims = select(Claim.id, Claim.version_id)
    good = claims.where(*counting, Claim.expires_at >= bindparam("now"))
    undecided = claims.join(Attribution, mine).where(
        *counting,
        Claim.expires_at < bindparam("now"),
        Attribution.program_id == bindparam("program_id"),
        Attribution.state == "open",
        Attribution.placed_at >= bindparam("placed_since"),
    )
    codes = good.union(undecided).subquery()
    return select(codes.c.version_id, func.count()).group_by(codes.c.version_id)


# Made once: a tap counts (the hot path).
_SPENT, _OPEN = _spent(), _open()
_RULES = select(ProgramVersion.id, ProgramVersion.rules).where(ProgramVersion.id.in_(bindparam("ids", expanding=True)))
