"""A shop at another address, a shop that looks like it, and a shop that somebody else wants to connect."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import Database
from app.models import Account, Installation, Order, Store
from app.services import departures, shops
from app.worker.loop import run_until_idle
from integrations.errors import RemoteRejected
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.engines.tea_shop import TeaShop, opened
from tests.web.connecting.shops import PLATFORM, buy, connect, installation, slug, words, work_through
from tests.web.desks import Desk, signed_in

# --- moving ---


@pytest.fixture
def moved(tea: TeaShop, tmp_path: Path) -> Iterator[TeaShop]:
    """The same shop at another address, as it was when it was last written."""
    tea.shop.store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(tmp_path / "tea.sqlite", tmp_path / "moved.sqlite")
    with opened(tmp_path / "moved.sqlite") as shop:
        yield shop


@pytest.fixture
def connected(db: Database, tea: TeaShop, mina: int, reachable: None) -> Installation:
    """The shop with two earlier orders, known here."""
    for number in (1, 2):
        buy(tea, number)
    made = connect(mina, tea)
    run_until_idle()
    with db.read() as session:
        assert len(session.scalars(select(Order)).all()) == 2
    return installation(db, made)


def test_oddity_store_moves_and_stays_the_same(
    connected: Installation, moved: TeaShop, db: Database, mina: int
) -> None:
    assert connect(mina, moved, connected.store_id) == connected.id
    run_until_idle()
    after = installation(db, connected.id)
    assert (after.base_url, after.public_id) == (moved.url, connected.public_id)
    assert {each.delivery_url for each in moved.webhooks()} == {shops.webhook_address(connected)}
    with db.read() as session:
        assert len(session.scalars(select(Store)).all()) == 1
        assert len(session.scalars(select(Order)).all()) == 2


def test_moved_shop_without_its_webhooks_is_known_by_its_orders(
    connected: Installation, moved: TeaShop, mina: int
) -> None:
    for webhook in moved.webhooks():
        moved.shop.store.remove(webhook)
    assert connect(mina, moved, connected.store_id) == connected.id


def test_moved_shop_that_is_connected_as_new_is_told_where_to_go(
    connected: Installation, moved: TeaShop, app: Flask, db: Database, mina: int
) -> None:
    page = signed_in(app, mina).post(f"/connect/{PLATFORM}", address=moved.url, **moved.keys)
    assert page.status_code == 422
    assert f"your shop at {connected.base_url}" in words(page.text)
    assert installation(db, connected.id).base_url == connected.base_url


def test_another_shop_does_not_take_the_place_of_the_first(
    connected: Installation, app: Flask, db: Database, mina: int, tmp_path: Path
) -> None:
    with opened(tmp_path / "other.sqlite") as other:
        address = f"/connect/{PLATFORM}?at={slug(db, connected.store_id)}"
        page = signed_in(app, mina).post(address, address=other.url, **other.keys)
        assert page.status_code == 422
        assert f"another shop than the one at {connected.base_url}" in words(page.text)
        assert other.webhooks() == []
        made = connect(mina, other)
    assert installation(db, made).store_id != connected.store_id
    assert installation(db, connected.id).base_url == connected.base_url


@pytest.mark.parametrize("now", ["https://tea.example", "https://www.tea.example", "http://www.tea.example"])
def test_tls_and_www_make_no_other_shop(db: Database, mina: int, now: str) -> None:
    with db.begin() as session:
        store = factories.store(session, owner=session.get_one(Account, mina))
        factories.installation(session, store, platform=PLATFORM, base_url="http://tea.example")
        found = shops.recognised(session, mina, PLATFORM, now, frozenset(), None)
        assert found is not None
        assert found.store_id == store.id
        assert shops.recognised(session, mina, PLATFORM, f"{now}/other", frozenset(), None) is None


# --- somebody else ---


def test_shop_of_somebody_else_is_not_connected_twice(
    connected: Installation, tea: TeaShop, app: Flask, db: Database, other: int
) -> None:
    desk: Desk = signed_in(app, other)
    page = desk.post(f"/connect/{PLATFORM}", address=tea.url, **tea.keys)
    assert page.status_code == 422
    assert "connected here already, by somebody else" in words(page.text)
    with db.read() as session:
        assert len(session.scalars(select(Store)).all()) == 1
    wrong = {"consumer_key": "ck_" + "0" * 40, "consumer_secret": "cs_" + "0" * 40}
    page = desk.post(f"/connect/{PLATFORM}", address=tea.url, **wrong)
    assert "does not know this key" in words(page.text), "without keys nobody learns who is connected here"


def test_shop_of_somebody_else_is_known_at_another_address_too(
    connected: Installation, moved: TeaShop, other: int
) -> None:
    with pytest.raises(RemoteRejected, match="shop_taken"):
        connect(other, moved)


def test_slug_of_somebody_elses_store_opens_nothing(
    connected: Installation, tea: TeaShop, app: Flask, db: Database, other: int
) -> None:
    at = slug(db, connected.store_id)
    desk = signed_in(app, other)
    page = f"/connect/{PLATFORM}"
    assert desk.get(f"{page}?at={at}").status_code == 404
    assert desk.post(f"{page}?at={at}", page=page, address=tea.url, **tea.keys).status_code == 404
    assert desk.post(f"/p/{PLATFORM}/authorize?at={at}", page=page, address=tea.url).status_code == 404
    with pytest.raises(RemoteRejected, match="shop_taken"):
        connect(other, tea, connected.store_id)


def test_shop_that_was_left_may_be_connected_by_somebody_else_who_gets_none_of_its_people(
    connected: Installation, tea: TeaShop, db: Database, mina: int, other: int, clock: FrozenClock
) -> None:
    departures.disconnect(connected.store_id, mina)
    work_through(clock)
    made = connect(other, tea)
    assert installation(db, made).store_id != connected.store_id
    with pytest.raises(RemoteRejected, match="shop_taken"):
        connect(mina, tea)


def test_of_two_who_connect_at_once_one_does(tea: TeaShop, db: Database, mina: int, other: int) -> None:
    results: list[str] = []
    together = threading.Barrier(2)

    def go(account_id: int) -> None:
        together.wait()
        try:
            connect(account_id, tea)
            results.append("connected")
        except RemoteRejected as refusal:
            results.append(refusal.reason)

    threads = [threading.Thread(target=go, args=(each,)) for each in (mina, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["connected", "shop_taken"]
