"""Rewards: promised when an order qualifies, held, released into a coupon, and taken back as refunds call for it (R5,
R7).

held -> due -> issued, or revoked / failed. The ledger is followed in the same transaction as every step.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app import clock
from app.domain.programs import Rules
from app.domain.reasons import Reason
from app.domain.referrals import EntryKind, RewardPlan
from app.extensions import db
from app.models import Attribution, Coupon, Decision, LedgerEntry, Reward
from app.services import effects, ledger, new_coupons
from app.services.once import insert_once

# Nobody is ever charged: a debt that no later reward settled in this time is written off.
FORGIVEN_AFTER = timedelta(days=180)


def follow(
    session: Session, attribution: Attribution, rules: Rules, plan: RewardPlan | None, reason: Reason
) -> Reward | None:
    """The advocate's reward for the order is what the plan says; None while there never was one."""
    reward = of_order(session, attribution.store_id, attribution.order_ref)
    if reward is None and plan is None:
        return None
    if reward is None:
        assert plan is not None  # noqa: S101 - tells mypy
        reward = _promise(session, attribution, rules, plan)
    reward.advocate_id, reward.is_test = attribution.advocate_id, attribution.is_test
    ledger.follow(session, reward, plan)
    reward.worth_minor = ledger.promised(session, reward)
    if plan is not None:
        _follow_plan(reward, plan)
    _move(session, reward, plan.reason if plan else reason)
    return reward


def of_order(session: Session, store_id: int, order_ref: str) -> Reward | None:
    """The reward that the order caused, locked for the rest of the transaction."""
    return session.scalars(
        select(Reward)
        .where(Reward.store_id == store_id, Reward.cause_kind == "order", Reward.cause_ref == order_ref)
        .with_for_update()
    ).first()


def _promise(session: Session, attribution: Attribution, rules: Rules, plan: RewardPlan) -> Reward:
    insert_once(
        session,
        Reward,
        store_id=attribution.store_id,
        cause_kind="order",
        cause_ref=attribution.order_ref,
        side="advocate",
        advocate_id=attribution.advocate_id,
        program_id=attribution.program_id,
        version_id=attribution.version_id,
        kind=rules.reward.kind.value,
        worth_minor=plan.worth_minor,
        currency=plan.currency,
        state="held",
        reason=plan.reason.value,
        needs_approval=plan.needs_approval,
        hold_word=plan.hold_word,
        hold_from=plan.hold_from,
        due_at=plan.due_at,
        is_test=attribution.is_test,
        created_at=clock.now(),
    )
    reward = of_order(session, attribution.store_id, attribution.order_ref)
    assert reward is not None  # noqa: S101 - tells mypy
    return reward


def _follow_plan(reward: Reward, plan: RewardPlan) -> None:
    reward.needs_approval = plan.needs_approval
    reward.hold_word, reward.hold_from, reward.due_at = plan.hold_word, plan.hold_from, plan.due_at
    if reward.is_test:  # the owner is watching: a test order's reward is not held (R18)
        reward.due_at, reward.needs_approval = clock.now(), False


def _move(session: Session, reward: Reward, reason: Reason) -> None:
    """The reward's state follows its worth."""
    if reward.state == "issued":
        _move_issued(session, reward)
    elif reward.worth_minor <= 0:
        _cancel_unissued(session, reward)
        reward.state, reward.reason = "revoked", reason.value
    elif reward.state in ("held", "revoked") or (reward.state == "due" and reward.coupon_id is None):
        reward.state, reward.reason = "held", reason.value
        _owe_release(session, reward)
    elif reward.state == "due":
        _reprice_unissued(session, reward)


def _owe_release(session: Session, reward: Reward) -> None:
    subject = f"reward:{reward.id}"
    effects.owe(session, reward.store_id, "release_reward", subject, lane="orders", due_at=reward.due_at)


def _move_issued(session: Session, reward: Reward) -> None:
    """A coupon that was sent is never shrunk: one that is worth too much is taken back if nobody used it yet (R7)."""
    if ledger.balance(session, reward) < 0 and reward.coupon_id is not None:
        coupon = session.get_one(Coupon, reward.coupon_id)
        if coupon.used_by_order is None:
            effects.owe(session, reward.store_id, "withdraw_coupon", f"coupon:{coupon.id}", lane="coupons")
        else:
            reward.reason = Reason.REVERSED_AFTER_USE.value
            due_at = clock.now() + FORGIVEN_AFTER
            effects.owe(session, reward.store_id, "write_off", f"reward:{reward.id}", lane="orders", due_at=due_at)


def _cancel_unissued(session: Session, reward: Reward) -> None:
    """A coupon that was planned and may already be on its way to the store is taken back."""
    if reward.coupon_id is not None:
        new_coupons.retire(session, session.get_one(Coupon, reward.coupon_id))
        reward.coupon_id = None


def _reprice_unissued(session: Session, reward: Reward) -> None:
    """A coupon on its way whose worth has changed is replaced by one of the right worth."""
    coupon = session.get_one(Coupon, reward.coupon_id)
    if coupon.kind == "fixed" and coupon.amount_minor != ledger.balance(session, reward):
        _cancel_unissued(session, reward)
        _plan_coupon(session, reward)


def release(session: Session, reward_id: int) -> None:
    """The reward is due when its hold has passed and nobody must approve it first; its coupon is planned then.

    The caller holds the order's lock. Early calls, and calls after it was done, change nothing.
    """
    reward = session.get_one(Reward, reward_id, with_for_update=True)
    if reward.state != "held":
        return
    if reward.due_at > clock.now() and not _said(session, reward, "release"):
        _owe_release(session, reward)
        return
    if reward.needs_approval and not _said(session, reward, "approve", "release"):
        reward.reason = Reason.WAITING_APPROVAL.value
        return
    _net(session, reward)
    if ledger.balance(session, reward) <= 0:
        reward.state, reward.reason, reward.issued_at = "issued", Reason.NETTED.value, clock.now()
        return
    reward.state, reward.reason = "due", Reason.DUE.value
    _plan_coupon(session, reward)


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


def _net(session: Session, reward: Reward) -> None:
    """What the advocate was given and no longer deserves is settled against this reward, visibly (R7)."""
    left = ledger.balance(session, reward)
    debts = ledger.debt(session, reward.store_id, reward.advocate_id, reward.currency, beside=reward.id)
    for other_id, owed in debts:
        part = min(left, owed)
        if part <= 0:
            return
        other = session.get_one(Reward, other_id)
        ledger.post(session, reward, EntryKind.NETTED, f"reward:{other_id}", -part)
        ledger.post(session, other, EntryKind.NETTED, f"reward:{reward.id}", part)
        left -= part


def _plan_coupon(session: Session, reward: Reward) -> None:
    coupon = new_coupons.plan_reward(session, reward, ledger.balance(session, reward))
    reward.coupon_id = coupon.id
    session.flush()


def coupon_ready(session: Session, coupon: Coupon) -> None:
    """The reward's coupon stands in the store: the promise is kept, and the advocate is told once."""
    reward = of_coupon(session, coupon)
    if reward is None or reward.state == "issued":
        return
    worth = coupon.amount_minor if coupon.kind == "fixed" else 1
    ledger.post(session, reward, EntryKind.ISSUED, f"coupon:{coupon.id}", -worth)
    reward.state, reward.reason, reward.issued_at = "issued", Reason.ISSUED.value, clock.now()
    if reward.is_test:
        effects.owe(session, reward.store_id, "withdraw_coupon", f"coupon:{coupon.id}", lane="coupons")
    else:
        effects.owe(session, reward.store_id, "tell_reward", f"reward:{reward.id}", lane="mail")


def coupon_refused(session: Session, coupon: Coupon, reason: str) -> None:
    """The store refused the reward's coupon: a taken code gets another one, anything else waits for a person."""
    reward = of_coupon(session, coupon)
    if reward is None:
        return
    reward.coupon_id = None
    if reason == "code_taken":
        _plan_coupon(session, reward)
    else:
        reward.state, reward.reason = "failed", Reason.COUPON_REFUSED.value


def coupon_withdrawn(session: Session, coupon: Coupon) -> None:
    """An issued coupon was taken back unused: what is left of the promise is given as a new one (R7)."""
    reward = of_coupon(session, coupon)
    if reward is None or reward.state != "issued":
        return
    worth = coupon.amount_minor if coupon.kind == "fixed" else 1
    ledger.post(session, reward, EntryKind.RETURNED, f"coupon:{coupon.id}", worth)
    reward.coupon_id = None
    session.flush()
    if reward.is_test or ledger.balance(session, reward) <= 0:
        reward.state, reward.reason = "revoked", (Reason.TEST_ORDER if reward.is_test else Reason.REFUNDED).value
        return
    reward.state, reward.reason = "due", Reason.REFUNDED_IN_PART.value
    _plan_coupon(session, reward)


def of_coupon(session: Session, coupon: Coupon) -> Reward | None:
    """The reward that this coupon fulfils, locked."""
    return session.scalars(
        select(Reward).where(Reward.store_id == coupon.store_id, Reward.coupon_id == coupon.id).with_for_update()
    ).first()


def give_again(session: Session, coupon: Coupon) -> bool:
    """The reward spent on an order that came to nothing is given again as a new coupon, once; False when it was
    already."""
    reward = of_coupon(session, coupon)
    if reward is None or reward.state != "issued":
        return False
    if session.scalars(_given_again(reward)).first() is not None:
        return False
    worth = coupon.amount_minor if coupon.kind == "fixed" else 1
    ledger.post(session, reward, EntryKind.RETURNED, "given-again", worth)
    reward.coupon_id = None
    session.flush()
    if ledger.balance(session, reward) <= 0:
        reward.state, reward.reason = "revoked", Reason.REFUNDED.value
        return False
    reward.state, reward.reason = "due", Reason.DUE.value
    _plan_coupon(session, reward)
    return True


def _given_again(reward: Reward) -> Select[int]:
    return select(LedgerEntry.id).where(
        LedgerEntry.store_id == reward.store_id, LedgerEntry.reward_id == reward.id, LedgerEntry.cause == "given-again"
    )


def write_off(reward_id: int) -> None:
    """What was given, is no longer deserved and was never settled against a later reward is forgiven (R7)."""
    with db.begin() as session:
        reward = session.get_one(Reward, reward_id, with_for_update=True)
        left = ledger.balance(session, reward)
        if left < 0:
            ledger.post(session, reward, EntryKind.WRITTEN_OFF, "age", -left)


def reissue(session: Session, reward_id: int) -> None:
    """A reward whose coupon was refused or lost gets a new one; the old coupon is taken back first if it still
    stands."""
    reward = session.get_one(Reward, reward_id, with_for_update=True)
    if reward.state == "issued" and reward.coupon_id is not None:
        effects.owe(session, reward.store_id, "withdraw_coupon", f"coupon:{reward.coupon_id}", lane="coupons")
    elif reward.state in ("failed", "due") and ledger.balance(session, reward) > 0:
        _cancel_unissued(session, reward)
        session.flush()
        reward.state, reward.reason = "due", Reason.DUE.value
        _plan_coupon(session, reward)


def release_now(session: Session, reward_id: int) -> None:
    """The hold ends now; the caller has recorded the `release` decision that says so."""
    reward = session.get_one(Reward, reward_id)
    effects.owe(session, reward.store_id, "release_reward", f"reward:{reward.id}", lane="orders")
