"""Programs, the people in them, and the codes that they hand out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.domain import codes
from app.domain.programs import AdvocateReward, FriendOffer, OfferKind, RewardKind, Rules
from app.models import Advocate, Claim, Coupon, Person, Program, ProgramVersion, Store, Visit
from app.services import people
from app.services.people import Identity
from tests.factories.numbers import next_number
from tests.factories.stores import added

RULES = Rules(
    currency="EUR",
    friend=FriendOffer(kind=OfferKind.PERCENT, basis_points=1500),
    reward=AdvocateReward(kind=RewardKind.FIXED, amount_minor=1000),
    minimum_minor=3000,
)


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
    email = email or f"person{next_number()}@mail.shop"
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
        "coupon_ref": str(next_number()),
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
        "nonce": f"nonce-{next_number()}",
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


def visits(session: Session, to: Advocate, count: int = 1) -> None:
    """People opened the advocate's link now."""
    for _ in range(count):
        row = Visit(store_id=to.store_id, program_id=to.program_id, advocate_id=to.id, channel="link", at=clock.now())
        added(session, row)
