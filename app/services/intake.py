"""Receiving a message: locate the installation, verify the raw bytes, keep it once, commit. Nothing is interpreted
here.

This is a hot path: Core statements, no session, and the database is not opened before the request names an
installation.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, select

from app import clock
from app.extensions import db
from app.models import InboxMessage, Installation
from app.services.once import insert_once
from integrations import registry
from integrations.contract import RawRequest, WebhookSource
from integrations.errors import SignatureInvalid

FIND = select(Installation.id, Installation.store_id, Installation.webhook_secret, Installation.previous_secret).where(
    Installation.public_id == bindparam("public_id"), Installation.platform == bindparam("platform")
)


def receive(platform_key: str, public_id: str, request: RawRequest) -> str:
    """ "kept", "known" or "ping". The message is committed when this returns. Raises SignatureInvalid."""
    source = _source(platform_key)
    if source.is_ping(request):
        return "ping"
    envelope = source.locate(request)
    with db.engine.connect() as connection:
        row = connection.execute(FIND, {"public_id": public_id, "platform": platform_key}).first()
    if row is None:
        raise SignatureInvalid("store_unknown")
    secrets = [secret for secret in (row.webhook_secret, row.previous_secret) if secret]
    now = clock.now()
    source.verify(request, secrets, now)
    with db.engine.begin() as connection:
        kept = insert_once(
            connection,
            InboxMessage,
            store_id=row.store_id,
            installation_id=row.id,
            delivery_key=envelope.delivery_key,
            topic=envelope.topic,
            request=pack(request),
            state="waiting",
            reason="",
            attempts=0,
            received_at=now,
            due_at=now,
        )
    return "known" if kept is None else "kept"


def _source(platform_key: str) -> WebhookSource:
    try:
        return registry.platform(platform_key).webhooks
    except KeyError as error:
        raise SignatureInvalid("platform_unknown") from error


def pack(request: RawRequest) -> bytes:
    """The request as bytes that unpack() turns back, exactly."""
    return msgspec.msgpack.encode([request.method, request.path, request.query, request.headers, request.body])


def unpack(packed: bytes) -> RawRequest:
    """The request that was packed."""
    method, path, query, headers, body = msgspec.msgpack.decode(packed)
    return RawRequest(method, path, query, tuple((name, value) for name, value in headers), body)
