"""A shop with very many orders over real HTTP, read by a real worker: killed, resumed, and nobody is missed.

The sizes of years are for `pytest -m bench -s tests/e2e/test_many_orders.py`, which prints what it measured.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
from sqlalchemy import func, select

from app import clock, config, extensions
from app.models import Order, OrderWalk, StoreLook
from app.services import order_walks
from integrations.contract import AuthScheme, Credentials
from tests import factories
from tests.e2e.long_list import PER_SECOND
from tests.e2e.test_kill import end_leases
from tests.e2e.town import ROOT, Town

pytestmark = [pytest.mark.slow, pytest.mark.engines("sqlite")]
BIG = pytest.mark.bench
MEBIBYTE = 1024
PATIENCE = 900.0


class LongShop:
    """The long list, as its process's own address."""

    def __init__(self, town: Town) -> None:
        self.town = town

    def start(self, count: int) -> subprocess.Popen[bytes]:
        port = self.town.shop_url.rpartition(":")[2]
        process = subprocess.Popen([sys.executable, "-m", "tests.e2e.long_list", port, str(count)], cwd=ROOT)
        self.town.wait_until(self.answers, "the long list answers")
        return process

    def answers(self) -> bool:
        try:
            return bool(self.ask())
        except requests.ConnectionError:
            return False

    def ask(self, **asked: Any) -> Any:
        return requests.post(self.town.shop_url, json=asked, timeout=60).json()


@pytest.fixture
def shop(town: Town, orders: int) -> Iterator[LongShop]:
    """A shop of so many orders, connected but not read yet."""
    extensions.connect(config.load(town.environment))
    made = LongShop(town)
    process = made.start(orders)
    with extensions.db.begin() as session:
        store = factories.store(session, home_url=town.shop_url)
        credentials = msgspec.json.encode(Credentials(AuthScheme.OAUTH1, key="ck_" + "a" * 40, secret="cs_" + "b" * 40))
        factories.installation(session, store, platform="woocommerce", credentials=credentials)
        order_walks.begin(session, store.id)
    yield made
    process.terminate()
    process.wait(20)
    extensions.db.dispose()


def resident(town: Town) -> int:
    """Kibibytes that the worker holds."""
    status = Path(f"/proc/{town._running['worker'].pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def count() -> int:
    with extensions.db.read() as session:
        return session.scalar(select(func.count()).select_from(Order)) or 0


def walk() -> OrderWalk:
    with extensions.db.read() as session:
        return session.scalars(select(OrderWalk)).one()


def looked_since(instant: datetime) -> bool:
    """Whether a look at what changed began after the instant and came to its end."""
    with extensions.db.read() as session:
        looks = session.scalars(select(StoreLook).where(StoreLook.kind == "orders")).all()
    return any(each.looked_at is not None and each.looked_at > instant for each in looks)


class Samples(list[int]):
    """What the worker held, sample by sample."""

    def grew(self) -> int:
        """Kibibytes that the last half held more, at most, than the first."""
        half = len(self) // 2
        return max(self[half:]) - max(self[:half])


def worked(shop: LongShop, samples: Samples, holds: Callable[[], bool], what: str) -> None:
    def sampled() -> bool:
        samples.append(resident(shop.town))
        time.sleep(0.2)
        return holds()

    shop.town.wait_until(sampled, what, PATIENCE)


@pytest.mark.parametrize("orders", [10_000, pytest.param(50_000, marks=BIG)])
def test_history_is_read_in_flat_memory_though_the_worker_is_killed(shop: LongShop, orders: int) -> None:
    town, samples, began = shop.town, Samples(), time.monotonic()
    for part in (orders // 4, orders // 2):
        town.start("worker")
        town.wait_until(lambda part=part: count() >= part, "a part is read", PATIENCE)  # type: ignore[misc]
        town.kill("worker")
        assert walk().loaded_at is None
        end_leases()
    town.start("worker")
    worked(shop, samples, lambda: walk().loaded_at is not None, "all is read")
    report(orders, began, samples)
    assert (count(), walk().orders_read, walk().orders_total) == (orders, orders, orders)
    assert samples.grew() < 16 * MEBIBYTE


@pytest.mark.parametrize("orders", [10_000, pytest.param(100_000, marks=BIG)])
def test_every_order_is_reconciled_while_the_shop_sells_into_seconds_that_were_read(
    shop: LongShop, orders: int
) -> None:
    """All orders of the shop were edited; new ones are dated into the very second with which a page ended."""
    town, samples = shop.town, Samples()
    town.start("worker")
    town.wait_until(lambda: walk().loaded_at is not None, "history is read", PATIENCE)
    town.wait_until(lambda: looked_since(walk().history_before), "the first look was taken", PATIENCE)
    edited = int(walk().history_before.timestamp()) - 2 * orders // PER_SECOND
    shop.ask(edit=edited, selling=True)
    began, before = time.monotonic(), clock.now()
    town.pass_time(hours=1)
    worked(shop, samples, lambda: looked_since(before), "the look came to its end")
    report(orders, began, samples)
    told = shop.ask(selling=False)
    assert len(told["sold"]) >= orders // 1000
    assert known(told["sold"]) == len(told["sold"])
    with extensions.db.read() as session:
        late = select(func.count()).select_from(Order).where(Order.updated_at >= datetime.fromtimestamp(edited, UTC))
        assert session.scalar(late) == orders + len(told["sold"])
    last = shop.ask(sell=told["last"])["sold"][-1]  # the second that the walk stands at
    town.pass_time(hours=1)
    town.wait_until(lambda: known([last]) == 1, "the order of the very second is known", PATIENCE)
    assert count() == orders + len(told["sold"]) + 1
    assert samples.grew() < 16 * MEBIBYTE


def known(numbers: list[int]) -> int:
    with extensions.db.read() as session:
        refs = [str(number) for number in numbers]
        return session.scalar(select(func.count()).select_from(Order).where(Order.order_ref.in_(refs))) or 0


def report(orders: int, began: float, samples: Samples) -> None:
    seconds = time.monotonic() - began
    sys.stdout.write(
        f"{orders} orders: {seconds:.0f} s, {orders / seconds:.0f} a second; the worker held {min(samples) // MEBIBYTE}"
        f" to {max(samples) // MEBIBYTE} MiB, and grew by {samples.grew() / MEBIBYTE:.1f} in the second half\n"
    )
