"""Values for the domain's tests: each call gives something sound, and a test says only what matters to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.attribution import Candidate, Rule
from app.domain.orders import CollectPolicy, OrderFacts, RefundFact
from app.domain.programs import AdvocateReward, FriendOffer, OfferKind, RewardKind, Rules
from app.domain.referrals import Circumstances, Newness, RewardPlan, judge, plan_reward

PLACED = datetime(2026, 5, 1, 10, tzinfo=UTC)
PAID = PLACED + timedelta(minutes=3)
COMPLETED = PLACED + timedelta(days=2)
DELIVERED = PLACED + timedelta(days=4)
LATER = PLACED + timedelta(days=9)

POLICY = CollectPolicy(pays_on_delivery=frozenset({"cod"}))
SHARE = AdvocateReward(kind=RewardKind.ORDER_SHARE, basis_points=1000)
FIXED = AdvocateReward(kind=RewardKind.FIXED, amount_minor=1000)
PERCENT = AdvocateReward(kind=RewardKind.PERCENT, basis_points=2000)
FREE_SHIPPING = AdvocateReward(kind=RewardKind.FREE_SHIPPING)


_ORDER = OrderFacts(
    order_ref="123",
    number="1023",
    status="processing",
    currency="EUR",
    goods_minor=8000,
    total_minor=10000,
    tax_minor=1500,
    shipping_minor=500,
    gateway="stripe",
    channel="checkout",
    placed_at=PLACED,
    updated_at=PAID,
    paid_at=PAID,
    learned_at=PAID,
)
_RULES = Rules(
    currency="EUR",
    friend=FriendOffer(kind=OfferKind.PERCENT, basis_points=1000),
    reward=SHARE,
    minimum_minor=5000,
)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def order(**changes: Any) -> OrderFacts:
    """Goods of 80.00 in an order of 100.00, paid and being prepared."""
    return replace(_ORDER, **changes)


def refund(ref: str, amount_minor: int, goods_minor: int | None = None, at: datetime | None = None) -> RefundFact:
    return RefundFact(refund_ref=ref, amount_minor=amount_minor, goods_minor=goods_minor, at=at)


def refunded(*refunds: RefundFact, **changes: Any) -> OrderFacts:
    """The order with these refunds listed and summed."""
    return order(refunds=refunds, refunded_minor=sum(each.amount_minor for each in refunds), **changes)


def rules(**changes: Any) -> Rules:
    """10 % for the friend, 10 % of the order for the advocate, from 50.00."""
    return replace(_RULES, **changes)


def candidate(rule: Rule = Rule.COUPON, **changes: Any) -> Candidate:
    """Evidence of a claim made the day before the order."""
    claimed_at = PLACED - timedelta(days=1)
    sound = Candidate(rule=rule, advocate_id=1, program_id=1, version_id=1, claim_id=10, claimed_at=claimed_at)
    return replace(sound, **changes)


def around(**changes: Any) -> Circumstances:
    """A new customer, and nothing else to say."""
    return replace(Circumstances(newness=Newness.NEW), **changes)


def planned(seen: OrderFacts, promised: dict[str, Any] | None = None, **known: Any) -> RewardPlan | None:
    """The plan that follows from judging the order."""
    version = rules(**(promised or {}))
    return plan_reward(seen, POLICY, version, judge(seen, POLICY, version, candidate(), around(**known)))


def sure(seen: OrderFacts, promised: dict[str, Any] | None = None, **known: Any) -> RewardPlan:
    plan = planned(seen, promised, **known)
    assert plan is not None
    return plan


def said(plan: RewardPlan) -> list[tuple[str, str, int]]:
    return [(entry.kind.value, entry.cause, entry.amount_minor) for entry in plan.entries]
