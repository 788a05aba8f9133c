"""For whom an order earns: the advocate, and the friend who placed it, where they were promised something beside the
code. Each has a reward of their own (R3)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.domain import promises
from app.domain.attribution import Candidate
from app.domain.orders import CollectPolicy, OrderFacts
from app.domain.programs import Rules
from app.domain.promises import Promise
from app.domain.reasons import Reason
from app.domain.referrals import Circumstances, Judgement, judge, plan_reward
from app.models import Attribution
from app.services import rewards


def follow(
    session: Session,
    attribution: Attribution,
    promise: Promise,
    judgement: Judgement,
    facts: OrderFacts,
    policy: CollectPolicy,
    winner: Candidate,
    around: Circumstances,
) -> None:
    """Both rewards are what the order earns. Only who took a code from our page was promised anything as a friend."""
    plan = plan_reward(facts, policy, promise.rules, judgement)
    rewards.follow(session, attribution, promise, plan, judgement.reason)
    rules = promises.for_friend(promise.rules)
    if rules is None or winner.claim_id is None:
        rewards.follow(session, attribution, Promise(promise.rules, side="friend"), None, judgement.reason)
        return
    own = judge(facts, policy, rules, winner, around)
    plan = plan_reward(facts, policy, rules, own)
    rewards.follow(session, attribution, Promise(rules, side="friend"), plan, own.reason)


def take_back(session: Session, attribution: Attribution, rules: Rules, reason: Reason) -> None:
    """Nobody earns anything by the order any more."""
    for side in ("advocate", "friend"):
        rewards.follow(session, attribution, Promise(rules, side=side), None, reason)
