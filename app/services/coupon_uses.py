"""Which of our coupons an order used, and what follows from that: a burnt shelf, a code given back, a reward given
again."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app import clock
from app.domain.orders import OrderFacts
from app.models import Claim, Coupon, Order, ProgramVersion, ReplacedCoupon, Reward, Task
from app.services import effects, shelf
from app.services.once import insert_once

# Made once: making a statement costs three times as much as running it.
_OURS = select(Coupon).where(
    Coupon.store_id == bindparam("store_id"),
    Coupon.code.in_(bindparam("codes", expanding=True)) | (Coupon.used_by_order == bindparam("order_ref")),
)
# The order never came to anything and the store gave the use of its codes back. A failed order keeps them.
DEAD = frozenset({"cancelled", "trashed"})


def follow(session: Session, order: Order, facts: OrderFacts) -> None:
    """Every coupon of ours on the order is marked used by it, or freed when the order came to nothing."""
    codes = [used.code for used in facts.codes]
    dead = facts.status in DEAD or order.gone_at is not None
    for coupon in _ours(session, order, codes):
        if dead or coupon.code not in codes:
            _free(coupon, order)
        else:
            _use(session, coupon, order)
        elsewhere = coupon.used_by_order not in (None, order.order_ref)
        if coupon.purpose == "reward" and not elsewhere and (dead or facts.status == "refunded"):
            _give_again(session, coupon, order)
        if coupon.purpose == "shelf" and facts.status == "failed":
            give_back(session, coupon, "failed_order")


def _ours(session: Session, order: Order, codes: list[str]) -> list[Coupon]:
    """Coupons on the order now, and those it was seen with before."""
    return list(session.scalars(_OURS, {"store_id": order.store_id, "codes": codes, "order_ref": order.order_ref}))


def _use(session: Session, coupon: Coupon, order: Order) -> None:
    if coupon.used_by_order is not None:
        if _was_freed_by(session, coupon, order):
            coupon.used_by_order = order.order_ref
        return
    never_claimed = coupon.purpose == "shelf" and coupon.state in ("ready", "pushing", "planned")
    coupon.used_by_order = order.order_ref
    if coupon.state in ("ready", "pushing", "planned", "claimed"):
        coupon.state = "used"
    if never_claimed:
        burn_shelf(session, coupon, order.order_ref)


def _was_freed_by(session: Session, coupon: Coupon, order: Order) -> bool:
    """Whether the order on record as the coupon's user was placed before this one: the store takes a code once, so
    that it had given the use back, and the message that says so is still on its way."""
    placed_at = session.scalar(
        select(Order.placed_at).where(Order.store_id == coupon.store_id, Order.order_ref == coupon.used_by_order)
    )
    return placed_at is not None and placed_at < order.placed_at


def _free(coupon: Coupon, order: Order) -> None:
    if coupon.used_by_order != order.order_ref:
        return
    coupon.used_by_order = None
    if coupon.state == "used":
        coupon.state = "claimed" if coupon.purpose == "shelf" else "ready"


def burn_shelf(session: Session, coupon: Coupon, order_ref: str | None) -> None:
    """A coupon that nobody claimed was used: its shelf has leaked, so every unclaimed one is taken back (R12)."""
    effects.owe(session, coupon.store_id, "retire_shelf", f"fingerprint:{coupon.fingerprint}", lane="coupons")
    insert_once(
        session,
        Task,
        store_id=coupon.store_id,
        kind="unclaimed_coupon_used",
        subject=f"coupon:{coupon.id}",
        reason="unclaimed_coupon_used",
        evidence={"code": coupon.code} | ({"order_ref": order_ref} if order_ref else {}),
        opened_at=clock.now(),
    )


def _give_again(session: Session, coupon: Coupon, order: Order) -> None:
    """The order on which an advocate spent a reward came to nothing: the reward is given again, once (R7)."""
    reward_id = session.scalars(
        select(Reward.id).where(Reward.store_id == coupon.store_id, Reward.coupon_id == coupon.id)
    ).first()
    if reward_id is not None:
        effects.owe(session, coupon.store_id, "give_again", f"coupon:{coupon.id}", lane="coupons")


def is_well_spent(session: Session, coupon: Coupon) -> bool:
    """Whether an order that stands has used the coupon."""
    order = session.scalars(
        select(Order).where(Order.store_id == coupon.store_id, Order.order_ref == coupon.used_by_order)
    ).first()
    return order is not None and order.gone_at is None and order.status not in {*DEAD, "refunded"}


def give_back(session: Session, coupon: Coupon, reason: str) -> bool:
    """The claim gets another coupon for one that the store holds spent without a purchase of its own (R2, R12); False
    where there is no claim, or it is over.

    An order that uses the old one after all is still this claim's, and one claim pays once.
    """
    claim = session.scalars(
        select(Claim).where(Claim.store_id == coupon.store_id, Claim.coupon_id == coupon.id).with_for_update()
    ).first()
    if claim is None or clock.now() > claim.expires_at:
        return False
    insert_once(
        session,
        ReplacedCoupon,
        store_id=coupon.store_id,
        coupon_id=coupon.id,
        claim_id=claim.id,
        reason=reason,
        at=clock.now(),
    )
    claim.coupon_id, claim.state = None, "waiting"
    session.flush()
    version = session.get_one(ProgramVersion, claim.version_id)
    shelf.owe_refill(session, version)
    shelf.serve_waiting(session, version)
    return True
