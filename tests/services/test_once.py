"""R3: a hundred times the same, at the same moment, is once; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from sqlalchemy import func, select

from app.models import Attribution, Coupon, InboxMessage, Installation, LedgerEntry, Reward
from app.services import inbox, intake
from app.worker.loop import run_effect
from integrations.contract import Envelope, RawRequest
from tests import paper_shop
from tests.engines.frozen import FrozenClock
from tests.road import Road

TIMES = 100


def address(road: Road) -> str:
    """The address id under which the shop's messages arrive."""
    with road.db.read() as session:
        return session.scalars(select(Installation.public_id).where(Installation.store_id == road.store_id)).one()


def arrive(public_id: str, ref: str) -> str:
    return intake.receive(paper_shop.KEY, public_id, RawRequest("POST", "/", "", (), ref.encode()))


def in_parallel(times: int, act) -> list[object]:  # type: ignore[no-untyped-def]
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda _: act(), range(times)))


def drain() -> None:
    """Four workers work until nothing is due."""

    def work() -> None:
        while inbox.work() or run_effect():
            pass

    in_parallel(4, work)
    work()


def rows(road: Road, model: type[Attribution] | type[Reward] | type[LedgerEntry] | type[InboxMessage]) -> int:
    with road.db.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_r3_same_delivery_a_hundred_times_in_parallel_is_kept_once(road: Road) -> None:
    _, code = road.claim()
    road.shop.order("1001", codes=[code])
    public_id = address(road)
    receipts = in_parallel(TIMES, lambda: arrive(public_id, "1001"))
    assert sorted(receipts) == ["kept"] + ["known"] * (TIMES - 1)  # type: ignore[type-var]
    assert rows(road, InboxMessage) == 1


def test_r3_same_order_told_a_hundred_times_pays_once(
    road: Road, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = count()
    monkeypatch.setattr(road.shop, "locate", lambda _: Envelope(paper_shop.KEY, f"delivery-{next(numbers)}", "order"))
    _, code = road.claim()
    road.shop.order("1001", codes=[code])
    public_id = address(road)
    in_parallel(TIMES, lambda: arrive(public_id, "1001"))
    assert rows(road, InboxMessage) == TIMES
    drain()
    clock.advance(days=31)
    drain()
    assert (rows(road, Attribution), rows(road, Reward), rows(road, LedgerEntry)) == (1, 1, 2)
    assert len(road.reward_coupons()) == 1
    with road.db.read() as session:
        assert session.scalar(select(func.count()).where(Coupon.purpose == "reward")) == 1
        states = session.scalars(select(InboxMessage.state)).all()
    assert set(states) == {"done"}
