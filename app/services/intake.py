"""Receiving a message: locate the installation, verify the raw bytes, keep it once, commit. Nothing is interpreted
here.

This is a hot path: one statement in the driver's own words, and the database is not opened before the request names an
installation.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

import msgspec
from sqlalchemy import Engine, and_, bindparam, or_, select, update

from app import clock
from app.extensions import db
from app.models import InboxMessage, Installation
from app.services.once import insert_alone
from app.services.orders import owe_reading
from integrations import registry
from integrations.contract import RawRequest, WebhookSource
from integrations.errors import SignatureInvalid

FIND = select(Installation.id, Installation.store_id, Installation.webhook_secret, Installation.previous_secret).where(
    Installation.public_id == bindparam("public_id"), Installation.platform == bindparam("platform")
)
FRESH_SECONDS = 5.0
GREETED_EVERY = timedelta(minutes=1)
CHANGED_BACK_WITHIN = timedelta(hours=1)  # so long a platform's queue may hold the second message; bounds replays too
LONGEST_TOPIC = 64  # for people to read; the request itself is kept whole


@dataclass(frozen=True, slots=True)
class Door:
    """An installation as far as a message needs it."""

    installation_id: int
    store_id: int
    secrets: tuple[bytes, ...] = field(repr=False)


def receive(platform_key: str, public_id: str, request: RawRequest) -> str:
    """ "kept", "known" or "ping". The message is committed when this returns. Raises SignatureInvalid."""
    source = _source(platform_key)
    if source.is_ping(request):
        _greeted(platform_key, public_id)
        return "ping"
    envelope = source.locate(request)
    now = clock.now()
    door = _recent_door(db.engine, platform_key, public_id, int(time.monotonic() / FRESH_SECONDS))
    try:
        source.verify(request, door.secrets, now)
    except SignatureInvalid:  # the secret may have been changed a moment ago
        door = _door(platform_key, public_id)
        source.verify(request, door.secrets, now)
    kept = insert_alone(
        InboxMessage,
        store_id=door.store_id,
        installation_id=door.installation_id,
        delivery_key=envelope.delivery_key,
        topic=envelope.topic[:LONGEST_TOPIC],
        request=pack(request),
        state="waiting",
        reason="",
        attempts=0,
        received_at=now,
        due_at=now,
    )
    if not kept:
        _doubt_its_order(door, envelope.delivery_key, now)
    return "kept" if kept else "known"


def _doubt_its_order(door: Door, delivery_key: str, now: datetime) -> None:
    """The same bytes a second time may be no repetition: a platform that counts in seconds writes them of an order that
    changed and changed back within one. Where they were understood a while ago, their order is read back."""
    message = select(InboxMessage.order_ref).where(
        InboxMessage.installation_id == door.installation_id,
        InboxMessage.delivery_key == delivery_key,
        InboxMessage.state == "done",
        InboxMessage.order_ref.is_not(None),
        InboxMessage.received_at > now - CHANGED_BACK_WITHIN,
    )
    with db.single() as connection:
        order_ref = connection.execute(message).scalar()
    if order_ref is not None:
        with db.begin() as session:
            owe_reading(session, door.store_id, order_ref)


def _greeted(platform_key: str, public_id: str) -> None:
    """A hello is not signed and proves one thing: whoever knows the store's own address here, the store, reaches us.

    It is on record at most once a minute, so that whoever repeats it writes nothing.
    """
    now = clock.now()
    named = and_(Installation.public_id == public_id, Installation.platform == platform_key)
    stale = or_(Installation.greeted_at.is_(None), Installation.greeted_at < now - GREETED_EVERY)
    with db.single() as connection:
        found = connection.execute(select(Installation.id).where(named, stale)).scalar()
    if found is not None:
        with db.begin() as session:
            session.execute(update(Installation).where(Installation.id == found).values(greeted_at=now))


def _source(platform_key: str) -> WebhookSource:
    try:
        return registry.platform(platform_key).webhooks
    except KeyError as error:
        raise SignatureInvalid("platform_unknown") from error


def _door(platform_key: str, public_id: str) -> Door:
    with db.single() as connection:
        row = connection.execute(FIND, {"public_id": public_id, "platform": platform_key}).first()
    if row is None:
        raise SignatureInvalid("store_unknown")
    return Door(row.id, row.store_id, tuple(filter(None, (row.webhook_secret, row.previous_secret))))


@lru_cache(maxsize=1024)
def _recent_door(_engine: Engine, platform_key: str, public_id: str, _moment: int) -> Door:
    """_door(), read once a moment; a store that is unknown is asked for again each time."""
    return _door(platform_key, public_id)


def pack(request: RawRequest) -> bytes:
    """The request as bytes that unpack() turns back, exactly."""
    return msgspec.msgpack.encode([request.method, request.path, request.query, request.headers, request.body])


def unpack(packed: bytes) -> RawRequest:
    """The request that was packed."""
    method, path, query, headers, body = msgspec.msgpack.decode(packed)
    return RawRequest(method, path, query, tuple((name, value) for name, value in headers), body)
