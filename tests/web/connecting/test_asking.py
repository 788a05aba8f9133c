"""Connecting by asking the shop: a real shop that hands over keys by HTTP, our pages, and what may go wrong between."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
import requests
from flask import Flask
from sqlalchemy import select

from app.extensions import Database
from app.models import Authorization, Installation, Store
from demo.records import ApiKey
from integrations.contract import Credentials
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.engines.tea_shop import TeaShop, free_port
from tests.web.connecting.shops import CONNECT, PLATFORM, words
from tests.web.desks import Desk, signed_in

ASK = f"/p/{PLATFORM}/authorize"


@pytest.fixture
def mina(app: Flask, db: Database) -> Desk:
    """Whoever runs the server, signed in."""
    with db.begin() as session:
        account = factories.account(session, runs_server=True)
    return signed_in(app, account.id)


def ask(desk: Desk, shop: TeaShop) -> str:
    """The shop's address that the browser is sent to."""
    page = desk.post(ASK, page=CONNECT, address=shop.url)
    assert page.status_code == 200, page.text
    address = page.headers["Refresh"].partition("url=")[2]
    assert unescape(re.findall(r'class="button main wide" href="([^"]+)"', page.text)[0]) == address
    return address


def back(public_url: str, location: str) -> str:
    assert location.startswith(public_url)
    return location.removeprefix(public_url)


def installed(db: Database) -> list[Installation]:
    with db.read() as session:
        return list(session.scalars(select(Installation).order_by(Installation.id)))


def key_of(installation: Installation) -> str:
    return msgspec.json.decode(installation.credentials, type=Credentials).key


@pytest.mark.usefixtures("reachable")
def test_asked_approved_connected(mina: Desk, tea: TeaShop, db: Database, public_url: str) -> None:
    address = ask(mina, tea)
    page = tea.grant_page(address)
    assert "Goodword would like to connect" in page.text
    answer = tea.press(page, "approve")
    assert answer.status_code == 302
    done = mina.get(back(public_url, answer.headers["Location"]))
    assert done.location == f"/connect/done/{installed(db)[0].id}"
    facts = words(mina.get(done.location).text)
    for fact in ("Leaf & Kettle", "EUR", "Europe/Amsterdam", "10.0.2", "may read", "may write", "takes coupons"):
        assert fact in facts
    assert key_of(installed(db)[0]) == tea.keys["consumer_key"]
    with db.read() as session:
        asked = session.scalars(select(Authorization)).one()
        assert (asked.state, asked.credentials) == ("connected", None)
        assert parse_qs(urlsplit(address).query)["user_id"][0] not in json.dumps([asked.state_digest, asked.base_url])


@pytest.mark.usefixtures("reachable")
def test_approval_that_is_sent_again_replaces_the_keys(mina: Desk, tea: TeaShop, db: Database, public_url: str) -> None:
    page = tea.grant_page(ask(mina, tea))
    first = tea.press(page, "approve").headers["Location"]
    mina.get(back(public_url, first))
    older = key_of(installed(db)[0])
    again = tea.press(page, "approve")
    assert again.status_code == 302
    mina.get(back(public_url, again.headers["Location"]))
    (installation,) = installed(db)
    assert key_of(installation) == tea.keys["consumer_key"] != older
    assert tea.shop.store.select(ApiKey, "name = ?", (older,)), "the older pair is the shop's own, and does no harm"


@pytest.mark.usefixtures("reachable")
def test_second_keys_that_open_nothing_leave_the_first_in_place(
    mina: Desk, tea: TeaShop, db: Database, public_url: str
) -> None:
    address = ask(mina, tea)
    location = tea.press(tea.grant_page(address), "approve").headers["Location"]
    mina.get(back(public_url, location))
    good = key_of(installed(db)[0])
    state = parse_qs(urlsplit(address).query)["user_id"][0]
    assert post_keys(public_url, state).status_code == 200
    page = mina.get(back(public_url, location))
    assert "does not know this key" in words(page.text)
    assert key_of(installed(db)[0]) == good


def post_keys(public_url: str, state: str, **changes: object) -> requests.Response:
    body = {"key_id": 1, "user_id": state, "consumer_key": "ck_" + "0" * 40, "consumer_secret": "cs_" + "0" * 40}
    return requests.post(f"{public_url}/p/{PLATFORM}/keys", json=body | changes, timeout=10)


@pytest.mark.usefixtures("reachable")
def test_declined_is_said_and_changes_nothing(mina: Desk, tea: TeaShop, db: Database, public_url: str) -> None:
    before = tea.shop.store.count(ApiKey)
    location = tea.link(tea.grant_page(ask(mina, tea)), "deny")
    page = mina.get(back(public_url, location))
    assert "You declined" in words(page.text)
    assert installed(db) == []
    assert tea.shop.store.count(ApiKey) == before


@pytest.mark.usefixtures("reachable")
def test_keys_that_nobody_asked_for_are_refused(mina: Desk, tea: TeaShop, public_url: str, clock: FrozenClock) -> None:
    assert post_keys(public_url, "x" * 43).status_code == 401
    state = parse_qs(urlsplit(ask(mina, tea)).query)["user_id"][0]
    assert post_keys(public_url, state, consumer_key="no key").status_code == 400
    assert post_keys(public_url, state, consumer_secret=7).status_code == 400
    assert requests.post(f"{public_url}/p/{PLATFORM}/keys", data=b"\xff{", timeout=10).status_code == 400
    assert requests.post(f"{public_url}/p/nowhere/keys", data=b"{}", timeout=10).status_code == 401
    assert requests.post(f"{public_url}/p/{PLATFORM}/keys", data=b"x" * 20_000, timeout=10).status_code == 413
    clock.advance(minutes=61)
    assert post_keys(public_url, state).status_code == 401


@pytest.mark.usefixtures("reachable")
def test_a_store_whose_keys_are_refused_deletes_them_and_says_so(
    mina: Desk, tea: TeaShop, db: Database, clock: FrozenClock
) -> None:
    before = tea.shop.store.count(ApiKey)
    page = tea.grant_page(ask(mina, tea))
    clock.advance(minutes=61)
    answer = tea.press(page, "approve")
    assert answer.status_code == 401
    assert "unable to send the consumer data" in answer.text
    assert tea.shop.store.count(ApiKey) == before
    assert installed(db) == []


def test_page_waits_for_keys_and_then_says_why_they_may_not_have_come(
    mina: Desk, tea: TeaShop, public_url: str
) -> None:
    state = parse_qs(urlsplit(ask(mina, tea)).query)["user_id"][0]
    address = f"/p/{PLATFORM}/return?success=1&user_id={state}"
    page = mina.get(address)
    for _ in range(20):
        if "Refresh" not in page.headers:
            break
        assert "on their way" in words(page.text)
        page = mina.get(page.headers["Refresh"].partition("url=")[2])
    assert page.status_code == 422
    assert f"{public_url}/p/{PLATFORM}/keys" in words(page.text)


@pytest.mark.usefixtures("reachable")
def test_shop_that_goes_down_after_its_keys_came_is_tried_again(
    mina: Desk, tea: TeaShop, db: Database, public_url: str
) -> None:
    location = tea.press(tea.grant_page(ask(mina, tea)), "approve").headers["Location"]
    tea.keep("mishap", down_seconds="60", down_scope="rest")
    page = mina.get(back(public_url, location))
    assert "503" in words(page.text)
    assert "Refresh" in page.headers
    assert installed(db) == []
    tea.keep("mishap/end")
    done = mina.get(page.headers["Refresh"].partition("url=")[2])
    assert done.location == f"/connect/done/{installed(db)[0].id}"


@pytest.mark.usefixtures("reachable")
def test_what_another_account_asked_for_is_not_mine(
    mina: Desk, app: Flask, tea: TeaShop, db: Database, public_url: str
) -> None:
    location = tea.press(tea.grant_page(ask(mina, tea)), "approve").headers["Location"]
    with db.begin() as session:
        other = factories.account(session, runs_server=True)
    page = signed_in(app, other.id).get(back(public_url, location))
    assert "Nobody asked a shop" in words(page.text)
    assert installed(db) == []


def test_address_without_a_shop_is_told_before_the_browser_leaves(mina: Desk) -> None:
    page = mina.post(ASK, page=CONNECT, address=f"http://127.0.0.1:{free_port()}")
    assert page.status_code == 422
    assert "does not answer" in words(page.text)


def test_shop_elsewhere_gets_no_keys_for_an_http_server(mina: Desk) -> None:
    page = mina.post(ASK, page=CONNECT, address="https://shop.example")
    assert page.status_code == 422
    assert "only to an https address" in words(page.text)


@pytest.mark.usefixtures("reachable")
def test_asking_again_keeps_the_store_and_its_webhook_address(
    mina: Desk, tea: TeaShop, db: Database, public_url: str
) -> None:
    mina.post(CONNECT, address=tea.url, **tea.keys)
    (before,) = installed(db)
    with db.read() as session:
        slug = session.get_one(Store, before.store_id).slug
    page = mina.post(f"{ASK}?at={slug}", page=f"{CONNECT}?at={slug}", address=tea.url)
    address = page.headers["Refresh"].partition("url=")[2]
    mina.get(back(public_url, tea.press(tea.grant_page(address), "approve").headers["Location"]))
    (after,) = installed(db)
    assert (after.id, after.public_id, after.store_id) == (before.id, before.public_id, before.store_id)
    assert key_of(after) == tea.keys["consumer_key"] != key_of(before)
