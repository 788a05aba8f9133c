"""What keeps the promise of a reward that is due, and how it is taken back: one row of MEANS a means. The reward is
locked, and its ledger is followed in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.programs import MEANS as MEANS_OF_KINDS
from app.domain.programs import Means, RewardKind
from app.domain.reasons import Reason
from app.models import AuditEntry, Coupon, Order, Reward
from app.services import banks, effects, grants, ledger, new_coupons, points


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """How one means keeps a promise."""

    plan: Callable[[Session, Reward], None]  # what is owed is on its way
    is_on_its_way: Callable[[Reward], bool]
    reprice: Callable[[Session, Reward], None]  # what is on its way is worth what is owed
    call_off: Callable[[Session, Reward], None]  # nothing is on its way any more
    # What was given is on its way back; or why it is not, so that it becomes a debt (R7).
    take_back: Callable[[Session, Reward], Reason | None]


def means_of(reward: Reward) -> Fulfilment:
    """What keeps this reward's promise."""
    return BY_MEANS[MEANS_OF_KINDS[RewardKind(reward.kind)]]


# --- a coupon in the store ---


def plan_coupon(session: Session, reward: Reward) -> None:
    """A coupon worth what is owed is on its way; where the store may have one that a restored database knows nothing
    of, it is asked first."""
    if _may_stand_already(session, reward):
        effects.owe(session, reward.store_id, "ask_for_reward", f"reward:{reward.id}", lane="coupons")
        return
    plan_fresh_coupon(session, reward)


def _may_stand_already(session: Session, reward: Reward) -> bool:
    """Whether the reward was caused before the database was last restored from a backup."""
    restored_at = session.scalar(
        select(func.max(AuditEntry.at)).where(AuditEntry.store_id == reward.store_id, AuditEntry.verb == "restore")
    )
    if restored_at is None:
        return False
    if reward.cause_kind == "redemption":
        return reward.created_at <= restored_at
    placed = select(Order.placed_at).where(Order.store_id == reward.store_id, Order.order_ref == reward.cause_ref)
    placed_at = session.scalars(placed).first()
    return placed_at is None or placed_at <= restored_at


def plan_fresh_coupon(session: Session, reward: Reward) -> None:
    """plan_coupon(), when it is known that the store has none."""
    coupon = new_coupons.plan_reward(session, reward, ledger.balance(session, reward))
    reward.coupon_id = coupon.id
    session.flush()


def _call_off_coupon(session: Session, reward: Reward) -> None:
    """A coupon that was planned and may already be on its way to the store is taken back."""
    if reward.coupon_id is not None:
        # Locked: it may be going from planned to pushing at this moment.
        coupon = session.get_one(Coupon, reward.coupon_id, with_for_update={"key_share": True}, populate_existing=True)
        new_coupons.retire(session, coupon)
        reward.coupon_id = None


def _reprice_coupon(session: Session, reward: Reward) -> None:
    """A coupon on its way whose worth has changed is replaced by one of the right worth."""
    coupon = session.get_one(Coupon, reward.coupon_id)
    if coupon.kind == "fixed" and coupon.amount_minor != ledger.balance(session, reward):
        _call_off_coupon(session, reward)
        plan_coupon(session, reward)


def _take_coupon_back(session: Session, reward: Reward) -> Reason | None:
    """A coupon that nobody used yet is taken out of the store."""
    coupon = session.get(Coupon, reward.coupon_id) if reward.coupon_id is not None else None
    if coupon is None or coupon.used_by_order is not None:
        return Reason.REVERSED_AFTER_USE
    effects.owe(session, reward.store_id, "withdraw_coupon", f"coupon:{reward.coupon_id}", lane="coupons")
    return None


# --- somebody's hand ---


def _put_into_queue(session: Session, reward: Reward) -> None:
    """Somebody at the shop is to hand it out; they say when it is done (app/services/handouts.py). A test order's
    reward has run its road here (R18)."""
    if reward.is_test:
        reward.state, reward.reason = "revoked", Reason.TEST_ORDER.value
        return
    reward.reason = Reason.TO_HAND_OUT.value


def _nothing(_session: Session, _reward: Reward) -> None:
    """A queue shows what is due, and its worth, as they are now."""


# --- kept by the store ---


def _plan_grant(session: Session, reward: Reward) -> None:
    """The store is asked to keep it; after a backup was restored, whether it does already."""
    grants.plan(session, reward, reward.hold_from if _may_stand_already(session, reward) else None)


BY_MEANS: dict[Means, Fulfilment] = {
    Means.COUPON: Fulfilment(
        plan=plan_coupon,
        is_on_its_way=lambda reward: reward.coupon_id is not None,
        reprice=_reprice_coupon,
        call_off=_call_off_coupon,
        take_back=_take_coupon_back,
    ),
    Means.HAND: Fulfilment(
        plan=_put_into_queue,
        is_on_its_way=lambda _: True,
        reprice=_nothing,
        call_off=_nothing,
        take_back=lambda _session, _reward: Reason.REVERSED_AFTER_GIVING,
    ),
    Means.STORE: Fulfilment(
        plan=_plan_grant,
        is_on_its_way=lambda _: True,
        reprice=grants.reprice,
        call_off=grants.call_off,
        take_back=grants.take_back,
    ),
    Means.BANK: Fulfilment(
        plan=banks.give,
        is_on_its_way=lambda _: True,
        reprice=_nothing,
        call_off=_nothing,  # a reward that waits has no code yet
        take_back=lambda _session, _reward: Reason.REVERSED_AFTER_GIVING,
    ),
    Means.ACCOUNT: Fulfilment(
        plan=points.give,
        is_on_its_way=lambda _: True,
        reprice=_nothing,
        call_off=_nothing,
        take_back=points.take_back,
    ),
}
