"""The ledger says what was seen: nothing is missing after any history, a replay writes it again to the byte, and a
ledger that somebody has touched is found out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from app.extensions import Database
from app.models import LedgerEntry, Reward
from app.queries import ledger
from app.services.ledger_checks import Difference, differences
from integrations import registry
from integrations.events import OrderStatus
from tests import factories, paper_shop
from tests.engines.databases import SqliteDatabases
from tests.engines.frozen import START, FrozenClock
from tests.paper_shop import PaperShop
from tests.road import Road, lay

FOR_EVER = (datetime.min.replace(tzinfo=START.tzinfo, year=2000), datetime.max.replace(tzinfo=START.tzinfo))


def live(road: Road, clock: FrozenClock, times: int = 1) -> None:
    """Five friends: one whose reward is spent on a dead order, one refunded in part, one in full after the reward was
    sent, one cancelled, one who never pays. Each message comes so many times."""

    def see(ref: str) -> None:
        for _ in range(times):
            road.see(road.shop.orders[ref])

    for number in range(5):
        paid = number != 4
        status = OrderStatus.PROCESSING if paid else OrderStatus.PENDING
        road.shop.order(f"{1001 + number}", codes=[road.claim()[1]], status=status,
                        paid_at=clock.now if paid else None)  # fmt: skip
        see(f"{1001 + number}")
        clock.advance(hours=1)
    road.shop.refund("1002", 3500, "9001")
    see("1002")
    road.shop.change("1004", status=OrderStatus.CANCELLED)
    see("1004")
    clock.advance(days=31)
    road.work()
    road.shop.change("1003", status=OrderStatus.REFUNDED)
    see("1003")
    road.work()
    clock.advance(days=200)
    road.work()


def written(store_id: int) -> str:
    """Every entry, to the byte."""
    return "\n".join(map(repr, ledger.entries(store_id, *FOR_EVER)))


def test_nothing_is_missing_after_a_history(road: Road, clock: FrozenClock) -> None:
    live(road, clock)
    before = written(road.store_id)
    assert list(differences(road.store_id)) == []
    assert written(road.store_id) == before != ""


@pytest.fixture
def again(
    db: Database,
    sqlite_databases: SqliteDatabases,
    tmp_path: Path,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[], Road]]:
    """A second server that begins where the first one did: an empty database, the same shop, the same hour."""
    first = str(db.engine.url)

    def made() -> Road:
        (tmp_path / "again").mkdir()
        clock.move_to(START)
        db.configure(sqlite_databases.fresh(tmp_path / "again"))
        shop = PaperShop()
        monkeypatch.setitem(registry.BY_KEY, paper_shop.KEY, paper_shop.platform(shop))
        return lay(db, shop, factories.RULES)

    yield made
    db.configure(first)


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("times", [1, 3])
def test_r8_replaying_what_was_seen_writes_the_ledger_again_to_the_byte(
    road: Road, clock: FrozenClock, again: Callable[[], Road], times: int
) -> None:
    live(road, clock)
    first = ledger_without_codes(road.store_id)
    replayed = again()
    live(replayed, clock, times)
    assert ledger_without_codes(replayed.store_id) == first != ""


def ledger_without_codes(store_id: int) -> str:
    """Codes are drawn at random; everything else is not."""
    codes = {entry.advocate_code for entry in ledger.entries(store_id, *FOR_EVER)}
    text = written(store_id)
    for code in codes:
        text = text.replace(code, "CODE")
    return text


def test_an_entry_that_somebody_removed_is_missed(road: Road, clock: FrozenClock) -> None:
    live(road, clock)
    with road.db.begin() as session:
        session.execute(delete(LedgerEntry).where(LedgerEntry.kind == "reversed", LedgerEntry.cause == "cancelled"))
    found = list(differences(road.store_id))
    assert Difference(road.store_id, "1004", "entries_missing") in found
    assert Difference(road.store_id, "1004", "owed_and_closed") in found


def test_a_reward_that_was_closed_by_hand_in_the_database_is_found(road: Road, clock: FrozenClock) -> None:
    road.see(road.shop.order("1001", codes=[road.claim()[1]]))
    with road.db.begin() as session:
        session.execute(update(Reward).values(state="issued"))
    assert Difference(road.store_id, "1001", "owed_and_closed") in list(differences(road.store_id))
