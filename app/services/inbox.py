"""Working through received messages: translate, then one service per event, all in one transaction a message."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app import clock
from app.extensions import db
from app.models import InboxMessage, Installation
from app.services import decisions, effects, orders
from app.services.intake import unpack
from integrations import registry
from integrations.errors import PayloadInvalid
from integrations.events import (
    CouponGone,
    Ignored,
    OrderGone,
    OrderSeen,
    OrderTouched,
    StoreEvent,
)

LEASE = timedelta(minutes=2)
BATCH = 50
TRIES = 8
log = structlog.get_logger()


def work() -> int:
    """One batch of waiting messages is interpreted; returns how many there were."""
    token = secrets.token_hex(16)
    claimed = _claim(token)
    for message_id in claimed:
        _interpret(message_id, token)
    return len(claimed)


def _claim(token: str) -> Sequence[int]:
    real = clock.real_now()
    waiting = (
        select(InboxMessage.id)
        .where(
            InboxMessage.state == "waiting",
            InboxMessage.due_at <= clock.now(),
            or_(InboxMessage.lease_until.is_(None), InboxMessage.lease_until < real),
        )
        .order_by(InboxMessage.id)
        .limit(BATCH)
    )
    with db.read() as session:  # an idle worker takes no write lock
        if session.execute(waiting.limit(1)).first() is None:
            return ()
    with db.begin() as session:
        ids = session.scalars(waiting.with_for_update(skip_locked=True)).all()
        session.execute(
            update(InboxMessage).where(InboxMessage.id.in_(ids)).values(lease_token=token, lease_until=real + LEASE)
        )
    return ids


def _interpret(message_id: int, token: str) -> None:
    with structlog.contextvars.bound_contextvars(message_id=message_id):
        try:
            with db.begin() as session:
                message = _ours(session, message_id, token)
                if message is not None:
                    _apply_message(session, message)
        except Exception as error:  # a bug must not lose the message: it waits, and is shown when it keeps failing
            log.exception("message_failed")
            _put_back(message_id, token, type(error).__name__)


def _ours(session: Session, message_id: int, token: str) -> InboxMessage | None:
    return session.scalars(
        select(InboxMessage)
        .where(InboxMessage.id == message_id, InboxMessage.lease_token == token, InboxMessage.state == "waiting")
        .with_for_update()
    ).first()


def _apply_message(session: Session, message: InboxMessage) -> None:
    installation = session.get_one(Installation, message.installation_id)
    installation.last_message_at = max(message.received_at, installation.last_message_at or message.received_at)
    message.lease_token = message.lease_until = None
    message.done_at = clock.now()
    if message.request is None:
        message.state, message.reason = "failed", "raw_deleted"
        return
    try:
        events = registry.platform(installation.platform).webhooks.translate(unpack(message.request))
    except PayloadInvalid as error:
        message.state, message.reason = "failed", error.reason[:40]
        return
    message.state, message.reason = "ignored", "no_use"
    for event in events:
        apply_event(session, message, event)


def apply_event(session: Session, message: InboxMessage, event: StoreEvent) -> None:
    """What the event says is on record, and the message says what became of it."""
    match event:
        case OrderSeen(order):
            message.order_ref = order.order_ref
            seen = orders.see(session, message.store_id, order, source="webhook", seen_at=message.received_at)
            if not seen:
                message.reason = "draft"
                return
            decisions.settle(session, message.store_id, order.order_ref)
        case OrderTouched(order_ref, _) | OrderGone(order_ref):
            message.order_ref = order_ref
            orders.owe_reading(session, message.store_id, order_ref)
        case CouponGone(coupon_ref):
            effects.owe(session, message.store_id, "check_coupon", coupon_ref, lane="coupons")
        case Ignored(_, reason):
            message.reason = reason[:40]
            return
        case _:
            return
    message.state, message.reason = "done", ""


def _put_back(message_id: int, token: str, reason: str) -> None:
    with db.begin() as session:
        message = _ours(session, message_id, token)
        if message is None:
            return
        message.attempts += 1
        message.reason = reason[:40]
        message.lease_token = message.lease_until = None
        message.due_at = clock.now() + effects.pause_after(message.attempts)
        if message.attempts >= TRIES:
            message.state = "failed"
