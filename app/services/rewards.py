"""Rewards: promised when an order qualifies, held, released, and taken back as refunds call for it (R5, R7). What
keeps a promise, a coupon or somebody's hand, is app/services/fulfilment.py.

held -> due -> issued, or revoked / failed. The ledger is followed in the same transaction as every step.
"""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app import clock
from app.domain.promises import Promise
from app.domain.reasons import Reason
from app.domain.referrals import RewardPlan
from app.models import Attribution, Decision, Reward
from app.services import audit, debts, effects, ledger
from app.services.fulfilment import means_of
from app.services.once import insert_once

# Made once: making a statement costs three times as much as running it.
_OF_ORDER = (
    select(Reward)
    .where(
        Reward.store_id == bindparam("store_id"),
        Reward.cause_kind == "order",
        Reward.cause_ref == bindparam("order_ref"),
        Reward.side == bindparam("side"),
    )
    .with_for_update(key_share=True)
)


def follow(
    session: Session, attribution: Attribution, promise: Promise, plan: RewardPlan | None, reason: Reason
) -> Reward | None:
    """The reward of the promise's side for the order is what the plan says; None while there never was one."""
    reward = of_order(session, attribution.store_id, attribution.order_ref, promise.side)
    if reward is None and plan is None:
        return None
    if reward is None:
        assert plan is not None  # noqa: S101 - tells mypy
        reward = _promise(session, attribution, promise, plan)
    if promise.side == "advocate" and reward.advocate_id != attribution.advocate_id:
        _hand_over(session, reward, attribution.advocate_id)
    if plan is not None and reward.state != "issued":
        _take_terms(session, reward, attribution, promise, plan)
    reward.is_test = attribution.is_test
    ledger.follow(session, reward, plan)
    reward.worth_minor = ledger.promised(session, reward)
    if plan is not None:
        _follow_plan(reward, plan)
    _move(session, reward, plan.reason if plan else reason)
    return reward


def of_order(session: Session, store_id: int, order_ref: str, side: str = "advocate") -> Reward | None:
    """The reward that the order caused for this side, locked for the rest of the transaction."""
    return session.scalars(_OF_ORDER, {"store_id": store_id, "order_ref": order_ref, "side": side}).first()


def _promise(session: Session, attribution: Attribution, promise: Promise, plan: RewardPlan) -> Reward:
    insert_once(
        session,
        Reward,
        store_id=attribution.store_id,
        cause_kind="order",
        cause_ref=attribution.order_ref,
        side=promise.side,
        advocate_id=attribution.advocate_id,
        program_id=attribution.program_id,
        version_id=attribution.version_id,
        kind=promise.rules.reward.kind.value,
        terms=promise.terms,
        rank=promise.rank,
        worth_minor=plan.worth_minor,
        currency=plan.currency,
        state="held",
        reason=plan.reason.value,
        needs_approval=plan.needs_approval,
        hold_word=plan.hold_word,
        hold_from=plan.hold_from,
        due_at=plan.due_at,
        look_until=plan.look_until,
        goes_unlooked=plan.goes_unlooked,
        is_test=attribution.is_test,
        created_at=clock.now(),
    )
    reward = of_order(session, attribution.store_id, attribution.order_ref, promise.side)
    assert reward is not None  # noqa: S101 - tells mypy
    return reward


def _hand_over(session: Session, reward: Reward, advocate_id: int) -> None:
    """The reward starts anew for another advocate; what the former one was given is taken back, or is their debt."""
    ledger.follow(session, reward, None)
    if reward.state in ("due", "issued"):
        debts.owe_write_off(session, reward)
    if reward.state == "issued":
        means_of(reward).take_back(session, reward)
        reward.coupon_id = None
    _start_anew(session, reward)
    reward.advocate_id = advocate_id


def _take_terms(session: Session, reward: Reward, attribution: Attribution, promise: Promise, plan: RewardPlan) -> None:
    """The reward is what the attribution's own program version promises an order of its rank and day (R8, R11)."""
    kind = promise.rules.reward.kind.value
    if (reward.version_id, reward.kind, reward.currency) != (attribution.version_id, kind, plan.currency):
        ledger.follow(session, reward, None)
        _start_anew(session, reward)
        reward.program_id, reward.version_id = attribution.program_id, attribution.version_id
        reward.kind, reward.currency = kind, plan.currency
    reward.terms, reward.rank = promise.terms, promise.rank


def _start_anew(session: Session, reward: Reward) -> None:
    """Nothing is on its way any more, and the reward is held until it is released anew."""
    means_of(reward).call_off(session, reward)
    reward.state, reward.reason = "held", Reason.ON_HOLD.value


def _follow_plan(reward: Reward, plan: RewardPlan) -> None:
    reward.needs_approval = plan.needs_approval
    reward.hold_word, reward.hold_from, reward.due_at = plan.hold_word, plan.hold_from, plan.due_at
    reward.look_until, reward.goes_unlooked = plan.look_until, plan.goes_unlooked
    if reward.is_test:  # the owner is watching: a test order's reward is not held (R18)
        reward.due_at, reward.needs_approval = clock.now(), False


def _move(session: Session, reward: Reward, reason: Reason) -> None:
    """The reward's state follows its worth."""
    if reward.is_test and reward.state == "revoked" and reward.reason == Reason.TEST_ORDER.value:
        return  # it has run the whole road already (R18)
    if reward.state == "issued":
        _move_issued(session, reward)
    elif reward.worth_minor <= 0:
        means_of(reward).call_off(session, reward)
        reward.state, reward.reason = "revoked", reason.value
        if ledger.balance(session, reward) < 0:  # a part of it had settled a debt
            debts.owe_write_off(session, reward)
    elif reward.state in ("held", "revoked") or (reward.state == "due" and not means_of(reward).is_on_its_way(reward)):
        if not _waits_for_a_person(reward):
            _hold(session, reward, reason)
    elif reward.state == "due":
        means_of(reward).reprice(session, reward)


def _hold(session: Session, reward: Reward, reason: Reason) -> None:
    reward.state, reward.reason = "held", reason.value
    _owe_release(session, reward)


def _waits_for_a_person(reward: Reward) -> bool:
    """Whether the hold is over and only an approval is missing, which owes the release by itself."""
    waits = reward.state == "held" and reward.reason == Reason.WAITING_APPROVAL.value
    return waits and reward.needs_approval and reward.due_at <= clock.now()


def _owe_release(session: Session, reward: Reward) -> None:
    """The reward is looked at when its hold ends, and where somebody may still look then, at their deadline."""
    at = reward.due_at
    if reward.needs_approval and reward.look_until is not None and at <= clock.now() < reward.look_until:
        at = reward.look_until
    effects.owe(session, reward.store_id, "release_reward", f"reward:{reward.id}", lane="orders", due_at=at)


def _move_issued(session: Session, reward: Reward) -> None:
    """What was given is never shrunk: what is worth too much is taken back if it still can be, else is a debt (R7)."""
    debts.take_back_what_was_forgiven(session, reward)
    balance = ledger.balance(session, reward)
    if balance < 0:
        kept = means_of(reward).take_back(session, reward)
        if kept is not None:
            reward.reason = kept.value
            debts.owe_write_off(session, reward)
    elif balance > 0:  # a debt was settled that is none any more
        reward.coupon_id = None
        _hold(session, reward, Reason.ON_HOLD)


def release(session: Session, reward_id: int) -> None:
    """The reward is due when its hold has passed and nobody must approve it first; it is on its way then.

    The caller holds the order's lock. Early calls, and calls after it was done, change nothing.
    """
    reward = session.get_one(Reward, reward_id, with_for_update={"key_share": True})
    if reward.state != "held":
        return
    if reward.due_at > clock.now() and not _said(session, reward, "release"):
        _owe_release(session, reward)
        return
    if reward.needs_approval and not _said(session, reward, "approve", "release"):
        if not _goes_unlooked(session, reward):
            return
        audit.note(session, reward.store_id, "unlooked", f"order:{reward.cause_ref}", account_id=None)
    if reward.side == "advocate":  # what an advocate owes is no matter of their friend's
        debts.net(session, reward)
    if ledger.balance(session, reward) <= 0:
        reward.state, reward.reason, reward.issued_at = "issued", Reason.NETTED.value, clock.now()
        return
    reward.state, reward.reason = "due", Reason.DUE.value
    means_of(reward).plan(session, reward)


def _goes_unlooked(session: Session, reward: Reward) -> bool:
    """Whether the deadline has passed, nobody looked, and what looks odd is too small to be kept for a person (R9).
    The reason says whether somebody may still look, or must."""
    may_wait = reward.look_until is not None and reward.look_until > clock.now()
    if not may_wait and reward.goes_unlooked:
        return True
    reward.reason = (Reason.LOOKED_AT if may_wait else Reason.WAITING_APPROVAL).value
    if may_wait:
        _owe_release(session, reward)
    return False


def _said(session: Session, reward: Reward, *verbs: str) -> bool:
    return (
        session.scalars(
            select(Decision.id).where(
                Decision.store_id == reward.store_id,
                Decision.order_ref == reward.cause_ref,
                Decision.verb.in_(verbs),
                Decision.undone_at.is_(None),
            )
        ).first()
        is not None
    )


def reissue(session: Session, reward_id: int) -> None:
    """A reward whose coupon was refused or lost gets a new one; the old coupon is taken back first if it still
    stands."""
    reward = session.get_one(Reward, reward_id, with_for_update={"key_share": True})
    if reward.state == "issued":
        means_of(reward).take_back(session, reward)
    elif reward.state in ("failed", "due") and ledger.balance(session, reward) > 0:
        means_of(reward).call_off(session, reward)
        session.flush()
        reward.state, reward.reason = "due", Reason.DUE.value
        means_of(reward).plan(session, reward)


def release_now(session: Session, reward_id: int) -> None:
    """The hold ends now; the caller has recorded the `release` decision that says so."""
    reward = session.get_one(Reward, reward_id)
    effects.owe(session, reward.store_id, "release_reward", f"reward:{reward.id}", lane="orders")
