"""After a restore from yesterday's backup no reward that was sent since is sent once more."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.extensions import Database
from app.models import Coupon, Reward
from app.services import order_walks
from app.services.backup import backup, restore
from tests.engines.frozen import FrozenClock
from tests.paper_shop import eur
from tests.road import Road
from tests.services.saved import require_client_programs


@pytest.fixture(autouse=True)
def client_programs(engine: str, db: Database) -> None:
    require_client_programs(engine, db)


@pytest.fixture
def saved(road: Road, clock: FrozenClock, tmp_path: Path) -> Path:
    """A backup from the day before the reward was sent."""
    with road.db.begin() as session:
        order_walks.begin(session, road.store_id)
    road.work()
    clock.advance(hours=1)
    _, code = road.claim()
    road.see(road.shop.order("1001", codes=[code]))
    road.work()
    file = tmp_path / "saved"
    clock.advance(days=29)
    backup(file)
    clock.advance(days=11)
    road.work()
    assert len(road.reward_coupons()) == 1
    return file


def sent(road: Road) -> Reward:
    reward = road.reward("1001")
    assert reward is not None
    assert reward.state == "issued"
    return reward


def test_a_reward_sent_since_the_backup_is_found_in_the_store_and_not_sent_again(
    road: Road, clock: FrozenClock, saved: Path
) -> None:
    before = set(road.shop.coupons)
    code = road.reward_coupons()
    restore(saved, replace=True)
    road.work()
    assert road.reward_coupons() == code
    assert [each.code for each in road.rows(Coupon, id=sent(road).coupon_id)] == code
    assert road.balance("1001") == 0
    assert {each for each in before if each in road.shop.coupons} == before


def test_one_that_was_spent_since_the_backup_is_known_as_spent(road: Road, clock: FrozenClock, saved: Path) -> None:
    [code] = road.reward_coupons()
    road.shop.order("2002", codes=[code])
    restore(saved, replace=True)
    clock.advance(minutes=15)
    road.work()
    assert road.rows(Coupon, code=code)[0].used_by_order == "2002"
    assert road.reward_coupons() == []
    assert road.balance("1001") == 0


def test_one_of_another_worth_is_replaced_and_stands_once(road: Road, clock: FrozenClock, saved: Path) -> None:
    """The order was refunded in part after the reward had been sent; nobody told since."""
    [code] = road.reward_coupons()
    held = road.shop.coupons[code]
    held.spec = held.spec.__class__(
        **{name: getattr(held.spec, name) for name in held.spec.__slots__} | {"minimum": eur(77_00)}
    )
    restore(saved, replace=True)
    road.work()
    assert code not in road.shop.coupons
    assert len(road.reward_coupons()) == 1
    assert sent(road).coupon_id is not None


def test_a_reward_that_was_not_sent_since_is_sent_as_ever(road: Road, clock: FrozenClock, saved: Path) -> None:
    [code] = road.reward_coupons()
    del road.shop.coupons[code]
    restore(saved, replace=True)
    clock.advance(minutes=15)
    road.work()
    assert len(road.reward_coupons()) == 1
    assert clock.now > sent(road).due_at - timedelta(days=1)
