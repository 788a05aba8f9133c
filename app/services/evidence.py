"""Gathering what ties an order to an advocate (R2), for the pure rules to judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from app.domain.attribution import Candidate, Rule
from app.domain.orders import OrderFacts
from app.domain.programs import Rules
from app.models import (
    Advocate,
    Claim,
    Coupon,
    Decision,
    OrderKey,
    PersonKey,
    ProgramVersion,
    ReplacedCoupon,
)

# Keys that say "the same buyer"; name with address alone is only a signal (R9).
BUYER_KEYS = ("email", "phone", "customer")


def same_key(one: type[OrderKey], other: type[OrderKey] | type[PersonKey]) -> ColumnElement[bool]:
    """Whether two keys of one store are the same."""
    return and_(one.store_id == other.store_id, one.kind == other.kind, one.digest == other.digest)


def _claims(condition: ColumnElement[bool]) -> Select[Claim, ProgramVersion]:
    return (
        select(Claim, ProgramVersion)
        .join(ProgramVersion, ProgramVersion.id == Claim.version_id)
        .where(Claim.store_id == bindparam("store_id"), Claim.state != "revoked", condition)
    )


# Statements of the hot road are made once: making one costs three times as much as running it.
_STANDING_DECISIONS = (
    select(Decision)
    .where(
        Decision.store_id == bindparam("store_id"),
        Decision.order_ref == bindparam("order_ref"),
        Decision.undone_at.is_(None),
    )
    .order_by(Decision.id)
)
_COUPONS = select(Coupon).where(
    Coupon.store_id == bindparam("store_id"), Coupon.code.in_(bindparam("codes", expanding=True))
)
_PERSONAL_CODES = select(Advocate).where(
    Advocate.store_id == bindparam("store_id"), Advocate.code.in_(bindparam("codes", expanding=True))
)
_CLICKED = _claims(Claim.id.in_(bindparam("claim_ids", expanding=True)))
# The claim that holds the coupon, or held it before.
_HELD_BY = _claims(
    or_(
        Claim.coupon_id == bindparam("coupon_id"),
        Claim.id.in_(
            select(ReplacedCoupon.claim_id).where(
                ReplacedCoupon.store_id == bindparam("store_id"), ReplacedCoupon.coupon_id == bindparam("coupon_id")
            )
        ),
    )
)
_CLAIMED_BY_BUYER = _claims(
    Claim.person_id.in_(
        select(PersonKey.person_id)
        .join(
            OrderKey,
            same_key(OrderKey, PersonKey),
        )
        .where(
            OrderKey.store_id == bindparam("store_id"),
            OrderKey.order_ref == bindparam("order_ref"),
            OrderKey.kind.in_(BUYER_KEYS),
        )
    )
)


def candidates(session: Session, store_id: int, facts: OrderFacts) -> list[Candidate]:
    """Every piece of evidence there is for this order, strongest or not; which of the claims have paid already is for
    ranks.paid_for() to say, under the advocates' locks."""
    found = [*_by_person(session, store_id, facts)]
    if facts.codes:
        found += _by_coupon(session, store_id, facts)
    if facts.claim_ids:
        found += _by_click(session, store_id, facts)
    found += _by_contact(session, store_id, facts)
    if facts.codes:
        found += _by_code(session, store_id, facts)
    return found


def standing_decisions(session: Session, store_id: int, order_ref: str) -> Sequence[Decision]:
    """What people decided about the order and did not undo, oldest first."""
    return session.scalars(_STANDING_DECISIONS, {"store_id": store_id, "order_ref": order_ref}).all()


def _by_person(session: Session, store_id: int, facts: OrderFacts) -> Iterator[Candidate]:
    links = [each for each in standing_decisions(session, store_id, facts.order_ref) if each.verb == "link"]
    if not links or links[-1].advocate_id is None:
        return
    advocate = session.get_one(Advocate, links[-1].advocate_id)
    version = version_at(session, advocate, facts)
    yield Candidate(rule=Rule.PERSON, advocate_id=advocate.id, program_id=advocate.program_id, version_id=version.id)


def _by_coupon(session: Session, store_id: int, facts: OrderFacts) -> Iterator[Candidate]:
    discounts = {used.code: used.discount_minor for used in facts.codes}
    for coupon in session.scalars(_COUPONS, {"store_id": store_id, "codes": list(discounts)}):
        for claim, rules in _run(session, _HELD_BY, store_id=store_id, coupon_id=coupon.id):
            yield _from_claim(session, Rule.COUPON, claim, rules, facts, coupon.code, discounts[coupon.code])


def _by_click(session: Session, store_id: int, facts: OrderFacts) -> Iterator[Candidate]:
    for claim, rules in _run(session, _CLICKED, store_id=store_id, claim_ids=facts.claim_ids):
        yield _from_claim(session, Rule.CLICK, claim, rules, facts)


def _by_contact(session: Session, store_id: int, facts: OrderFacts) -> Iterator[Candidate]:
    for claim, rules in _run(session, _CLAIMED_BY_BUYER, store_id=store_id, order_ref=facts.order_ref):
        verified = claim.verified_at is not None and claim.verified_at <= facts.placed_at
        yield _from_claim(session, Rule.CONTACT, claim, rules, facts, verified=verified)


def _by_code(session: Session, store_id: int, facts: OrderFacts) -> Iterator[Candidate]:
    discounts = {used.code: used.discount_minor for used in facts.codes}
    for advocate in session.scalars(_PERSONAL_CODES, {"store_id": store_id, "codes": list(discounts)}):
        version = version_at(session, advocate, facts)
        if version.rules.personal_codes:
            yield Candidate(
                rule=Rule.CODE,
                advocate_id=advocate.id,
                program_id=advocate.program_id,
                version_id=version.id,
                code=advocate.code,
                discount_minor=discounts[advocate.code],
            )


def _run(session: Session, statement: Select[Claim, ProgramVersion], **values: object) -> Iterator[tuple[Claim, Rules]]:
    for claim, version in session.execute(statement, values):
        yield claim, version.rules


def _from_claim(
    session: Session,
    rule: Rule,
    claim: Claim,
    rules: Rules,
    facts: OrderFacts,
    code: str | None = None,
    discount_minor: int = 0,
    *,
    verified: bool = True,
) -> Candidate:
    return Candidate(
        rule=rule,
        advocate_id=claim.advocate_id,
        program_id=claim.program_id,
        version_id=claim.version_id,
        claim_id=claim.id,
        claimed_at=claim.claimed_at,
        code=code,
        discount_minor=discount_minor,
        window_days=rules.window_days,
        touch=rules.touch,
        verified=verified,
    )


def version_at(session: Session, advocate: Advocate, facts: OrderFacts) -> ProgramVersion:
    """The program's version in force when the order was placed, for evidence without a claim; else the first."""
    versions = session.scalars(
        select(ProgramVersion).where(ProgramVersion.program_id == advocate.program_id).order_by(ProgramVersion.number)
    ).all()
    earlier = [version for version in versions if version.created_at <= facts.placed_at]
    return earlier[-1] if earlier else versions[0]
