"""An authentic shop may still say anything: a plugin, a customer at the checkout, a keeper with a sense of humour."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import Database
from app.models import Account, InboxMessage
from app.services import inbox, intake
from integrations.contract import RawRequest
from tests import factories
from tests.architecture.sources import ROOT
from tests.web.desks import signed_in

RECORDED = ROOT / "tests/integrations/woocommerce/fixtures/hook_after_key_revoked__order_updated.http"
SECRET = b"shared"
WRITABLE = {"number", "customer_note", "code", "name", "value", "payment_method", "method_title"}
ADDRESSES = ("billing", "shipping")
JUNK = {
    "a script": "<script>alert(1)</script>",
    "a NUL": "a\0b",
    "half a character": "\ud800",
    "a turn of direction": "\u202eevil",
    "a page of text": "x" * 5000,
    "nothing": "",
    "a header": "a@b.example\r\nBcc: c@d.example",
}


def spoiled(value: Any, junk: str, *, all_of_it: bool = False) -> Any:
    """The payload with every text replaced that a person or a plugin could have written."""
    if isinstance(value, dict):
        return {
            key: junk
            if isinstance(each, str) and (all_of_it or key in WRITABLE)
            else spoiled(each, junk, all_of_it=all_of_it or key in ADDRESSES)
            for key, each in value.items()
        }
    return [spoiled(each, junk, all_of_it=all_of_it) for each in value] if isinstance(value, list) else value


def payload() -> dict[str, Any]:
    body = RECORDED.read_bytes().partition(b"\r\n\r\n")[2]
    return json.loads(body)  # type: ignore[no-any-return]


def deliver(db: Database, body: bytes) -> InboxMessage:
    """The message arrives at a store and is interpreted."""
    with db.begin() as session:
        store = factories.store(session, owner=factories.account(session), slug="tea")
        installation = factories.installation(session, store, platform="woocommerce", webhook_secret=SECRET)
    signature = base64.b64encode(hmac.digest(SECRET, body, hashlib.sha256)).decode()
    names = {"Topic": "order.updated", "ID": "2", "Delivery-ID": "1", "Signature": signature}
    headers = tuple((f"X-WC-Webhook-{name}", value) for name, value in names.items())
    raw = RawRequest("POST", f"/webhooks/woocommerce/{installation.public_id}", "", headers, body)
    intake.receive("woocommerce", installation.public_id, raw)
    inbox.work()
    with db.read() as session:
        return session.scalars(select(InboxMessage)).one()


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
def test_whatever_stands_in_an_order_it_is_interpreted_or_refused_and_shown_as_text(
    app: Flask, db: Database, junk: str
) -> None:
    found = deliver(db, json.dumps(spoiled(payload(), junk)).encode())
    # No JSON can hold half a character: whatever sends it is not a shop that we could understand.
    assert (found.state, found.reason) == (("failed", "json_unreadable") if junk == "\ud800" else ("done", ""))
    with db.read() as session:
        desk = signed_in(app, session.scalars(select(Account.id)).one())
    for page in (
        "/s/tea/messages",
        f"/s/tea/messages/{found.id}",
        f"/s/tea/orders/{found.order_ref}",
        "/s/tea/waiting",
    ):
        shown = desk.get(f"/s/tea/{page}")
        assert shown.status_code in (200, 404), page
        assert "<script>alert" not in shown.text
