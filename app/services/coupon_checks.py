"""Coupons that we rely on, compared with what stands in the store: deleted, edited, doubled, used without our knowing.

The comparison is cheap and acts on nothing: whatever looks odd is looked up once more by itself, in the lane of all
calls about coupons, so that none of our own changes is taken for somebody else's. Only then something follows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from app.extensions import db
from app.models import Claim, Coupon, ProgramVersion, StoreLook
from app.services import coupon_uses, effects, new_coupons, product_looks, shelf
from app.services.connections import Connection, connection
from app.services.coupon_calls import open_task, specification
from integrations.contract import CouponState

EVERY = timedelta(days=1)
NEWCOMERS = 20  # looked up one by one in a look, for the doubles that a race may have made
SECOND = timedelta(seconds=1)  # stores keep whole seconds


def look(opened: Connection, store_id: int, memory: Mapping[str, Any]) -> dict[str, Any]:
    """Each coupon that a friend or an advocate may rely on is compared once a day, and looked up once in its life;
    what coupons give for free is still sold."""
    issuer = opened.platform.coupons
    if issuer is None:
        return {}
    product_looks.look(opened, store_id)
    with db.read() as session:
        newcomers = _next(session, store_id, None, NEWCOMERS)
        others = _next(session, store_id, clock.now() - EVERY, issuer.batch_size)
        promised = _promised(session, others)
    shown = issuer.show(opened.store, {each.coupon_ref or "": specification(each) for each in others})
    odd = [each for each in others if _is_odd(each, shown.get(each.coupon_ref or ""), promised[each.id])]
    with db.begin() as session:
        compared = update(Coupon).where(Coupon.id.in_([each.id for each in (*newcomers, *others)]))
        session.execute(compared.values(compared_at=clock.now()))
        for coupon in (*newcomers, *odd):
            effects.owe(session, store_id, "check_coupon", coupon.coupon_ref or "", lane="coupons")
    return {}


def _next(session: Session, store_id: int, before: datetime | None, count: int) -> Sequence[Coupon]:
    due = Coupon.compared_at.is_(None) if before is None else Coupon.compared_at <= before
    return session.scalars(
        select(Coupon)
        .where(
            Coupon.store_id == store_id,
            Coupon.state.in_(("ready", "claimed")),
            Coupon.coupon_ref.is_not(None),
            Coupon.expires_at > clock.now(),
            due,
        )
        .order_by(Coupon.compared_at, Coupon.id)
        .limit(count)
    ).all()


def _promised(session: Session, coupons: Sequence[Coupon]) -> dict[int, datetime]:
    """Until when each must be good: the date that a friend was shown (R12), else what was asked of the store."""
    shown = select(Claim.coupon_id, Claim.expires_at).where(Claim.coupon_id.in_([each.id for each in coupons]))
    dates = {coupon_id: expires_at for coupon_id, expires_at in session.execute(shown) if coupon_id is not None}
    return {each.id: min(dates.get(each.id, each.expires_at), each.expires_at) for each in coupons}


def _is_odd(coupon: Coupon, state: CouponState | None, promised: datetime) -> bool:
    return state is None or state.uses > 0 or _is_edited(state, promised)


def _is_edited(state: CouponState, promised: datetime) -> bool:
    """Whether it is no longer what was promised; a longer life does nobody harm."""
    return bool(state.differs) or (state.expires_at is not None and state.expires_at + SECOND < promised)


def check(store_id: int, coupon_ref: str) -> datetime | None:
    """What is odd about the coupon is confirmed and followed by what the rules say; the time of another look, if it
    needs one.

    The store's own word that a coupon was deleted comes here too: false alarms are common.
    """
    with db.read() as session:
        coupon = session.scalars(
            select(Coupon).where(Coupon.store_id == store_id, Coupon.coupon_ref == coupon_ref)
        ).first()
    if coupon is None or coupon.state not in ("ready", "claimed"):
        return None
    opened = connection(store_id)
    state = opened.platform.coupons.find(opened.store, specification(coupon)) if opened.platform.coupons else None
    with db.begin() as session:
        standing = session.get_one(Coupon, coupon.id, with_for_update={"key_share": True})
        if standing.state not in ("ready", "claimed"):
            return None
        if state is None:
            _deleted(session, standing)
            return None
        standing.coupon_ref = state.coupon_ref  # the one that is left of doubles
        if state.uses:
            return _used(session, standing)
        if _is_edited(state, _promised(session, [standing])[standing.id]):
            _edited(session, standing, state)
    return None


def _deleted(session: Session, coupon: Coupon) -> None:
    """A friend whose coupon the shop deleted gets another; a reward's waits for a person, who may have meant it."""
    coupon.state, coupon.reason = "revoked", "deleted_in_store"
    if coupon.purpose == "reward":
        open_task(session, coupon, "reward_coupon_deleted", "deleted_in_store")
        return
    coupon_uses.give_back(session, coupon, "deleted_in_store")
    _owe_refill(session, coupon)


def _edited(session: Session, coupon: Coupon, state: CouponState) -> None:
    """A friend gets what was promised, by another code, and the edited one goes; a reward's waits for a person, since
    one that was sent is never changed by us (R7)."""
    reason = state.differs or "expiry"
    if coupon.purpose == "reward":
        open_task(session, coupon, "reward_coupon_edited", reason)
        return
    if coupon.state == "claimed":
        if not coupon_uses.give_back(session, coupon, "edited_in_store"):
            return
        open_task(session, coupon, "coupon_edited", reason)
    new_coupons.retire(session, coupon, "edited_in_store")
    _owe_refill(session, coupon)


def _used(session: Session, coupon: Coupon) -> datetime | None:
    """Every order that the store shows has been walked through since, and none of them used the coupon.

    One that nobody claimed has leaked, with its shelf (R12). Any other waits for a person: its order may have been
    erased, and a use that was not a purchase does not pay.
    """
    walked_at = session.scalars(
        select(StoreLook.looked_at).where(StoreLook.store_id == coupon.store_id, StoreLook.kind == "orders")
    ).first()
    if coupon.compared_at is None or walked_at is None or walked_at <= coupon.compared_at:
        return clock.now() + timedelta(minutes=20)
    if coupon.purpose == "shelf" and coupon.state == "ready":
        coupon.state = "used"
        coupon_uses.burn_shelf(session, coupon, None)
    else:
        open_task(session, coupon, "coupon_used_unseen", "no_order_used_it")
    return None


def _owe_refill(session: Session, coupon: Coupon) -> None:
    shelf.owe_refill(session, session.get_one(ProgramVersion, coupon.version_id))
