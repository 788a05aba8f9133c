"""What bears on an order beside its own facts and what ties it to an advocate (R4), for the pure rules to judge."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.domain.attribution import Candidate
from app.domain.orders import OrderFacts
from app.domain.programs import Rules
from app.domain.referrals import Circumstances, Newness, Verdict
from app.models import Advocate, Attribution, Order, OrderKey, OrderWalk, PersonKey
from app.services import ranks
from app.services.evidence import BUYER_KEYS, standing_decisions


def around(session: Session, order: Order, facts: OrderFacts, winner: Candidate, rules: Rules) -> Circumstances:
    """What other orders, the advocate's own identity and people's decisions say."""
    advocate = session.get_one(Advocate, winner.advocate_id)
    return Circumstances(
        newness=newness(session, order.store_id, facts),
        shared_identity=_shared_identity(session, order, advocate),
        earlier_rewards=_earlier_rewards(session, order.store_id, facts, advocate.id, rules),
        verdict=_verdict(session, order),
        gone=order.gone_at is not None,
    )


def newness(session: Session, store_id: int, facts: OrderFacts) -> Newness:
    """NEW when no earlier collected order carries the buyer's e-mail, phone or customer id (R4); LOADING while earlier
    orders are still being read."""
    if facts.prior_orders:
        return Newness.NOT_NEW
    mine = select(OrderKey.kind, OrderKey.digest).where(
        OrderKey.store_id == store_id, OrderKey.order_ref == facts.order_ref, OrderKey.kind.in_(BUYER_KEYS)
    )
    keys = session.execute(mine).all()
    if not keys:
        return Newness.UNPROVEN
    same_buyer = or_(*(and_(OrderKey.kind == kind, OrderKey.digest == digest) for kind, digest in keys))
    earlier = (
        select(Order.id)
        .join(OrderKey, and_(OrderKey.store_id == Order.store_id, OrderKey.order_ref == Order.order_ref))
        .where(
            Order.store_id == store_id,
            Order.order_ref != facts.order_ref,
            Order.collected_at.is_not(None),
            Order.is_test.is_(False),
            same_buyer,
            ranks.before(Order, facts),
        )
        .limit(1)
    )
    if session.scalars(earlier).first():
        return Newness.NOT_NEW
    return Newness.LOADING if _history_is_loading(session, store_id) else Newness.NEW


def _history_is_loading(session: Session, store_id: int) -> bool:
    walk = select(OrderWalk.id).where(OrderWalk.store_id == store_id, OrderWalk.loaded_at.is_(None))
    return session.scalars(walk).first() is not None


def _shared_identity(session: Session, order: Order, advocate: Advocate) -> frozenset[str]:
    """Kinds of key that the buyer shares with the advocate: their own keys, and the addresses of their own orders."""
    buyer = and_(OrderKey.store_id == order.store_id, OrderKey.order_ref == order.order_ref)
    direct = select(OrderKey.kind).join(
        PersonKey,
        and_(
            PersonKey.store_id == OrderKey.store_id,
            PersonKey.kind == OrderKey.kind,
            PersonKey.digest == OrderKey.digest,
            PersonKey.person_id == advocate.person_id,
        ),
    )
    own_orders = (
        select(OrderKey.order_ref)
        .join(
            PersonKey,
            and_(
                PersonKey.store_id == OrderKey.store_id,
                PersonKey.kind == OrderKey.kind,
                PersonKey.digest == OrderKey.digest,
            ),
        )
        .where(OrderKey.store_id == order.store_id, PersonKey.person_id == advocate.person_id)
    )
    homes = select(OrderKey.digest).where(
        OrderKey.store_id == order.store_id, OrderKey.kind == "name_address", OrderKey.order_ref.in_(own_orders)
    )
    same_home = select(OrderKey.kind).where(buyer, OrderKey.kind == "name_address", OrderKey.digest.in_(homes))
    return frozenset(session.scalars(direct.where(buyer))) | frozenset(session.scalars(same_home))


def _earlier_rewards(session: Session, store_id: int, facts: OrderFacts, advocate_id: int, rules: Rules) -> int:
    if not rules.cap_rewards:
        return 0
    period = timedelta(days=rules.cap_days)
    return int(
        session.scalar(
            select(func.count())
            .select_from(Attribution)
            .where(
                Attribution.store_id == store_id,
                Attribution.advocate_id == advocate_id,
                Attribution.state == "qualified",
                Attribution.is_test.is_(False),
                Attribution.order_ref != facts.order_ref,
                Attribution.placed_at > facts.placed_at - period,
                Attribution.placed_at < facts.placed_at + period,
                ranks.before(Attribution, facts),
            )
        )
        or 0
    )


def _verdict(session: Session, order: Order) -> Verdict | None:
    verbs = [each.verb for each in standing_decisions(session, order.store_id, order.order_ref)]
    spoken = [verb for verb in verbs if verb in ("approve", "reject")]
    return Verdict(spoken[-1]) if spoken else None
