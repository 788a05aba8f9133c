"""Buying a coupon with points. A redemption is a reward of its own, caused by the advocate: its coupon goes the road of
every other (planned, pushed, given again when the order that it was spent on is cancelled)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import clock
from app.domain.errors import DomainError
from app.domain.programs import AdvocateReward, RewardKind
from app.domain.reasons import Reason
from app.domain.referrals import EntryKind
from app.extensions import db
from app.models import Advocate, ProgramVersion, Reward
from app.models.points import account_of, version_selling
from app.services import advocates, fulfilment, ledger, points
from app.services.connections import active_installation
from app.services.once import insert_once


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an advocate asks for; the same nonce is the same wish."""

    store_id: int
    person_id: int
    program_id: int
    coupons: int  # how many times the amount, in one coupon
    nonce: str


def redeem(wish: Wish) -> None:
    """The points are spent and their coupon is on its way, once a nonce.

    Raises DomainError: points_buy_nothing, points_lacking, shop_away.
    """
    with db.begin() as session:
        advocate = advocates.of_person(session, wish.store_id, wish.person_id, wish.program_id)
        version = version_selling(session, wish.store_id, wish.program_id)
        if advocate is None or version is None:
            raise DomainError("points_buy_nothing")
        points.lock(session, advocate.id)
        reward_id = insert_once(session, Reward, **_row(wish, advocate, version))
        if reward_id is None:
            return
        price = version.rules.reward.price
        cost = wish.coupons * price.points
        if wish.coupons < price.least_coupons or cost > account_of(session, wish.store_id, advocate.id).balance:
            raise DomainError("points_lacking")
        if active_installation(session, wish.store_id) is None:
            raise DomainError("shop_away")
        _buy(session, session.get_one(Reward, reward_id), cost)


def _row(wish: Wish, advocate: Advocate, version: ProgramVersion) -> dict[str, object]:
    now, rules = clock.now(), version.rules
    terms = AdvocateReward(
        kind=RewardKind.FIXED,
        amount_minor=wish.coupons * rules.reward.price.amount_minor,
        minimum_minor=rules.reward.minimum_minor,
        combines=rules.reward.combines,
        excludes_sale_items=rules.reward.excludes_sale_items,
        valid_days=rules.reward.valid_days,
    )
    return {
        "store_id": wish.store_id,
        "cause_kind": "redemption",
        "cause_ref": f"{advocate.id}:{wish.nonce}",
        "side": "advocate",
        "advocate_id": advocate.id,
        "program_id": wish.program_id,
        "version_id": version.id,
        "kind": terms.kind.value,
        "terms": terms,
        "worth_minor": terms.amount_minor,
        "currency": rules.currency,
        "state": "due",
        "reason": Reason.DUE.value,
        "needs_approval": False,
        "hold_word": "redemption",
        "hold_from": now,
        "due_at": now,
        "is_test": False,
        "created_at": now,
    }


def _buy(session: Session, redemption: Reward, cost: int) -> None:
    ledger.spend(session, redemption, "redemption", -cost)
    ledger.post(session, redemption, EntryKind.EARNED, "redemption", redemption.worth_minor)
    fulfilment.means_of(redemption).plan(session, redemption)
