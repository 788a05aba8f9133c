"""Planning coupons and taking them back, as rows: a code is chosen and stored before the first call to the store."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.domain import codes
from app.domain.offers import goods_left_out, product_ref
from app.domain.programs import (
    OfferKind,
    RewardKind,
)
from app.models import Coupon, ProgramVersion, Reward, Store
from app.services import effects, reward_terms
from app.services.once import insert_once
from app.services.store_days import end_of_day
from app.vault import keyed_digest

# A shelf coupon outlives the longest wait on the shelf by this much, so that what is shown to a friend always holds.
SHELF_LIFE = timedelta(days=45)
TRIES = 5
log = structlog.get_logger()


def plan_shelf(session: Session, version: ProgramVersion, count: int) -> None:
    """So many more coupons of the version's offer are on their way to the shelf."""
    rules = version.rules
    until = clock.now() + SHELF_LIFE + timedelta(days=rules.friend.valid_days)
    products, categories = goods_left_out(rules)
    for _ in range(count):
        _insert(
            session,
            store_id=version.store_id,
            program_id=version.program_id,
            version_id=version.id,
            purpose="shelf",
            fingerprint=version.fingerprint,
            kind=rules.friend.kind.value,
            basis_points=rules.friend.basis_points if rules.friend.kind is OfferKind.PERCENT else 0,
            amount_minor=rules.friend.amount_minor if rules.friend.kind is OfferKind.FIXED else 0,
            product_ref=product_ref(rules.friend),
            currency=rules.currency,
            minimum_minor=rules.minimum_minor,
            combines=rules.friend.combines,
            excludes_sale_items=rules.friend.excludes_sale_items,
            excluded_products=list(products) or None,
            excluded_categories=list(categories) or None,
            expires_at=until,
        )
    push(session, version.store_id)


def plan_reward(session: Session, reward: Reward, amount_minor: int) -> Coupon:
    """The coupon that will fulfil the reward; its code follows from the reward, and no coupon here has it yet."""
    values = of_reward(session, reward, amount_minor)
    for code in next_codes(session, reward, TRIES):
        coupon_id = insert_once(session, Coupon, code=code, state="planned", **values)
        if coupon_id is not None:
            push(session, reward.store_id)
            log.info("coupon_planned", reward_id=reward.id, order_ref=reward.cause_ref, coupon_id=coupon_id)
            return session.get_one(Coupon, coupon_id)
    raise RuntimeError("no free code was found")


def next_codes(session: Session, reward: Reward, count: int) -> list[str]:
    """Codes for the reward's next coupons. They follow from the reward, and nobody but this server can make them: when
    the database was restored from a backup, the store is asked for them before the reward is sent once more."""
    key = session.get_one(Store, reward.store_id).digest_key
    cause = f"{reward.cause_kind}:{reward.cause_ref}:{reward.side}:{reward.advocate_id}"
    found: list[str] = []
    for number in itertools.count(1):
        code = codes.new_code(drawn(int(keyed_digest(key, "reward_coupon", f"{cause}:{number}"), 16)))
        taken = session.scalars(select(Coupon.id).where(Coupon.store_id == reward.store_id, Coupon.code == code))
        if taken.first() is None:
            found.append(code)
        if len(found) == count:
            break
    return found


def drawn(number: int) -> Callable[[int], int]:
    """What new_code() draws, taken from the number instead of from chance."""

    def draw(below: int) -> int:
        nonlocal number
        number, rest = divmod(number, below)
        return rest

    return draw


def of_reward(session: Session, reward: Reward, amount_minor: int) -> dict[str, Any]:
    """What a coupon of the reward must be; a sum of money becomes a fixed amount."""
    rules = session.get_one(ProgramVersion, reward.version_id).rules
    store = session.get_one(Store, reward.store_id)
    kind, terms = RewardKind(reward.kind), reward_terms.of(session, reward)
    is_money = kind in (RewardKind.FIXED, RewardKind.ORDER_SHARE)
    return {
        "store_id": reward.store_id,
        "program_id": reward.program_id,
        "version_id": reward.version_id,
        "purpose": "reward",
        "fingerprint": "",
        "kind": "fixed" if is_money else kind.value,
        "basis_points": terms.basis_points if kind is RewardKind.PERCENT else 0,
        "amount_minor": amount_minor if is_money else 0,
        "product_ref": product_ref(terms),
        "currency": rules.currency,
        "minimum_minor": terms.minimum_minor,
        "combines": terms.combines,
        "excludes_sale_items": terms.excludes_sale_items,
        "expires_at": end_of_day(store, clock.now() + timedelta(days=terms.valid_days)),
        "reason": "",
        "created_at": clock.now(),
    }


def _insert(session: Session, **values: object) -> int:
    for _ in range(TRIES):
        code = codes.new_code(secrets.randbelow)
        coupon_id = insert_once(
            session, Coupon, code=code, state="planned", reason="", created_at=clock.now(), **values
        )
        if coupon_id is not None:
            return coupon_id
    raise RuntimeError("no free code was found")  # with 20^8 codes this is a broken random source


def push(session: Session, store_id: int) -> None:
    """The worker will create the store's planned coupons."""
    effects.owe(session, store_id, "push_coupons", "store", lane="coupons")


def retire(session: Session, coupon: Coupon, reason: str = "", *, even_used: bool = False) -> None:
    """The coupon can no longer be claimed here, and the worker will take it out of the store.

    The caller has locked the coupon: a worker may be sending it, a friend may be taking it.
    """
    if coupon.state in ("revoked", "refused") or (coupon.state == "used" and not even_used):
        return
    if coupon.state == "planned":  # the store has never heard of it
        coupon.state, coupon.reason = "revoked", reason
        return
    coupon.state, coupon.reason = "revoking", reason
    effects.owe(session, coupon.store_id, "revoke_coupons", "store", lane="coupons")


def shelf_end(now: datetime, valid_days: int) -> datetime:
    """A coupon on the shelf must not expire before this, or it cannot be shown to a friend any more."""
    return now + timedelta(days=valid_days + 2)
