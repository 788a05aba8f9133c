"""Coupons in the store: create, narrow, look after. Every function is an effect: no transaction is open while it calls.

A coupon goes planned -> pushing (committed) -> ready. One found in `pushing` was left half done by a killed worker or a
lost answer: it is looked up first, and only what the store does not have is created.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from app.extensions import db
from app.models import Claim, Coupon, ProgramVersion, Task
from app.services import claims, coupon_uses, effects, new_coupons, product_looks, reward_coupons, shelf
from app.services.connections import Connection, connection
from app.services.once import insert_once
from integrations.contract import CouponSpec, CouponState, Issued, Refused
from integrations.contract import DiscountKind as Kind
from integrations.errors import ItemRefused, RemoteOutcomeUnknown, RemoteRejected, RemoteUnavailable
from integrations.events import Money

LOOK_UPS = 10
GIVEN_AGAIN = "given_again"  # why a coupon was retired: another one took its place
log = structlog.get_logger()


def push(store_id: int) -> datetime | None:
    """Up to a batch of planned coupons stand in the store; the time of the next batch, None when all are there."""
    opened = connection(store_id)
    if opened.platform.coupons is None:
        raise RemoteRejected("no_coupons_here")
    left_over, fresh = _take_batch(store_id, opened.platform.coupons.batch_size)
    results: dict[str, Issued | Refused] = {}
    for spec in left_over:
        state = opened.platform.coupons.find(opened.store, spec)
        if state is not None and state.matches:
            results[spec.code] = Issued(spec.code, state.coupon_ref)
    missing = [spec for spec in left_over if spec.code not in results] + fresh
    if missing:
        results |= {each.code: each for each in _issue(opened, store_id, missing)}
    with db.begin() as session:
        for code, result in results.items():
            _record(session, store_id, code, result)
        _serve(session, store_id, list(results))
        more = session.scalars(
            select(Coupon.id).where(Coupon.store_id == store_id, Coupon.state.in_(("planned", "pushing"))).limit(1)
        ).first()
    return clock.now() if more else None


def _issue(opened: Connection, store_id: int, missing: list[CouponSpec]) -> Sequence[Issued | Refused]:
    """The platform's results. What surely did not happen goes back to `planned`, so that it needs no look-up."""
    assert opened.platform.coupons is not None  # noqa: S101 - tells mypy
    try:
        return opened.platform.coupons.issue(opened.store, missing)
    except (RemoteUnavailable, RemoteRejected) as error:
        # A batch in several calls may have failed half-way: only the look-up tells.
        if len(missing) <= opened.platform.coupons.batch_size and not isinstance(error, RemoteOutcomeUnknown):
            _unpush(store_id, [spec.code for spec in missing])
        raise


def _unpush(store_id: int, codes: list[str]) -> None:
    with db.begin() as session:
        session.execute(
            update(Coupon)
            .where(Coupon.store_id == store_id, Coupon.code.in_(codes), Coupon.state == "pushing")
            .values(state="planned")
        )


def _take_batch(store_id: int, size: int) -> tuple[list[CouponSpec], list[CouponSpec]]:
    """(left half done, never sent), rewards before shelf; all of them are `pushing` once this returns.

    What was left half done comes first and a few at a time, so that each look-up that was made is soon on record.
    """
    with db.begin() as session:
        left_over = _next(session, store_id, "pushing", LOOK_UPS)
        fresh = [] if left_over else _next(session, store_id, "planned", size)
        for coupon in fresh:
            coupon.state = "pushing"
        return [specification(each) for each in left_over], [specification(each) for each in fresh]


def _next(session: Session, store_id: int, state: str, count: int) -> Sequence[Coupon]:
    return session.scalars(
        select(Coupon)
        .where(Coupon.store_id == store_id, Coupon.state == state)
        .order_by(Coupon.purpose, Coupon.id)  # "reward" sorts before "shelf"
        .limit(count)
        .with_for_update(key_share=True)
    ).all()


def specification(coupon: Coupon) -> CouponSpec:
    """The coupon as it must exist in the store."""
    return CouponSpec(
        code=coupon.code,
        kind=Kind(coupon.kind),
        basis_points=coupon.basis_points,
        amount=Money(coupon.amount_minor, coupon.currency) if coupon.kind == "fixed" else None,
        product=coupon.product_ref,
        minimum=Money(coupon.minimum_minor, coupon.currency) if coupon.minimum_minor else None,
        expires_at=coupon.expires_at,
        combines=coupon.combines,
        excludes_sale_items=coupon.excludes_sale_items,
        excluded_products=tuple(coupon.excluded_products or ()),
        excluded_categories=tuple(coupon.excluded_categories or ()),
        note="Goodword: an advocate's reward" if coupon.purpose == "reward" else "Goodword: a friend's offer",
    )


def _record(session: Session, store_id: int, code: str, result: Issued | Refused) -> None:
    coupon = session.scalars(
        select(Coupon).where(Coupon.store_id == store_id, Coupon.code == code).with_for_update(key_share=True)
    ).one()
    if isinstance(result, Issued):
        coupon.coupon_ref = result.coupon_ref
        log.info("coupon_stands", coupon_id=coupon.id, coupon_ref=result.coupon_ref)
        if coupon.state == "pushing":
            coupon.state = "ready"
            if coupon.purpose == "reward":
                reward_coupons.coupon_ready(session, coupon)
        elif coupon.state in ("refused", "revoked"):  # given up meanwhile, and now it stands in the store
            coupon.state = "ready"
            new_coupons.retire(session, coupon, coupon.reason)
        return
    if coupon.state == "pushing":
        coupon.state, coupon.reason = "refused", result.reason[:40]
        if coupon.purpose == "reward":
            reward_coupons.coupon_refused(session, coupon, result.reason)
    if result.reason == "product_gone":
        product_looks.ask(session, coupon.store_id, coupon.program_id, coupon.product_ref)
    elif result.reason != "code_taken":
        open_task(session, coupon, "coupon_refused", result.reason)


def open_task(session: Session, coupon: Coupon, kind: str, reason: str) -> None:
    """A person is asked to look at the coupon, once."""
    insert_once(
        session,
        Task,
        store_id=coupon.store_id,
        kind=kind,
        subject=f"coupon:{coupon.id}",
        reason=reason[:40],
        evidence={"code": coupon.code},
        opened_at=clock.now(),
    )


def _serve(session: Session, store_id: int, codes: list[str]) -> None:
    """Friends who wait get the coupons that have just arrived."""
    session.flush()
    versions = session.scalars(
        select(ProgramVersion).where(
            ProgramVersion.id.in_(select(Claim.version_id).where(Claim.store_id == store_id, Claim.state == "waiting"))
        )
    ).all()
    for version in versions:
        shelf.serve_waiting(session, version)


def look_up(opened: Connection, coupon: Coupon) -> CouponState | None:
    """The coupon as the store shows it, or None where it has none with this code."""
    assert opened.platform.coupons is not None  # noqa: S101 - tells mypy
    return opened.platform.coupons.find(opened.store, specification(coupon))


def narrow(coupon_id: int) -> None:
    """The claimed coupon's own expiry in the store is the date that the friend was shown, never earlier (R12); the
    shop may read beside it for whom it is and who recommended.

    A friend whose coupon turns out to be gone gets another one.
    """
    with db.read() as session:
        coupon = session.get_one(Coupon, coupon_id)
        claim = session.scalars(select(Claim).where(Claim.coupon_id == coupon_id)).first()
        note = claims.note_for_shop(session, claim) if claim else None
    if claim is None or coupon.coupon_ref is None or coupon.state not in ("claimed", "used"):
        return
    until = claim.expires_at
    if until + timedelta(seconds=1) >= coupon.expires_at:
        return
    opened = connection(coupon.store_id)
    if opened.platform.coupons is None:
        return
    try:
        opened.platform.coupons.narrow(opened.store, coupon.coupon_ref, until, note)
    except ItemRefused as refusal:
        if refusal.reason != "coupon_gone":
            raise
        with db.begin() as session:
            effects.owe(session, coupon.store_id, "check_coupon", coupon.coupon_ref, lane="coupons")
        return
    with db.begin() as session:
        session.execute(update(Coupon).where(Coupon.id == coupon_id).values(expires_at=until))


def give_again(coupon_id: int) -> None:
    """The reward spent on a dead order is given again: the same coupon where the store freed it, else a new one
    (R7)."""
    with db.read() as session:
        coupon = session.get_one(Coupon, coupon_id)
    opened = connection(coupon.store_id)
    state = look_up(opened, coupon)
    is_good_again = state is not None and state.uses == 0 and state.alive
    with db.begin() as session:
        standing = session.get_one(Coupon, coupon_id, with_for_update={"key_share": True})
        if is_good_again:
            reward_coupons.coupon_freed(session, standing)
        elif not coupon_uses.is_well_spent(session, standing) and reward_coupons.give_again(session, standing):
            # Out of the store even if it was used: the shop may yet give its use back.
            new_coupons.retire(session, standing, GIVEN_AGAIN, even_used=True)
