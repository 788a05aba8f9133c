"""Deciding about one order: everything seen of it goes in, its attribution and reward come out, in one transaction.

Locks are taken in one order (order, advocates), what was seen is already inserted, then everything is computed anew:
duplicates, delays and disorder of messages give the same result (R8). A reward that was released is the exception: what
other orders say later neither takes it back nor changes it.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import msgspec
import structlog
from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.domain.attribution import Candidate, Choice, Rule, choose
from app.domain.fraud import NOTHING_ODD, Traces
from app.domain.orders import CollectPolicy, OrderFacts
from app.domain.programs import Rules
from app.domain.reasons import Reason
from app.domain.referrals import Circumstances, Judgement, ReferralState, judge
from app.models import Advocate, Attribution, Claim, Coupon, Order, OrderKey, ProgramVersion
from app.services import (
    backgrounds,
    beneficiaries,
    circumstances,
    connections,
    coupon_uses,
    effects,
    evidence,
    orders,
    promises,
    ranks,
    rings,
    traces,
)

log = structlog.get_logger()
# Statements of the hot road are made once: making one costs three times as much as running it.
_STANDING = select(Attribution).where(
    Attribution.store_id == bindparam("store_id"), Attribution.order_ref == bindparam("order_ref")
)
_OWN = and_(Attribution.store_id == bindparam("store_id"), Attribution.order_ref == bindparam("order_ref"))
_KEYS = select(OrderKey.digest).where(
    OrderKey.store_id == bindparam("store_id"),
    OrderKey.order_ref == bindparam("order_ref"),
    OrderKey.kind.in_(evidence.BUYER_KEYS),
)
_SAME_BUYER = select(OrderKey.order_ref).where(OrderKey.store_id == bindparam("store_id"), OrderKey.digest.in_(_KEYS))
# Of the same claim, or of the same buyer or advocate and later.
_RESTING_ON = (
    select(Attribution.order_ref)
    .where(
        Attribution.store_id == bindparam("store_id"),
        Attribution.order_ref != bindparam("order_ref"),
        or_(
            and_(
                ranks.after(),
                or_(
                    Attribution.order_ref.in_(_SAME_BUYER),
                    Attribution.advocate_id.in_(select(Attribution.advocate_id).where(_OWN)),
                    Attribution.advocate_id == bindparam("former"),
                ),
            ),
            Attribution.claim_id.in_(select(Attribution.claim_id).where(_OWN)),
        ),
    )
    .order_by(Attribution.order_ref)
)


def settle(session: Session, store_id: int, order_ref: str) -> Attribution | None:
    """The order's attribution and reward are what everything seen so far says; None while nothing ties it to anybody.

    The caller owns the transaction. Repeating changes nothing.
    """
    order = orders.lock(session, store_id, order_ref)
    if order is None:
        return None
    attribution = _standing(session, order)
    before, placed_before = _weight(order, attribution), order.placed_at
    former, in_company = attribution.advocate_id if attribution else 0, _recommends(attribution)
    policy = connections.collect_policy(session, store_id)
    facts = orders.stand(session, order, policy)
    if facts is None:
        return None
    coupon_uses.follow(session, order, facts)
    choice = _choose(session, order, facts, attribution)
    if choice.winner is not None:
        attribution = _decide(session, order, facts, policy, choice, choice.winner, attribution)
    elif choice.passed_over and choice.passed_over[0].reason is Reason.CLAIM_ALREADY_PAID:
        attribution = _turn_away(session, order, facts, choice, attribution)
    elif attribution is not None:
        _withdraw(session, attribution)
    session.flush()
    if _weight(order, attribution) != before:
        look_again(session, order, since=placed_before, former=former)
        if attribution is not None and (in_company or _recommends(attribution)):
            rings.look_again(session, facts, session.get_one(Advocate, attribution.advocate_id))
    return attribution


def _standing(session: Session, order: Order) -> Attribution | None:
    return session.scalars(_STANDING, {"store_id": order.store_id, "order_ref": order.order_ref}).first()


def _weight(order: Order, attribution: Attribution | None) -> tuple[object, ...]:
    """All of an order that decisions about other orders rest on."""
    own = (order.placed_at, order.collected_at, order.is_test, order.refused, order.throwaway)
    if attribution is None:
        return own
    return *own, attribution.state == "qualified", attribution.claim_id, attribution.advocate_id


def _recommends(attribution: Attribution | None) -> bool:
    """Whether the buyer was seen to recommend others too, so that the order may be a part of a circle."""
    return attribution is not None and bool(attribution.evidence.get("traces", {}).get("recommends"))


def _choose(session: Session, order: Order, facts: OrderFacts, attribution: Attribution | None) -> Choice:
    """R2's choice. The advocates that it is about are locked first: of two orders of one claim that are decided at
    once, the second sees what became of the first."""
    found = evidence.candidates(session, order.store_id, facts)
    advocates = {each.advocate_id for each in found} | ({attribution.advocate_id} if attribution else set())
    if advocates:
        by_id = select(Advocate.id).where(Advocate.id.in_(advocates)).order_by(Advocate.id)
        session.execute(by_id.with_for_update(key_share=True))
    kept = attribution.claim_id if attribution and ranks.is_released(session, attribution) else None
    for place, each in enumerate(found):
        if each.claim_id is not None and each.claim_id != kept:
            paid_for = ranks.paid_for(session, order.store_id, each.claim_id, facts)
            found[place] = replace(each, paid_for=paid_for)
    return choose(found, facts.placed_at)


def _decide(
    session: Session,
    order: Order,
    facts: OrderFacts,
    policy: CollectPolicy,
    choice: Choice,
    winner: Candidate,
    attribution: Attribution | None,
) -> Attribution:
    facts = _marked_as_test(session, facts, winner)
    rules = session.get_one(ProgramVersion, winner.version_id).rules
    promise = promises.of_order(session, order.store_id, facts, winner, rules)
    rules = promise.rules
    counted = backgrounds.counted(session, order, facts, rules.excluded)
    around = counted.tell(_around(session, order, facts, winner, rules, attribution))
    facts = counted.facts
    judgement = judge(facts, policy, rules, winner, around)
    attribution = _record(session, order, facts, choice, winner, judgement, attribution, around.traces)
    beneficiaries.follow(session, attribution, promise, judgement, facts, policy, winner, around)
    if judgement.state is ReferralState.QUALIFIED:
        _name_the_friend(session, order, winner)
        _give_other_codes_back(session, order, choice)
    log.info("order_decided", store_id=order.store_id, order_ref=order.order_ref, state=attribution.state,
             reason=attribution.reason, rule=attribution.rule)  # fmt: skip
    return attribution


def _around(
    session: Session,
    order: Order,
    facts: OrderFacts,
    winner: Candidate,
    rules: Rules,
    attribution: Attribution | None,
) -> Circumstances:
    """What bears on the order; where its reward was released, other orders count as they did then (R8)."""
    around = circumstances.around(session, order, facts, winner, rules)
    if attribution is None or attribution.advocate_id != winner.advocate_id:
        return around
    if not ranks.is_released(session, attribution):
        return around
    return traces.as_then(around, attribution.evidence)


def _marked_as_test(session: Session, facts: OrderFacts, winner: Candidate) -> OrderFacts:
    """An order made with the owner's test claim is a test, whatever the platform calls it (R18)."""
    if winner.claim_id is None or facts.is_test:
        return facts
    return replace(facts, is_test=session.get_one(Claim, winner.claim_id).is_test)


def _record(
    session: Session,
    order: Order,
    facts: OrderFacts,
    choice: Choice,
    winner: Candidate,
    judgement: Judgement,
    attribution: Attribution | None,
    traced: Traces = NOTHING_ODD,
) -> Attribution:
    values: dict[str, Any] = {
        "program_id": winner.program_id,
        "version_id": winner.version_id,
        "advocate_id": winner.advocate_id,
        "claim_id": winner.claim_id,
        "rule": winner.rule.value,
        "state": judgement.state.value,
        "reason": judgement.reason.value,
        "figures": dict(judgement.figures),
        "evidence": _written(winner, choice, judgement, traced),
        "is_test": facts.is_test,
        "placed_at": facts.placed_at,
    }
    order.is_test = facts.is_test
    if attribution is None:
        attribution = Attribution(store_id=order.store_id, order_ref=order.order_ref, decided_at=clock.now(), **values)
        session.add(attribution)
    elif any(getattr(attribution, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(attribution, name, value)
        attribution.decided_at = clock.now()
    session.flush()
    return attribution


def _written(winner: Candidate, choice: Choice, judgement: Judgement, traced: Traces) -> dict[str, Any]:
    """Why it was decided so, as JSON. What looked odd stands there as it was weighed, and only where something did."""
    written: dict[str, Any] = {
        "winner": _plain(winner),
        "passed_over": [{"reason": each.reason.value} | _plain(each.candidate) for each in choice.passed_over],
        "judgement": dict(judgement.evidence),
    }
    if traced != NOTHING_ODD:
        written["traces"] = msgspec.to_builtins(traced)
    if judgement.signs:
        written["signs"] = [
            {"sign": each.sign.value, "weight": each.weight.value, "figures": dict(each.figures)}
            for each in judgement.signs
        ]
    return written


def _plain(candidate: Candidate) -> dict[str, Any]:
    """A candidate as JSON; references and codes only, nothing personal."""
    plain = {name: value for name, value in asdict(candidate).items() if value is not None}
    if candidate.claimed_at is not None:
        plain["claimed_at"] = candidate.claimed_at.isoformat()
    return plain


def _turn_away(
    session: Session, order: Order, facts: OrderFacts, choice: Choice, attribution: Attribution | None
) -> Attribution:
    """The claim that speaks for the order pays for another one (R1): on record, and any reward is taken back."""
    best = choice.passed_over[0].candidate
    facts = _marked_as_test(session, facts, best)
    judgement = Judgement(state=ReferralState.REJECTED, reason=Reason.CLAIM_ALREADY_PAID)
    attribution = _record(session, order, facts, choice, best, judgement, attribution)
    rules = session.get_one(ProgramVersion, best.version_id).rules
    beneficiaries.take_back(session, attribution, rules, Reason.CLAIM_ALREADY_PAID)
    return attribution


def _withdraw(session: Session, attribution: Attribution) -> None:
    """Nothing ties the order to anybody any more (a link by hand was undone): its reward is taken back."""
    if attribution.reason == Reason.EVIDENCE_WITHDRAWN.value:
        return
    attribution.state, attribution.reason = "rejected", Reason.EVIDENCE_WITHDRAWN.value
    attribution.decided_at = clock.now()
    rules = session.get_one(ProgramVersion, attribution.version_id).rules
    beneficiaries.take_back(session, attribution, rules, Reason.EVIDENCE_WITHDRAWN)


def _name_the_friend(session: Session, order: Order, winner: Candidate) -> None:
    """The order knows the friend who claimed, where they told us who they are."""
    if winner.claim_id is not None and order.person_id is None:
        order.person_id = session.get_one(Claim, winner.claim_id).person_id


def _give_other_codes_back(session: Session, order: Order, choice: Choice) -> None:
    """Codes of other claims that the order used up without being theirs are good again as new ones (R2)."""
    winner = choice.winner
    for each in choice.passed_over:
        other = each.candidate
        if other.rule is not Rule.COUPON or winner is None or other.claim_id == winner.claim_id:
            continue
        if each.reason in (Reason.SMALLER_DISCOUNT, Reason.LATER_TOUCH):
            spent = session.scalars(select(Coupon).where(Coupon.store_id == order.store_id, Coupon.code == other.code))
            coupon_uses.give_back(session, spent.one(), "passed_over")


def look_again(session: Session, order: Order, since: datetime, former: int = 0) -> None:
    """Attributed orders that this one bears on are decided anew (R8): those of the same claim, and those of the same
    buyer, the same advocate or the `former` one that rank after it, or after where it stood `since`. Of a thousand
    orders that come in their order each is decided once."""
    values = {"store_id": order.store_id, "order_ref": order.order_ref, "placed_at": order.placed_at}
    values |= {"since": since, "former": former}
    for order_ref in session.scalars(_RESTING_ON, values).all():
        effects.owe(session, order.store_id, "settle_order", order_ref, lane="orders")
