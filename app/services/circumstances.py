"""What bears on an order beside its own facts and what ties it to an advocate (R4), for the pure rules to judge."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.domain.attribution import Candidate
from app.domain.orders import OrderFacts
from app.domain.programs import Rules
from app.domain.referrals import Circumstances, Newness, Verdict
from app.models import Advocate, Attribution, Order, OrderKey, OrderWalk
from app.services import ranks, traces
from app.services.evidence import BUYER_KEYS, standing_decisions

# Statements of the hot road are made once: making one costs three times as much as running it.
_ITS_KEYS = and_(OrderKey.store_id == bindparam("store_id"), OrderKey.order_ref == bindparam("order_ref"))
_BUYER = select(OrderKey.kind, OrderKey.digest).where(_ITS_KEYS, OrderKey.kind.in_(BUYER_KEYS))
_MAILBOX = aliased(OrderKey)
_HAS_MAILBOX = exists().where(
    _MAILBOX.store_id == Order.store_id, _MAILBOX.order_ref == Order.order_ref, _MAILBOX.kind == "email"
)
# Of the earlier order that says most: 0 where no e-mail address stands on it.
_BOUGHT_BEFORE = (
    select(_HAS_MAILBOX)
    .select_from(Order)
    .join(OrderKey, and_(OrderKey.store_id == Order.store_id, OrderKey.order_ref == Order.order_ref))
    .where(
        Order.store_id == bindparam("store_id"),
        Order.order_ref != bindparam("order_ref"),
        Order.collected_at.is_not(None),
        Order.is_test.is_(False),
        OrderKey.digest.in_(bindparam("digests", expanding=True)),
        OrderKey.kind.in_(BUYER_KEYS),
        ranks.before(Order),
    )
    .order_by(_HAS_MAILBOX)
    .limit(1)
)
_LOADING = select(OrderWalk.id).where(OrderWalk.store_id == bindparam("store_id"), OrderWalk.loaded_at.is_(None))


def around(session: Session, order: Order, facts: OrderFacts, winner: Candidate, rules: Rules) -> Circumstances:
    """What other orders, the advocate's own identity and people's decisions say."""
    advocate = session.get_one(Advocate, winner.advocate_id)
    shared, traced = traces.of(session, facts, advocate, rules)
    return Circumstances(
        newness=newness(session, order.store_id, facts),
        shared_identity=shared,
        traces=traced,
        earlier_rewards=_earlier_rewards(session, order.store_id, facts, advocate.id, rules),
        verdict=_verdict(session, order),
        gone=order.gone_at is not None,
    )


def newness(session: Session, store_id: int, facts: OrderFacts) -> Newness:
    """NEW when no earlier collected order carries the buyer's e-mail, phone or customer id (R4); LOADING while earlier
    orders are still being read. A telephone number alone, under two e-mail addresses, may be a household's or an
    office's, whom nobody refuses for it (R9): PHONE_KNOWN."""
    if facts.prior_orders:
        return Newness.NOT_NEW
    here = {"store_id": store_id} | ranks.place(facts)
    keys = [(kind, digest) for kind, digest in session.execute(_BUYER, here)]
    if not keys:
        return Newness.UNPROVEN
    phones = [digest for kind, digest in keys if kind == "phone"]
    has_mailbox = any(kind == "email" for kind, _ in keys)
    telling = [digest for kind, digest in keys if kind != "phone" or not has_mailbox]
    if _earlier(session, here, telling) is not None:
        return Newness.NOT_NEW
    on_phone = _earlier(session, here, phones) if has_mailbox else None
    if on_phone is False:
        return Newness.NOT_NEW
    if _history_is_loading(session, store_id):
        return Newness.LOADING
    return Newness.PHONE_KNOWN if on_phone else Newness.NEW


def _earlier(session: Session, here: dict[str, object], digests: list[str]) -> bool | None:
    """Whether an e-mail address stands on the earlier order with one of these keys; None where there is no such order,
    False where there is one without."""
    if not digests:
        return None
    found = session.scalars(_BOUGHT_BEFORE, here | {"digests": digests}).first()
    return None if found is None else bool(found)


def _history_is_loading(session: Session, store_id: int) -> bool:
    return session.scalars(_LOADING, {"store_id": store_id}).first() is not None


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
                ranks.before(Attribution),
            ),
            ranks.place(facts),
        )
        or 0
    )


def _verdict(session: Session, order: Order) -> Verdict | None:
    verbs = [each.verb for each in standing_decisions(session, order.store_id, order.order_ref)]
    spoken = [verb for verb in verbs if verb in ("approve", "reject")]
    return Verdict(spoken[-1]) if spoken else None
