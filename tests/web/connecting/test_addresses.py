"""Addresses that lead nowhere, or to where nobody may be sent, each with words of its own in every language."""

from __future__ import annotations

import socket
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from app import config
from app.extensions import Database, connect
from app.web.install import words
from tests.conftest import KEYS
from tests.engines.certificates import own_certificate
from tests.engines.tea_shop import TeaShop, free_port, serving
from tests.web.connecting.shops import CONNECT, NOBODY, explained
from tests.web.desks import Desk

pytestmark = pytest.mark.engines("sqlite")
INSIDE = """
127.0.0.1 localhost 0.0.0.0 127.1 2130706433 0x7f000001 0177.0.0.1 0 10.1.2.3 169.254.169.254 192.168.0.1 100.64.0.1
192.0.0.192 224.0.0.1 255.255.255.255
[::1] [::] [::ffff:127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] [fe80::1] [fc00::1]
"""


@pytest.mark.parametrize("typed", ["ftp://shop.example", "https://user:word@shop.example", "me@shop.example", ""])
def test_no_address(owner: Desk, app: Flask, db: Database, typed: str) -> None:
    explained(owner, app, db, "address_invalid", address=typed, **NOBODY)


def test_unknown_name(owner: Desk, app: Flask, db: Database) -> None:
    explained(owner, app, db, "name_not_found", address="no-such-shop.invalid", **NOBODY)


def test_nobody_listens(owner: Desk, app: Flask, db: Database) -> None:
    explained(owner, app, db, "connection_refused", address=f"127.0.0.1:{free_port()}", **NOBODY)


def test_no_certificate(owner: Desk, app: Flask, db: Database, tea: TeaShop) -> None:
    explained(owner, app, db, "tls_invalid", address=tea.url.replace("http", "https"), **tea.keys)


def test_certificate_of_nobody(owner: Desk, app: Flask, db: Database, tea: TeaShop, tmp_path: Path) -> None:
    port = free_port()
    with serving(tea.app, port, own_certificate(tmp_path)):
        explained(owner, app, db, "tls_invalid", address=f"https://127.0.0.1:{port}", **tea.keys)


@pytest.fixture
def guarded(settings: config.Settings, owner: Desk) -> Desk:
    """The server calls public addresses only."""
    connect(config.load({**KEYS, "MODE": "development", "PUBLIC_URL": settings.public_url,
                         "DATABASE_URL": settings.database_url}))  # fmt: skip
    return owner


@pytest.mark.parametrize("host", INSIDE.split())
def test_addresses_inside_are_refused_however_they_are_written(
    guarded: Desk, app: Flask, db: Database, tea: TeaShop, host: str
) -> None:
    port = tea.url.rpartition(":")[2]
    asked: list[str] = []
    tea.app.before_request(lambda: asked.append("called"))
    explained(guarded, app, db, "address_private", address=f"http://{host}:{port}", **tea.keys)
    page = guarded.post("/p/woocommerce/authorize", page=CONNECT, address=f"http://{host}:{port}")
    assert page.status_code == 422
    assert asked == []


def test_a_name_that_changes_its_mind_is_asked_once(
    guarded: Desk, app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public when it is judged, private when it is called."""
    answers = [["93.184.215.14"], ["127.0.0.1"]]
    opened_to: list[str] = []

    def look_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    def refused(self: socket.socket, address: tuple[str, int]) -> None:
        opened_to.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket.socket, "connect", refused)
    page = guarded.post(CONNECT, address="http://rebind.example", **NOBODY)
    assert page.status_code == 422
    assert opened_to == ["93.184.215.14"]
    page = guarded.post(CONNECT, address="http://rebind.example", **NOBODY)
    assert opened_to == ["93.184.215.14"], "the second answer led inside"


def test_server_without_https_says_why_shops_hand_it_no_keys(guarded: Desk, owner: Desk, tea: TeaShop) -> None:
    page = guarded.get(CONNECT).text
    assert str(words.TROUBLE["callback_insecure"]) in unescape(page)
    assert "/authorize" not in page
    assert "<details open>" in page, "what remains is pasting keys"
    assert owner.post("/p/woocommerce/authorize", page=CONNECT, address="https://shop.example").status_code == 422
