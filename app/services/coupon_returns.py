"""Taking coupons out of the store: those that nobody claimed, and those of rewards that are not deserved any more.
Every function is an effect: no transaction is open while it calls."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from app import clock
from app.extensions import db
from app.models import Coupon
from app.services import reward_coupons
from app.services.connections import Connection, connection
from app.services.coupon_calls import GIVEN_AGAIN, look_up, open_task
from integrations.errors import ItemRefused, PlatformError, RemoteOutcomeUnknown, RemoteRejected, RemoteUnavailable

AT_ONCE = 50
PATIENCE = 3  # coupons that a store may fail over before it counts as down


def revoke(store_id: int) -> datetime | None:
    """Every coupon in `revoking` can no longer be used in the store; the time of the next batch, None when done.

    One coupon that the store refuses to take back is set aside for a person, one that it fails over waits; the others
    are taken back.
    """
    opened = connection(store_id)
    if opened.platform.coupons is None:
        return None
    with db.read() as session:
        revoking = select(Coupon).where(Coupon.store_id == store_id, Coupon.state == "revoking").order_by(Coupon.id)
        batch = session.scalars(revoking.limit(AT_ONCE)).all()
    failed: list[PlatformError] = []
    for coupon in batch:
        try:
            _revoke_one(opened, coupon)
        except ItemRefused as refusal:
            _set_aside(coupon, refusal.reason)
        except (RemoteUnavailable, RemoteRejected, RemoteOutcomeUnknown) as trouble:
            failed.append(trouble)
            if len(failed) == PATIENCE:
                break
    if failed:
        raise failed[0]
    return clock.now() if len(batch) == AT_ONCE else None


def _revoke_one(opened: Connection, coupon: Coupon) -> None:
    assert opened.platform.coupons is not None  # noqa: S101 - tells mypy
    coupon_ref = coupon.coupon_ref or _ref_in_store(opened, coupon)
    if coupon_ref is not None:
        opened.platform.coupons.revoke(opened.store, coupon_ref)
    _set_state(coupon, "revoked", was="revoking")


def _ref_in_store(opened: Connection, coupon: Coupon) -> str | None:
    state = look_up(opened, coupon)
    return state.coupon_ref if state else None


def _set_aside(coupon: Coupon, reason: str) -> None:
    """The coupon may still be used in the store, which refuses to take it back: a person is asked to see to it."""
    with db.begin() as session:
        standing = session.get_one(Coupon, coupon.id, with_for_update={"key_share": True})
        if standing.state == "revoking":
            standing.state, standing.reason = "refused", reason[:40]
            open_task(session, standing, "coupon_not_revoked", reason)


def _set_state(coupon: Coupon, state: str, *, was: str) -> None:
    with db.begin() as session:
        session.execute(update(Coupon).where(Coupon.id == coupon.id, Coupon.state == was).values(state=state))


def withdraw(coupon_id: int) -> None:
    """A reward's coupon is taken back if nobody used it; what was used meanwhile stays, as a debt (R7)."""
    with db.read() as session:
        coupon = session.get_one(Coupon, coupon_id)
    if not _returnable(coupon):
        return
    is_spent = coupon.state != "revoked" and not _taken_out(coupon)
    with db.begin() as session:
        standing = session.get_one(Coupon, coupon_id, with_for_update={"key_share": True})
        if is_spent:
            reward_coupons.coupon_spent(session, standing)
        elif _returnable(standing):
            standing.state = "revoked"
            reward_coupons.coupon_withdrawn(session, standing)


def _returnable(coupon: Coupon) -> bool:
    """Whether the coupon was issued and is unspent, as far as we know; one that the shop deleted counts too."""
    is_replaced = coupon.reason == GIVEN_AGAIN
    return coupon.state in ("ready", "revoking", "revoked") and coupon.used_by_order is None and not is_replaced


def _taken_out(coupon: Coupon) -> bool:
    """The store does not have the coupon any more; False where somebody has used it there."""
    opened = connection(coupon.store_id)
    state = look_up(opened, coupon)
    if state is not None and state.uses > 0:
        return False
    if state is not None and opened.platform.coupons is not None:
        opened.platform.coupons.revoke(opened.store, state.coupon_ref)
    return True
