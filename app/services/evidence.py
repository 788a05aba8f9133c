"""Gathering what ties an order to an advocate (R2), and what else bears on it (R4), for the pure rules to judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, CompoundSelect, and_, func, or_, select
from sqlalchemy.orm import Session

from app.domain.attribution import Candidate, Rule
from app.domain.orders import OrderFacts
from app.domain.programs import Rules
from app.domain.referrals import Circumstances, Newness, Verdict
from app.models import (
    Advocate,
    Attribution,
    Claim,
    Coupon,
    Decision,
    Order,
    OrderKey,
    OrderWalk,
    PersonKey,
    ProgramVersion,
    ReplacedCoupon,
)

# Keys that say "the same buyer"; name with address alone is only a signal (R9).
BUYER_KEYS = ("email", "phone", "customer")


def candidates(session: Session, store_id: int, facts: OrderFacts) -> list[Candidate]:
    """Every piece of evidence there is for this order, strongest or not."""
    return [
        *_by_person(session, store_id, facts),
        *_by_coupon(session, store_id, facts),
        *_by_click(session, store_id, facts),
        *_by_contact(session, store_id, facts),
        *_by_code(session, store_id, facts),
    ]


def standing_decisions(session: Session, store_id: int, order_ref: str) -> Sequence[Decision]:
    """What people decided about the order and did not undo, oldest first."""
    return session.scalars(
        select(Decision)
        .where(Decision.store_id == store_id, Decision.order_ref == order_ref, Decision.undone_at.is_(None))
        .order_by(Decision.id)
    ).all()


def _by_person(session: Session, store_id: int, facts: OrderFacts) -> Iterator[Candidate]:
    links = [each for each in standing_decisions(session, store_id, facts.order_ref) if each.verb == "link"]
    if not links or links[-1].advocate_id is None:
        return
    advocate = session.get_one(Advocate, links[-1].advocate_id)
    version = version_at(session, advocate, facts)
    yield Candidate(rule=Rule.PERSON, advocate_id=advocate.id, program_id=advocate.program_id, version_id=version.id)


def _by_coupon(session: Session, store_id: int, facts: OrderFacts) -> Iterator[Candidate]:
    discounts = {used.code: used.discount_minor for used in facts.codes}
    coupons = session.scalars(select(Coupon).where(Coupon.store_id == store_id, Coupon.code.in_(discounts)))
    for coupon in coupons:
        for claim, rules in _claims(session, store_id, Claim.id.in_(_holders(coupon))):
            yield _from_claim(session, Rule.COUPON, claim, rules, facts, coupon.code, discounts[coupon.code])


def _holders(coupon: Coupon) -> CompoundSelect[int]:
    """The claim that holds the coupon, or held it before."""
    now = select(Claim.id).where(Claim.store_id == coupon.store_id, Claim.coupon_id == coupon.id)
    before = select(ReplacedCoupon.claim_id).where(
        ReplacedCoupon.store_id == coupon.store_id, ReplacedCoupon.coupon_id == coupon.id
    )
    return now.union(before)


def _by_click(session: Session, store_id: int, facts: OrderFacts) -> Iterator[Candidate]:
    for claim, rules in _claims(session, store_id, Claim.id.in_(facts.claim_ids)):
        yield _from_claim(session, Rule.CLICK, claim, rules, facts)


def _by_contact(session: Session, store_id: int, facts: OrderFacts) -> Iterator[Candidate]:
    same = (
        select(PersonKey.person_id)
        .join(
            OrderKey,
            and_(
                OrderKey.store_id == PersonKey.store_id,
                OrderKey.kind == PersonKey.kind,
                OrderKey.digest == PersonKey.digest,
            ),
        )
        .where(OrderKey.store_id == store_id, OrderKey.order_ref == facts.order_ref, OrderKey.kind.in_(BUYER_KEYS))
    )
    for claim, rules in _claims(session, store_id, Claim.person_id.in_(same)):
        verified = claim.verified_at is not None and claim.verified_at <= facts.placed_at
        yield _from_claim(session, Rule.CONTACT, claim, rules, facts, verified=verified)


def _by_code(session: Session, store_id: int, facts: OrderFacts) -> Iterator[Candidate]:
    discounts = {used.code: used.discount_minor for used in facts.codes}
    advocates = session.scalars(select(Advocate).where(Advocate.store_id == store_id, Advocate.code.in_(discounts)))
    for advocate in advocates:
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


def _claims(session: Session, store_id: int, condition: ColumnElement[bool]) -> Iterator[tuple[Claim, Rules]]:
    rows = session.execute(
        select(Claim, ProgramVersion)
        .join(ProgramVersion, ProgramVersion.id == Claim.version_id)
        .where(Claim.store_id == store_id, Claim.state != "revoked", condition)
    )
    for claim, version in rows:
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
        paid_for=_paid_for(session, claim, facts),
        verified=verified,
    )


def _paid_for(session: Session, claim: Claim, facts: OrderFacts) -> str | None:
    """The other order that this claim already pays for: one claim pays for one order, the earlier placed (R1, R8)."""
    return session.scalars(
        select(Attribution.order_ref)
        .where(
            Attribution.store_id == claim.store_id,
            Attribution.claim_id == claim.id,
            Attribution.order_ref != facts.order_ref,
            Attribution.state == "qualified",
            _ranks_before(Attribution, facts),
        )
        .limit(1)
    ).first()


def _ranks_before(table: type[Attribution] | type[Order], facts: OrderFacts) -> ColumnElement[bool]:
    """Order across orders is by (placed_at, order reference) (R8)."""
    same = and_(table.placed_at == facts.placed_at, table.order_ref < facts.order_ref)
    return or_(table.placed_at < facts.placed_at, same)


def version_at(session: Session, advocate: Advocate, facts: OrderFacts) -> ProgramVersion:
    """The program's version in force when the order was placed, for evidence without a claim; else the first."""
    versions = session.scalars(
        select(ProgramVersion).where(ProgramVersion.program_id == advocate.program_id).order_by(ProgramVersion.number)
    ).all()
    earlier = [version for version in versions if version.created_at <= facts.placed_at]
    return earlier[-1] if earlier else versions[0]


def circumstances(session: Session, order: Order, facts: OrderFacts, winner: Candidate, rules: Rules) -> Circumstances:
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
            _ranks_before(Order, facts),
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
    since = facts.placed_at - timedelta(days=rules.cap_days)
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
                Attribution.placed_at > since,
                _ranks_before(Attribution, facts),
            )
        )
        or 0
    )


def _verdict(session: Session, order: Order) -> Verdict | None:
    verbs = [each.verb for each in standing_decisions(session, order.store_id, order.order_ref)]
    spoken = [verb for verb in verbs if verb in ("approve", "reject")]
    return Verdict(spoken[-1]) if spoken else None
