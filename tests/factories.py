"""Rows for tests: each function makes one thing with everything it needs, believable by default."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.domain import codes
from app.domain.orders import OrderFacts, UsedCode
from app.domain.programs import AdvocateReward, FriendOffer, OfferKind, RewardKind, Rules
from app.models import (
    Account,
    Advocate,
    Attribution,
    Claim,
    Coupon,
    InboxMessage,
    Installation,
    LedgerEntry,
    Membership,
    Order,
    OrderKey,
    OrderSighting,
    Person,
    Program,
    ProgramVersion,
    Reward,
    Store,
)
from app.services import people
from app.services.people import Identity

_numbers = count(1)
RULES = Rules(
    currency="EUR",
    friend=FriendOffer(kind=OfferKind.PERCENT, basis_points=1500),
    reward=AdvocateReward(kind=RewardKind.FIXED, amount_minor=1000),
    minimum_minor=3000,
)


def added(session: Session, row: Any) -> Any:
    """The row has its id."""
    session.add(row)
    session.flush()
    return row


def account(session: Session, **given: Any) -> Account:
    """Somebody who can sign in by a link."""
    number = next(_numbers)
    values: dict[str, Any] = {"email": f"keeper{number}@shop.test", "name": "Mina", "locale": "en"}
    made: Account = added(session, Account(**(values | {"created_at": clock.now()} | given)))
    return made


def store(session: Session, *, owner: Account | None = None, **given: Any) -> Store:
    """A shop in Berlin that counts in euros, with an owner where one is given."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "slug": f"leaf-and-kettle-{number}",
        "name": "Leaf & Kettle",
        "home_url": "https://tea.test",
        "currency": "EUR",
        "timezone": "Europe/Berlin",
        "locale": "en",
        "digest_key": number.to_bytes(32, "big"),
        "created_at": clock.now(),
    }
    made: Store = added(session, Store(**(values | given)))
    if owner:
        member(session, made, owner)
    return made


def member(session: Session, of: Store, who: Account, role: str = "owner") -> Membership:
    """The account works in the store."""
    row = Membership(store_id=of.id, account_id=who.id, role=role, created_at=clock.now())
    made: Membership = added(session, row)
    return made


def installation(session: Session, of: Store, **given: Any) -> Installation:
    """An active connection of the store; by default of a platform that nobody has registered."""
    values: dict[str, Any] = {
        "public_id": f"public-{next(_numbers)}",
        "platform": "made-up",
        "base_url": of.home_url,
        "credentials": b"{}",
        "webhook_secret": b"secret",
        "state": "active",
        "facts": {},
        "connected_at": clock.now(),
    }
    made: Installation = added(session, Installation(store_id=of.id, **(values | given)))
    return made


def program(session: Session, of: Store, rules: Rules = RULES, *, state: str = "live", **given: Any) -> ProgramVersion:
    """The first version of a program."""
    row = Program(store_id=of.id, name="Tea for two", state=state, created_at=clock.now())
    parent: Program = added(session, row)
    return version(session, parent, rules, **given)


def version(session: Session, of: Program, rules: Rules = RULES, **given: Any) -> ProgramVersion:
    """One more version of a program."""
    values: dict[str, Any] = {"number": 1, "fingerprint": "f" * 16, "created_at": clock.now()}
    row = ProgramVersion(store_id=of.store_id, program_id=of.id, rules=rules, **(values | given))
    made: ProgramVersion = added(session, row)
    return made


def person(session: Session, of: Store, name: str = "Sara Mahdavi", email: str | None = None, **given: Any) -> Person:
    """Somebody known to the store, findable by name, e-mail and phone."""
    email = email or f"person{next(_numbers)}@mail.shop"
    made = people.meet(session, of, Identity(name=name, email=email, phone=given.pop("phone", None)), "en")
    for key, value in given.items():
        setattr(made, key, value)
    session.flush()
    return made


def advocate(session: Session, of: ProgramVersion, who: Person, **given: Any) -> Advocate:
    """The person is in the program."""
    values: dict[str, Any] = {"code": codes.new_code(), "state": "active", "joined_at": clock.now()}
    row = Advocate(store_id=of.store_id, program_id=of.program_id, person_id=who.id, **(values | given))
    made: Advocate = added(session, row)
    return made


def coupon(session: Session, of: ProgramVersion, **given: Any) -> Coupon:
    """A ready coupon of the friend's offer on the shelf."""
    offer = of.rules.friend
    values: dict[str, Any] = {
        "purpose": "shelf",
        "fingerprint": of.fingerprint,
        "code": codes.new_code(),
        "state": "ready",
        "reason": "",
        "kind": str(offer.kind),
        "basis_points": offer.basis_points,
        "amount_minor": offer.amount_minor,
        "currency": of.rules.currency,
        "minimum_minor": of.rules.minimum_minor,
        "combines": offer.combines,
        "excludes_sale_items": offer.excludes_sale_items,
        "coupon_ref": str(next(_numbers)),
        "expires_at": clock.now() + timedelta(days=60),
        "created_at": clock.now(),
    }
    row = Coupon(store_id=of.store_id, program_id=of.program_id, version_id=of.id, **(values | given))
    made: Coupon = added(session, row)
    return made


def claim(session: Session, of: ProgramVersion, by: Advocate, **given: Any) -> Claim:
    """A friend took a code from this advocate's link."""
    handed = given.pop("coupon", None) or coupon(session, of, state="claimed")
    values: dict[str, Any] = {
        "coupon_id": handed.id,
        "nonce": f"nonce-{next(_numbers)}",
        "state": "ready",
        "channel": "link",
        "locale": "en",
        "is_test": False,
        "claimed_at": clock.now(),
        "expires_at": clock.now() + timedelta(days=14),
    }
    row = Claim(store_id=of.store_id, program_id=of.program_id, version_id=of.id, advocate_id=by.id, **(values | given))
    made: Claim = added(session, row)
    return made


def order(session: Session, of: Store, **given: Any) -> Order:
    """A paid order of 50 euros, seen once; seen=False leaves the sighting to the caller."""
    seen = given.pop("seen", True)
    number = str(1000 + next(_numbers))
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
            digest=f"digest-{next(_numbers)}",
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


def message(session: Session, of: Installation, **given: Any) -> InboxMessage:
    """A message that was received and waits."""
    values: dict[str, Any] = {
        "delivery_key": f"delivery-{next(_numbers)}",
        "topic": "order.updated",
        "request": b"",
        "state": "waiting",
        "reason": "",
        "attempts": 0,
        "received_at": clock.now(),
        "due_at": clock.now(),
    }
    made: InboxMessage = added(session, InboxMessage(store_id=of.store_id, installation_id=of.id, **(values | given)))
    return made


def order_with_code(session: Session, of: Store, code: str, **given: Any) -> Order:
    """A paid order of somebody with an address, on which our code took 7.50 off."""
    number = str(5000 + next(_numbers))
    made = order(session, of, seen=False, order_ref=number, number=number, **given)
    sighting(session, made, codes=(UsedCode(code=code, discount_minor=750),))
    order_key(session, of, made, f"friend{number}@mail.shop")
    return made


def order_key(session: Session, of: Store, placed: Order, email: str) -> OrderKey:
    """The order was placed under this address."""
    digest = people.digests(of, Identity(email=email))["email"]
    row = OrderKey(store_id=of.id, order_ref=placed.order_ref, kind="email", digest=digest)
    made: OrderKey = added(session, row)
    return made
