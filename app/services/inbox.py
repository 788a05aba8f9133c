"""Working through received messages: translate, then one service per event, all in one transaction a message."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import bindparam, or_, select, update
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
HEARD_OF_EVERY = timedelta(minutes=1)
BATCH = 50
TRIES = 8
log = structlog.get_logger()
# Statements of the hot road are made once: making one costs three times as much as running it.
_FREE = (
    select(InboxMessage.id)
    .where(
        InboxMessage.state == "waiting",
        InboxMessage.due_at <= bindparam("now"),
        or_(InboxMessage.lease_until.is_(None), InboxMessage.lease_until < bindparam("real")),
    )
    .order_by(InboxMessage.id)
)
_ANY_WAITING, _WAITING = _FREE.limit(1), _FREE.limit(BATCH).with_for_update(skip_locked=True)
_OURS = (
    select(InboxMessage)
    .where(
        InboxMessage.id == bindparam("id"),
        InboxMessage.lease_token == bindparam("token"),
        InboxMessage.state == "waiting",
    )
    .with_for_update()
)


def work() -> int:
    """One batch of waiting messages is interpreted; returns how many there were."""
    token = secrets.token_hex(16)
    claimed = _claim(token)
    for message_id in claimed:
        _interpret(message_id, token)
    return len(claimed)


def _claim(token: str) -> Sequence[int]:
    real = clock.real_now()
    moment = {"now": clock.now(), "real": real}
    with db.read() as session:  # an idle worker takes no write lock
        if session.execute(_ANY_WAITING, moment).first() is None:
            return ()
    with db.begin() as session:
        ids = session.scalars(_WAITING, moment).all()
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
    return session.scalars(_OURS, {"id": message_id, "token": token}).first()


def _note_arrival(installation: Installation, received_at: datetime) -> None:
    """The installation says when it was last heard of, to the minute: every message would wait for this one row."""
    known = installation.last_message_at
    if known is None or received_at - known >= HEARD_OF_EVERY:
        installation.last_message_at = received_at


def _apply_message(session: Session, message: InboxMessage) -> None:
    installation = session.get_one(Installation, message.installation_id)
    _note_arrival(installation, message.received_at)
    state, reason = _understand(session, message, installation)
    message.lease_token = message.lease_until = None
    message.state, message.reason, message.done_at = state, reason[:40], clock.now()


def _understand(session: Session, message: InboxMessage, installation: Installation) -> tuple[str, str]:
    """What the message says is on record; the state and reason that the message ends with."""
    if message.request is None:
        return "failed", "raw_deleted"
    try:
        events = registry.platform(installation.platform).webhooks.translate(unpack(message.request))
    except PayloadInvalid as error:
        return "failed", error.reason
    outcomes = [outcome for event in events if (outcome := _apply_event(session, message, event)) is not None]
    return max(outcomes, default=("ignored", "no_use"), key=lambda outcome: outcome[0] == "done")


def _apply_event(session: Session, message: InboxMessage, event: StoreEvent) -> tuple[str, str] | None:
    """What the event says is on record; what became of it, or None where it says nothing to us."""
    match event:
        case OrderSeen(order):
            seen = orders.see(session, message.store_id, order, source="webhook", seen_at=message.received_at)
            if seen:
                decisions.settle(session, message.store_id, order.order_ref)
            message.order_ref = order.order_ref
            if not seen:
                return "ignored", "draft"
        case OrderTouched(order_ref, _) | OrderGone(order_ref):
            message.order_ref = order_ref
            orders.owe_reading(session, message.store_id, order_ref)
        case CouponGone(coupon_ref):
            effects.owe(session, message.store_id, "check_coupon", coupon_ref, lane="coupons")
        case Ignored(_, reason):
            return "ignored", reason
        case _:
            return None
    return "done", ""


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
