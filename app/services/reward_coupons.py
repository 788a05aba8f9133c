"""What becomes of a reward when its coupon stands in the store, is refused, taken back, spent or freed (R5, R7)."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app import clock
from app.domain.reasons import Reason
from app.domain.referrals import EntryKind
from app.models import Coupon, LedgerEntry, Reward
from app.services import debts, effects, fulfilment, ledger, points


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
    """The store refused the reward's coupon: a taken code gets another one, points that bought it come back, anything
    else waits for a person."""
    reward = of_coupon(session, coupon)
    if reward is None:
        return
    reward.coupon_id = None
    if reason == "code_taken":
        fulfilment.plan_coupon(session, reward)
    elif reward.cause_kind == "redemption":
        points.come_back(session, reward)
    else:
        reward.state, reward.reason = "failed", Reason.COUPON_REFUSED.value


def coupon_withdrawn(session: Session, coupon: Coupon) -> None:
    """An issued coupon was taken back unused: what is left of the promise is given as a new one (R7).

    Nothing is left of it for whom the order was taken from and given to another advocate. Repeating changes nothing.
    """
    given = ledger.issue_of(session, coupon)
    if given is None:
        return
    reward = session.get_one(Reward, given.reward_id, with_for_update={"key_share": True})
    worth = -given.amount_minor
    if not ledger.post(session, reward, EntryKind.RETURNED, given.cause, worth, to=given.advocate_id):
        return
    if reward.coupon_id == coupon.id:
        reward.coupon_id = None
        session.flush()
    if reward.state != "issued" or reward.coupon_id is not None or reward.advocate_id != given.advocate_id:
        return
    left = ledger.balance(session, reward)
    if reward.is_test or left <= 0:
        reward.state, reward.reason = "revoked", (Reason.TEST_ORDER if reward.is_test else Reason.REFUNDED).value
        return
    reward.state, reward.reason = "due", (Reason.REFUNDED_IN_PART if left < worth else Reason.DUE).value
    fulfilment.plan_coupon(session, reward)


def coupon_spent(session: Session, coupon: Coupon) -> None:
    """A coupon that was to be taken back had been used, by an order that we have not heard of: it is a debt (R7)."""
    reward = of_coupon(session, coupon)
    if reward is not None and ledger.balance(session, reward) < 0:
        reward.reason = Reason.REVERSED_AFTER_USE.value
        debts.owe_write_off(session, reward)


def coupon_freed(session: Session, coupon: Coupon) -> None:
    """The store gave the use of the coupon back: the advocate has it again, unless it is not deserved any more."""
    reward = of_coupon(session, coupon)
    if reward is not None and ledger.balance(session, reward) < 0:
        effects.owe(session, coupon.store_id, "withdraw_coupon", f"coupon:{coupon.id}", lane="coupons")


def of_coupon(session: Session, coupon: Coupon) -> Reward | None:
    """The reward that this coupon fulfils, locked."""
    return session.scalars(
        select(Reward)
        .where(Reward.store_id == coupon.store_id, Reward.coupon_id == coupon.id)
        .with_for_update(key_share=True)
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
    fulfilment.plan_coupon(session, reward)
    return True


def _given_again(reward: Reward) -> Select[int]:
    return select(LedgerEntry.id).where(
        LedgerEntry.store_id == reward.store_id, LedgerEntry.reward_id == reward.id, LedgerEntry.cause == "given-again"
    )
