"""Webhooks are answered alike whichever way they came in, and kept alike."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.test import Client, TestResponse

from app.extensions import Database
from app.models import InboxMessage, Installation
from app.services import intake
from app.web.webhooks.arrival import ShortWay
from tests import factories

SECRET = b"the secret of this store"
BODY = b'{"id":1}'


@pytest.fixture
def address(db: Database) -> str:
    """Where a connected store's webhooks go."""
    with db.begin() as session:
        store = factories.store(session)
        installation = factories.installation(session, store, platform="woocommerce", webhook_secret=SECRET)
        return f"/webhooks/woocommerce/{installation.public_id}"


@pytest.fixture
def ways(app: Flask) -> tuple[Client, Client]:
    """The short way, and Flask's own behind it."""
    short = app.wsgi_app
    assert isinstance(short, ShortWay)
    return Client(short), Client(short.rest)


def signed(body: bytes = BODY, delivery: str = "1", secret: bytes = SECRET) -> dict[str, str]:
    signature = base64.b64encode(hmac.digest(secret, body, hashlib.sha256)).decode()
    return {
        "X-WC-Webhook-Topic": "order.updated",
        "X-WC-Webhook-ID": "2",
        "X-WC-Webhook-Delivery-ID": delivery,
        "X-WC-Webhook-Signature": signature,
        "X-Nothing": "",
    }


def send(way: Client, address: str, body: bytes = BODY, headers: dict[str, str] | None = None) -> TestResponse:
    return way.post(address, data=body, headers=headers or signed(body), content_type="application/json")


def seen(answer: TestResponse) -> tuple[int, dict[str, str], bytes]:
    return answer.status_code, dict(answer.headers), answer.data


def test_a_good_webhook_is_answered_before_flask_is_asked(
    app: Flask, address: str, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("Flask was asked")

    monkeypatch.setattr(app.wsgi_app, "rest", refuse)
    assert send(Client(app.wsgi_app), address).get_json() == {"received": "kept"}
    assert send(Client(app.wsgi_app), address).get_json() == {"received": "known"}


def test_both_ways_answer_and_keep_the_same(ways: tuple[Client, Client], address: str, db: Database) -> None:
    where = f"{address}?from=%C3%A9"
    answers = [seen(send(way, where, headers=signed(delivery=f"{number}"))) for number, way in enumerate(ways)]
    assert answers[0] == answers[1]
    assert answers[0][0] == 200
    with db.read() as session:
        kept = [intake.unpack(each or b"") for each in session.scalars(select(InboxMessage.request)).all()]
    first, second = [(each.method, each.path, each.query, _without_number(each.headers), each.body) for each in kept]
    assert first == second
    assert ("X-Nothing", "") in first[3]
    assert ("Content-Length", str(len(BODY))) in first[3]


def _without_number(headers: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return sorted(each for each in headers if each[0] != "X-Wc-Webhook-Delivery-Id")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("", b"changed", 401),
        ("/webhooks/woocommerce/nobody", BODY, 401),
        ("/webhooks/nothing/nobody", BODY, 401),
        ("/webhooks/woocommerce/a/b", BODY, 404),
        ("/webhooks/woocommerce/\u00e9", BODY, 401),
        ("", b"x" * (2 * 1024 * 1024 + 1), 413),
    ],
)
def test_both_ways_refuse_alike(ways: tuple[Client, Client], address: str, path: str, body: bytes, status: int) -> None:
    answers = [seen(send(way, path or address, body, signed())) for way in ways]
    assert answers[0] == answers[1]
    assert answers[0][0] == status


def test_both_ways_say_alike_that_the_database_is_away(
    ways: tuple[Client, Client], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", None, Exception("away"))

    monkeypatch.setattr("app.services.intake.insert_alone", away)
    answers = [seen(send(way, address)) for way in ways]
    assert answers[0] == answers[1]
    assert (answers[0][0], answers[0][1]["Retry-After"]) == (503, "5")


def test_both_ways_say_alike_that_the_body_broke_off(ways: tuple[Client, Client], address: str) -> None:
    longer = {"CONTENT_LENGTH": "100"}
    answers = [seen(way.post(address, data=BODY, headers=signed(), environ_overrides=longer)) for way in ways]
    assert answers[0] == answers[1]
    assert answers[0][0] == 400


def test_both_ways_answer_a_fault_of_ours_alike(
    app: Flask, ways: tuple[Client, Client], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(intake, "receive", broken)
    app.testing = False
    answers = [seen(send(way, address)) for way in ways]
    assert answers[0] == answers[1]
    assert answers[0][0] == 500
    assert b"secret" not in answers[0][2]


def test_looking_at_the_address_is_not_allowed(ways: tuple[Client, Client], address: str) -> None:
    answers = [seen(way.get(address)) for way in ways]
    assert answers[0] == answers[1]
    assert answers[0][0] == 405


def test_the_installation_is_the_one_that_the_address_names(
    ways: tuple[Client, Client], address: str, db: Database
) -> None:
    send(ways[0], address)
    with db.read() as session:
        (message,) = session.scalars(select(InboxMessage)).all()
        assert address.endswith(session.get_one(Installation, message.installation_id).public_id)
