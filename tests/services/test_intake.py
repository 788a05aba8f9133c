"""Receiving a message: who is let in, and when a changed secret counts."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from app.extensions import Database
from app.models import Effect, InboxMessage, Installation
from app.services import intake
from integrations.contract import RawRequest
from integrations.errors import SignatureInvalid
from tests import factories
from tests.engines.frozen import FrozenClock

PLATFORM = "woocommerce"


@pytest.fixture
def installation(db: Database) -> Installation:
    """A connected store."""
    with db.begin() as session:
        return factories.installation(session, factories.store(session), platform=PLATFORM, webhook_secret=b"first")


def message(public_id: str, secret: bytes, delivery: str) -> RawRequest:
    body = b'{"id":1}'
    signature = base64.b64encode(hmac.digest(secret, body, hashlib.sha256)).decode()
    names = {"Topic": "order.updated", "ID": "2", "Delivery-ID": delivery, "Signature": signature}
    headers = tuple((f"X-WC-Webhook-{name}", value) for name, value in names.items())
    return RawRequest("POST", f"/webhooks/{PLATFORM}/{public_id}", "", headers, body)


def receive(installation: Installation, secret: bytes, delivery: str = "1") -> str:
    return arrive(installation.public_id, secret, delivery)


def arrive(public_id: str, secret: bytes, delivery: str = "1") -> str:
    return intake.receive(PLATFORM, public_id, message(public_id, secret, delivery))


def kept(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(InboxMessage)) or 0


def test_a_message_is_kept_once(db: Database, installation: Installation) -> None:
    assert [receive(installation, b"first"), receive(installation, b"first")] == ["kept", "known"]
    assert kept(db) == 1


def test_a_new_secret_counts_at_once(db: Database, installation: Installation) -> None:
    receive(installation, b"first")
    with db.begin() as session:
        session.get_one(Installation, installation.id).webhook_secret = b"second"
    assert receive(installation, b"second", "2") == "kept"


def test_an_old_secret_ends_within_moments(
    db: Database, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 1000.0
    monkeypatch.setattr("app.services.intake.time.monotonic", lambda: moment)
    receive(installation, b"first")
    with db.begin() as session:
        session.get_one(Installation, installation.id).webhook_secret = b"second"
    moment += intake.FRESH_SECONDS
    with pytest.raises(SignatureInvalid):
        receive(installation, b"first", "2")


def test_a_store_that_was_unknown_is_known_as_soon_as_it_is_connected(db: Database) -> None:
    with pytest.raises(SignatureInvalid):
        arrive("later", b"first")
    with db.begin() as session:
        store = factories.store(session)
        factories.installation(session, store, platform=PLATFORM, public_id="later", webhook_secret=b"first")
    assert arrive("later", b"first") == "kept"


def test_nothing_is_kept_of_a_message_with_a_wrong_signature(db: Database, installation: Installation) -> None:
    with pytest.raises(SignatureInvalid):
        receive(installation, b"guessed")
    assert kept(db) == 0


def test_topic_of_any_length_is_kept(db: Database, installation: Installation) -> None:
    """The signature does not cover it; the database has a column for what people read."""
    request = message(installation.public_id, b"first", "1")
    headers = [(name, "order." + "x" * 900 if name.endswith("Topic") else value) for name, value in request.headers]
    assert intake.receive(PLATFORM, installation.public_id, replace(request, headers=tuple(headers))) == "kept"
    assert kept(db) == 1


def understood(db: Database) -> None:
    """The message was interpreted and spoke of an order."""
    with db.begin() as session:
        session.execute(update(InboxMessage).values(state="done", order_ref="1001"))


def readings(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(Effect.subject).where(Effect.kind == "read_back_order")))


def test_r8_bytes_that_come_again_after_they_were_understood_make_their_order_be_read(
    db: Database, installation: Installation
) -> None:
    """An order that changed and changed back within a second is written in the very same bytes."""
    receive(installation, b"first")
    assert receive(installation, b"first") == "known"
    assert readings(db) == []  # they wait: what they say is still to be heard
    understood(db)
    assert receive(installation, b"first") == "known"
    assert readings(db) == ["1001"]


def test_bytes_that_somebody_replays_much_later_call_for_nothing(
    db: Database, installation: Installation, clock: FrozenClock
) -> None:
    receive(installation, b"first")
    understood(db)
    clock.advance(hours=2)
    assert receive(installation, b"first") == "known"
    assert readings(db) == []
