"""What was seen of orders: recorded once each, append-only, without anything personal."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from app import clock
from app.domain import codes, fraud
from app.domain.orders import (
    CollectPolicy,
    LineFact,
    OrderFacts,
    RefundFact,
    UsedCode,
    ambiguous,
    base_minor,
    collected_at,
    counts_otherwise,
    newest,
    was_refused,
)
from app.links.tokens import TokenInvalid, tokens
from app.models import Attribution, Order, OrderKey, OrderSighting, Store
from app.services import effects, people
from app.services.once import insert_each_once, insert_once
from app.services.people import Identity
from integrations.events import Buyer, OrderLine, OrderSnapshot, OrderStatus

# Statements of the hot road are made once: making one costs three times as much as running it.
_SIGHTINGS = select(OrderSighting.snapshot).where(
    OrderSighting.store_id == bindparam("store_id"), OrderSighting.order_ref == bindparam("order_ref")
)
_LOCKED = (
    select(Order)
    .where(Order.store_id == bindparam("store_id"), Order.order_ref == bindparam("order_ref"))
    .with_for_update(key_share=True)
)
LONGEST_NUMBER = 64  # what plugins make of an order's number; its reference is what counts


def see(session: Session, store_id: int, snapshot: OrderSnapshot, *, source: str, seen_at: datetime) -> bool:
    """The snapshot and who it speaks of are on record; False for a draft, which is no order yet.

    The caller owns the transaction and calls decisions.settle() next.
    """
    if snapshot.status is OrderStatus.DRAFT:
        return False
    store = session.get_one(Store, store_id)
    facts = facts_of(snapshot, seen_at, read_at=seen_at if source == "readback" else None)
    facts = replace(facts, email_domain=people.domain_of(store, snapshot.buyer.email))
    is_new = _ensure_order(session, store_id, facts)
    keys = people.keys(store, identity_of(snapshot.buyer))
    if not is_new:
        _forget_the_one_before(session, store_id, facts, {digest for _, digest in keys})
    own = {"store_id": store_id, "order_ref": facts.order_ref}
    insert_each_once(session, OrderKey, [own | {"kind": kind, "digest": digest} for kind, digest in keys])
    if is_new:
        _keep_sighting(session, store_id, facts, source)
    else:
        _keep(session, store_id, facts, source)
        _doubt_that_it_is_gone(session, store_id, facts)
    return True


def _forget_the_one_before(session: Session, store_id: int, facts: OrderFacts, digests: Set[str]) -> None:
    """A shop that came back from a backup gives its references a second time. An order that was placed later, by
    somebody with nothing in common, is another one: whoever was behind its reference before did not buy with it."""
    mine = (OrderKey.store_id == store_id, OrderKey.order_ref == facts.order_ref)
    placed_at = session.scalar(
        select(Order.placed_at).where(Order.store_id == store_id, Order.order_ref == facts.order_ref)
    )
    if not digests or placed_at is None or placed_at >= facts.placed_at:
        return
    before = session.scalars(select(OrderKey.digest).where(*mine)).all()
    if not before or digests & set(before):
        return
    theirs = select(OrderKey.order_ref).where(OrderKey.store_id == store_id, OrderKey.digest.in_(before))
    others = (Attribution.store_id == store_id, Attribution.order_ref.in_(theirs))
    for order_ref in session.scalars(select(Attribution.order_ref).where(*others)).all():
        effects.owe(session, store_id, "settle_order", order_ref, lane="orders")
    session.execute(delete(OrderKey).where(*mine))


def _doubt_that_it_is_gone(session: Session, store_id: int, facts: OrderFacts) -> None:
    """An order that was gone is back when a reading by its reference shows it. A message may be an old one that was
    replayed, a page of a list may be a moment old: they only make us read."""
    of_this = (Order.store_id == store_id, Order.order_ref == facts.order_ref, Order.gone_at.is_not(None))
    if facts.read_at is not None:
        session.execute(update(Order).where(*of_this).values(gone_at=None))
    elif session.scalar(select(Order.id).where(*of_this)) is not None:
        owe_reading(session, store_id, facts.order_ref)


def owe_reading(session: Session, store_id: int, order_ref: str) -> None:
    """The order will be read back at the platform."""
    effects.owe(session, store_id, "read_back_order", order_ref, lane="orders")


def _keep(session: Session, store_id: int, facts: OrderFacts, source: str) -> None:
    """The sighting is kept once. A reading of ours that tells nothing new is not: readings are many."""
    sightings = _sightings(session, store_id, facts.order_ref)
    settled = facts.read_at is not None and sightings and not ambiguous(sightings)
    if settled and digest(replace(facts, read_at=None)) == digest(replace(newest(sightings), read_at=None)):
        return
    is_new = _keep_sighting(session, store_id, facts, source)
    if not is_new and counts_otherwise(facts, sightings):
        owe_reading(session, store_id, facts.order_ref)


def _keep_sighting(session: Session, store_id: int, facts: OrderFacts, source: str) -> bool:
    """Whether it was not on record yet."""
    added = insert_once(
        session,
        OrderSighting,
        store_id=store_id,
        order_ref=facts.order_ref,
        digest=digest(facts),
        source=source,
        snapshot=facts,
        updated_at=facts.updated_at,
        seen_at=facts.learned_at,
    )
    return added is not None


def _sightings(session: Session, store_id: int, order_ref: str) -> list[OrderFacts]:
    return list(session.scalars(_SIGHTINGS, {"store_id": store_id, "order_ref": order_ref}))


def things_on(session: Session, store_id: int, order_ref: str) -> set[tuple[str, str]]:
    """Product and variant of every line that the order has been seen with."""
    seen = _sightings(session, store_id, order_ref)
    return {(line.product_ref, line.variant_ref) for facts in seen for line in facts.lines}


def facts_of(snapshot: OrderSnapshot, learned_at: datetime, read_at: datetime | None = None) -> OrderFacts:
    """What the rules need of a snapshot: amounts in minor units, codes in our spelling, our own signed claims."""
    return OrderFacts(
        order_ref=snapshot.order_ref,
        number=snapshot.number[:LONGEST_NUMBER],
        status=snapshot.status.value,
        currency=snapshot.currency,
        goods_minor=snapshot.goods.minor,
        total_minor=snapshot.total.minor,
        tax_minor=snapshot.tax.minor,
        shipping_minor=snapshot.shipping.minor,
        discount_minor=snapshot.discount.minor,
        refunded_minor=snapshot.refunded.minor,
        outstanding_minor=snapshot.outstanding.minor,
        codes=tuple(
            UsedCode(code=code, discount_minor=used.discount.minor)
            for used in snapshot.codes
            if (code := codes.normal(used.code)) is not None
        ),
        lines=_lines(snapshot.lines),
        refunds=tuple(
            RefundFact(
                refund_ref=refund.refund_ref,
                amount_minor=refund.amount.minor,
                goods_minor=refund.goods.minor if refund.goods else None,
                at=refund.at,
                lines=_lines(refund.lines),
            )
            for refund in snapshot.refunds
        ),
        claim_ids=_claims_in(snapshot),
        gateway=snapshot.gateway,
        channel=snapshot.channel,
        parent_ref=snapshot.parent_ref,
        prior_orders=snapshot.prior_orders,
        is_test=snapshot.is_test,
        throwaway_mail=fraud.is_throwaway(snapshot.buyer.email or ""),
        placed_at=snapshot.placed_at,
        updated_at=snapshot.updated_at,
        paid_at=snapshot.paid_at,
        completed_at=snapshot.completed_at,
        delivered_at=snapshot.delivered_at,
        cancelled_at=snapshot.cancelled_at,
        learned_at=learned_at,
        read_at=read_at,
    )


def _lines(lines: Sequence[OrderLine]) -> tuple[LineFact, ...]:
    return tuple(
        LineFact(product_ref=line.product_ref, variant_ref=line.variant_ref, goods_minor=line.total.minor)
        for line in lines
    )


def _claims_in(snapshot: OrderSnapshot) -> tuple[int, ...]:
    """The claims whose signed token came back with the order; anything forged or foreign is passed over."""
    found = set()
    for _, value in snapshot.attributes:
        try:
            found.add(tokens.read_claim(value))
        except TokenInvalid:
            continue
    return tuple(sorted(found))


def identity_of(buyer: Buyer) -> Identity:
    """The buyer as our people service reads them."""
    return Identity(
        email=buyer.email,
        phone=buyer.phone,
        customer_ref=buyer.customer_ref,
        name=buyer.name,
        address=buyer.address,
        country=buyer.country,
    )


def digest(facts: OrderFacts) -> str:
    """What tells one sighting of an order from another: all that it says, but not when we learned of it."""
    content = {key: value for key, value in msgspec.to_builtins(facts).items() if key != "learned_at"}
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def _ensure_order(session: Session, store_id: int, facts: OrderFacts) -> bool:
    """The order has its row; True when it had none before."""
    added = insert_once(
        session,
        Order,
        store_id=store_id,
        order_ref=facts.order_ref,
        number=facts.number,
        status=facts.status,
        currency=facts.currency,
        base_minor=facts.goods_minor,
        total_minor=facts.total_minor,
        discount_minor=facts.discount_minor,
        refunded_minor=facts.refunded_minor,
        is_test=facts.is_test,
        placed_at=facts.placed_at,
        updated_at=facts.updated_at,
        first_seen_at=facts.learned_at,
    )
    return added is not None


def lock(session: Session, store_id: int, order_ref: str) -> Order | None:
    """The order's row, locked for the rest of the transaction; the first lock that a decision takes."""
    return session.scalars(_LOCKED, {"store_id": store_id, "order_ref": order_ref}).first()


def stand(session: Session, order: Order, policy: CollectPolicy) -> OrderFacts | None:
    """What counts of everything seen of the order; the row says the same afterwards.

    Two contents of one instant are read back at the platform, since neither can be preferred. So is an order of which
    history holds more than was seen; None where nothing was.
    """
    sightings = _sightings(session, order.store_id, order.order_ref)
    facts = newest(sightings) if sightings else None
    if (facts is None or facts.updated_at < order.updated_at or ambiguous(sightings)) and order.gone_at is None:
        owe_reading(session, order.store_id, order.order_ref)
    if facts is None:
        return None
    order.number, order.status, order.currency = facts.number, facts.status, facts.currency
    order.base_minor, order.total_minor = base_minor(facts), facts.total_minor
    order.discount_minor, order.refunded_minor = facts.discount_minor, facts.refunded_minor
    order.is_test, order.placed_at, order.updated_at = facts.is_test, facts.placed_at, facts.updated_at
    order.collected_at, order.refused = collected_at(facts, policy), was_refused(facts, policy)
    order.throwaway = facts.throwaway_mail
    return facts


def mark_gone(session: Session, store_id: int, order_ref: str) -> bool:
    """The order is gone at the platform; False when we never knew it."""
    order = lock(session, store_id, order_ref)
    if order is None:
        return False
    order.gone_at = order.gone_at or clock.now()
    return True
