"""An advocate on the road whose program pays points."""

from __future__ import annotations

from sqlalchemy import select

from app.domain.programs import AdvocateReward, InWords, Price, RewardKind
from app.models import Advocate, LedgerEntry, Reward
from app.models.points import Account, account_of
from app.queries import ledger as books
from app.services import ledger_checks, redemptions
from app.services.redemptions import Wish
from tests.engines.frozen import FrozenClock
from tests.road import Road

# An order earns 100 points; 50 of them take 5.00 off.
POINTS = AdvocateReward(
    kind=RewardKind.POINTS,
    points=100,
    price=Price(points=50, amount_minor=500),
    gift=InWords(en="leaves"),
    minimum_minor=1500,
    valid_days=60,
)


def buy(road: Road, ref: str = "1001", **given: object) -> str:
    """A friend claims and buys."""
    _, code = road.claim()
    road.see(road.shop.order(ref, codes=[code], **given))
    return code


def earn(road: Road, clock: FrozenClock, *refs: str) -> None:
    """Friends' orders have stayed: the points are in the account."""
    for ref in refs:
        buy(road, ref)
    clock.advance(days=31)
    road.work()


def wish(road: Road, coupons: int = 1, nonce: str = "nonce-1") -> Wish:
    with road.db.read() as session:
        person_id = session.get_one(Advocate, road.advocate_id).person_id
    return Wish(store_id=road.store_id, person_id=person_id, program_id=road.program_id, coupons=coupons, nonce=nonce)


def redeem(road: Road, coupons: int = 1, nonce: str = "nonce-1") -> None:
    redemptions.redeem(wish(road, coupons, nonce))
    road.work()


def account(road: Road) -> Account:
    with road.db.read() as session:
        return account_of(session, road.store_id, road.advocate_id)


def bought(road: Road) -> list[Reward]:
    with road.db.read() as session:
        return list(session.scalars(select(Reward).where(Reward.cause_kind == "redemption").order_by(Reward.id)))


def spent(road: Road) -> list[int]:
    with road.db.read() as session:
        return list(
            session.scalars(
                select(LedgerEntry.amount_minor).where(LedgerEntry.kind == "spent").order_by(LedgerEntry.id)
            )
        )


def state(road: Road, ref: str) -> tuple[str, str]:
    reward = road.reward(ref)
    assert reward is not None
    return reward.state, reward.reason


def sound(road: Road) -> bool:
    return list(ledger_checks.differences(road.store_id)) == []


def owed(road: Road) -> dict[str, tuple[int, int, int]]:
    found = books.owed_now(road.store_id)
    return {each.currency: (each.promised_minor, each.unspent_minor, each.debts_minor) for each in found}
