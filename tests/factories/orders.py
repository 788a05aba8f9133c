"""Orders, what was seen of them, and what they earn."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.domain.orders import OrderFacts, UsedCode
from app.models import Attribution, Claim, LedgerEntry, Order, OrderKey, OrderSighting, Reward, Store
from app.services import people
from app.services.people import Identity
from tests.factories.numbers import next_number
from tests.factories.stores import added


def order(session: Session, of: Store, **given: Any) -> Order:
    """A paid order of 50 euros, seen once; seen=False leaves the sighting to the caller."""
    seen = given.pop("seen", True)
    number = str(1000 + next_number())
    values: dict[str, Any] = {
        "order_ref": number,
        "number": number,
        "status": "processing",
        "currency": of.currency,
        "base_minor": 5000,
        "total_minor": 5500,
        "discount_minor": 750,
        "refunded_minor": 0,
        "is_test": False,
        "placed_at": clock.now(),
        "updated_at": clock.now(),
        "collected_at": clock.now(),
        "first_seen_at": clock.now(),
    }
    made: Order = added(session, Order(store_id=of.id, **(values | given)))
    if seen:
        sighting(session, made)
    return made


def sighting(session: Session, of: Order, seen_at: datetime | None = None, **changes: Any) -> OrderSighting:
    """The order was seen as it stands, or with changes."""
    facts = replace(
        OrderFacts(
            order_ref=of.order_ref,
            number=of.number,
            status=of.status,
            currency=of.currency,
            goods_minor=of.base_minor,
            total_minor=of.total_minor,
            discount_minor=of.discount_minor,
            refunded_minor=of.refunded_minor,
            placed_at=of.placed_at,
            updated_at=of.updated_at,
            paid_at=of.collected_at,
            learned_at=of.first_seen_at,
        ),
        **changes,
    )
    made: OrderSighting = added(
        session,
        OrderSighting(
            store_id=of.store_id,
            order_ref=of.order_ref,
            digest=f"digest-{next_number()}",
            source="webhook",
            snapshot=facts,
            updated_at=facts.updated_at,
            seen_at=seen_at or clock.now(),
        ),
    )
    return made


def attribution(session: Session, of: Order, claimed: Claim, **given: Any) -> Attribution:
    """The order counts for the claim's advocate, by its coupon."""
    values: dict[str, Any] = {
        "rule": "a",
        "state": "qualified",
        "reason": "qualified",
        "figures": {},
        "evidence": {},
        "is_test": claimed.is_test,
        "placed_at": of.placed_at,
        "decided_at": clock.now(),
    }
    row = Attribution(
        store_id=of.store_id,
        order_ref=of.order_ref,
        program_id=claimed.program_id,
        version_id=claimed.version_id,
        advocate_id=claimed.advocate_id,
        claim_id=claimed.id,
        **(values | given),
    )
    made: Attribution = added(session, row)
    return made


def reward(session: Session, of: Attribution, **given: Any) -> Reward:
    """The advocate's reward for the order, on hold, with its promise in the ledger."""
    values: dict[str, Any] = {
        "cause_kind": "order",
        "cause_ref": of.order_ref,
        "side": "advocate",
        "kind": "fixed",
        "worth_minor": 1000,
        "currency": "EUR",
        "state": "held",
        "reason": "on_hold",
        "needs_approval": False,
        "hold_word": "payment",
        "hold_from": of.placed_at,
        "due_at": of.placed_at + timedelta(days=30),
        "is_test": of.is_test,
        "created_at": clock.now(),
    }
    row = Reward(
        store_id=of.store_id,
        advocate_id=of.advocate_id,
        program_id=of.program_id,
        version_id=of.version_id,
        **(values | given),
    )
    made: Reward = added(session, row)
    entry(session, made, "earned", f"order:{of.order_ref}", made.worth_minor)
    return made


def entry(session: Session, of: Reward, kind: str, cause: str, amount_minor: int) -> LedgerEntry:
    """One signed amount in the ledger."""
    made: LedgerEntry = added(
        session,
        LedgerEntry(
            store_id=of.store_id,
            reward_id=of.id,
            advocate_id=of.advocate_id,
            kind=kind,
            cause=cause,
            amount_minor=amount_minor,
            currency=of.currency,
            at=clock.now(),
        ),
    )
    return made


def order_with_code(session: Session, of: Store, code: str, **given: Any) -> Order:
    """A paid order of somebody with an address, on which our code took 7.50 off."""
    number = str(5000 + next_number())
    made = order(session, of, seen=False, order_ref=number, number=number, **given)
    sighting(session, made, codes=(UsedCode(code=code, discount_minor=750),))
    order_key(session, of, made, f"friend{number}@mail.shop")
    return made


def order_key(session: Session, of: Store, placed: Order, email: str) -> OrderKey:
    """The order was placed under this address."""
    digest = dict(people.keys(of, Identity(email=email)))["email"]
    row = OrderKey(store_id=of.id, order_ref=placed.order_ref, kind="email", digest=digest)
    made: OrderKey = added(session, row)
    return made
