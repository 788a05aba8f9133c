"""kill -9 of the worker in the middle of its calls: nothing missing and nothing twice in the shop."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import clock as app_clock
from app import config, extensions
from app.models import Coupon, Effect, Installation, LedgerEntry, ProgramVersion, Reward, Store
from app.services import installations, new_coupons, rewards, shelf
from tests import factories
from tests.e2e.town import KEYS, Town

pytestmark = pytest.mark.slow
REWARDS = 30
SHELF = 500
KILLS = 8


def connect(town: Town) -> int:
    """The demo store is connected, with a full day's coupons owed to it; returns the store's id."""
    extensions.connect(config.load(town.environment))
    with extensions.db.begin() as session:
        owner = factories.account(session)
    answers = {"consumer_key": KEYS["DEMO_CONSUMER_KEY"], "consumer_secret": KEYS["DEMO_CONSUMER_SECRET"]}
    installation_id = installations.connect(owner.id, "woocommerce", town.shop_url, answers, "en")
    with extensions.db.begin() as session:
        store = session.get_one(Store, session.get_one(Installation, installation_id).store_id)
        version = factories.program(session, store)
        new_coupons.plan_shelf(session, version, SHELF)
        promise(session, store, version)
        shelf.owe_refill(session, version)
        return store.id


def promise(session: Session, store: Store, version: ProgramVersion) -> None:
    """So many rewards are due at once."""
    advocate = factories.advocate(session, version, factories.person(session, store))
    for number in range(REWARDS):
        handed = factories.coupon(session, version, state="used", coupon_ref=f"elsewhere-{number}")
        claim = factories.claim(session, version, advocate, coupon=handed)
        order = factories.order(session, store, order_ref=f"old-{number}")
        made = factories.reward(session, factories.attribution(session, order, claim), state="due")
        rewards.reissue(session, made.id)


def unfinished(store_id: int) -> int:
    """Coupons that are still on their way."""
    with extensions.db.read() as session:
        on_the_way = select(func.count()).where(Coupon.store_id == store_id, Coupon.state.in_(("planned", "pushing")))
        return session.scalar(on_the_way) or 0


def end_leases() -> None:
    """The leases of the killed worker run out, and what waits is due: real minutes that the test does not have."""
    with extensions.db.begin() as session:
        past = app_clock.real_now() - timedelta(seconds=1)
        session.execute(update(Effect).where(Effect.lease_until.is_not(None)).values(lease_until=past))
        session.execute(update(Effect).where(Effect.state == "waiting").values(due_at=app_clock.now()))


def test_nothing_is_missing_and_nothing_twice(town: Town) -> None:
    town.start("demo", "web")
    store_id = connect(town)
    town.keeper("mishap", slow_seconds="0.02")
    chance = random.Random(7)
    killed_at: list[int] = []
    for _ in range(KILLS):
        if (left := unfinished(store_id)) == 0:
            break
        town.start("worker")
        town.wait_until(lambda left=left: unfinished(store_id) < left, "some of the work is done")  # type: ignore[misc]
        time.sleep(chance.uniform(0, 0.3))
        town.kill("worker")
        killed_at.append(unfinished(store_id))
        end_leases()
    assert any(killed_at), "a kill fell in the middle of the work"
    town.keeper("mishap/end")
    town.start("worker")
    town.wait_until(lambda: unfinished(store_id) == 0, "every coupon stands in the shop")
    in_shop = Counter(coupon["code"].upper() for coupon in town.coupons())
    assert [code for code, times in in_shop.items() if times > 1] == []
    with extensions.db.read() as session:
        ours = set(session.scalars(select(Coupon.code).where(Coupon.store_id == store_id, Coupon.state == "ready")))
        issued = session.scalars(select(Reward.state).where(Reward.store_id == store_id)).all()
        balance = session.scalar(select(func.sum(LedgerEntry.amount_minor)).where(LedgerEntry.store_id == store_id))
    assert set(in_shop) == ours
    assert len(ours) >= SHELF + REWARDS
    assert list(issued) == ["issued"] * REWARDS
    assert balance == 0
