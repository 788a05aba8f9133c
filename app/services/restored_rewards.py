"""Rewards of a database that came from a backup: what was sent since the backup stands in the store, and is found
there by its code instead of being sent once more."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.extensions import db
from app.models import Coupon, OrderSighting, Reward
from app.services import effects, fulfilment, ledger, new_coupons, reward_coupons
from app.services.connections import connection
from app.services.coupon_calls import open_task, specification
from app.services.once import insert_once
from integrations.contract import CouponState

AHEAD = 4  # a reward may have been given anew since the backup: its last coupon counts


def ask(reward_id: int) -> None:
    """The reward has the coupon that the store already holds for it, or else a fresh one on its way."""
    with db.read() as session:
        reward = session.get_one(Reward, reward_id)
        if not _waits(reward):
            return
        codes = new_coupons.next_codes(session, reward, AHEAD)
        values = new_coupons.of_reward(session, reward, ledger.balance(session, reward))
    opened = connection(reward.store_id)
    standing: list[CouponState] = []
    if opened.platform.coupons is not None:
        for code in codes:
            state = opened.platform.coupons.find(opened.store, specification(Coupon(code=code, **values)))
            standing += [state] if state is not None else []
    with db.begin() as session:
        reward = session.get_one(Reward, reward_id, with_for_update=True)
        if not _waits(reward):
            return
        for state in standing:
            _adopt(session, reward, state, values, is_last=state is standing[-1])
        if not standing:
            fulfilment.plan_fresh_coupon(session, reward)


def _waits(reward: Reward) -> bool:
    return reward.state == "due" and reward.coupon_id is None


def _adopt(session: Session, reward: Reward, state: CouponState, values: dict[str, object], *, is_last: bool) -> None:
    """The coupon is known here; the last one is the reward's. One of another worth goes, or waits for a person."""
    known = values | {"expires_at": state.expires_at or values["expires_at"], "coupon_ref": state.coupon_ref}
    state_word = "ready" if is_last else "revoked"
    coupon_id = insert_once(session, Coupon, code=state.code, state=state_word, **known)
    if coupon_id is None or not is_last:
        return
    coupon = session.get_one(Coupon, coupon_id)
    reward.coupon_id = coupon_id
    session.flush()
    reward_coupons.coupon_ready(session, coupon)
    if state.uses:
        _settle_who_used(session, coupon)
    if state.differs and state.uses:
        open_task(session, coupon, "reward_coupon_edited", state.differs)
    elif state.differs:
        effects.owe(session, coupon.store_id, "withdraw_coupon", f"coupon:{coupon.id}", lane="coupons")


def _settle_who_used(session: Session, coupon: Coupon) -> None:
    """Orders seen lately that carry the code are decided anew, now that it is ours."""
    lately = select(OrderSighting.order_ref, OrderSighting.snapshot).where(
        OrderSighting.store_id == coupon.store_id, OrderSighting.updated_at >= clock.now() - new_coupons.SHELF_LIFE
    )
    for order_ref, facts in session.execute(lately):
        if any(used.code == coupon.code for used in facts.codes):
            effects.owe(session, coupon.store_id, "settle_order", order_ref, lane="orders")
