"""Received messages: the list, and one of them as bytes for the page that masks it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Row, select

from app.extensions import db
from app.models import InboxMessage
from app.queries.pages import SIZE, Page, page_of

STATES = ("waiting", "done", "ignored", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """A message in the list."""

    message_id: int
    topic: str
    state: str
    reason: str
    attempts: int
    order_ref: str | None
    received_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage:
    """A message with its bytes, packed as they were kept; None once they were deleted."""

    row: MessageRow
    packed: bytes | None = field(repr=False)


# The raw bytes are not among them: a list opens nothing that is sealed.
COLUMNS = (
    InboxMessage.id,
    InboxMessage.topic,
    InboxMessage.state,
    InboxMessage.reason,
    InboxMessage.attempts,
    InboxMessage.order_ref,
    InboxMessage.received_at,
    InboxMessage.done_at,
)


def messages(store_id: int, *, state: str | None = None, before: int | None = None) -> Page[MessageRow]:
    """A page of the store's messages, the newest first; `state` keeps only those."""
    statement = select(*COLUMNS).where(InboxMessage.store_id == store_id)
    if state in STATES:
        statement = statement.where(InboxMessage.state == state)
    if before is not None:
        statement = statement.where(InboxMessage.id < before)
    with db.read() as session:
        rows = session.execute(statement.order_by(InboxMessage.id.desc()).limit(SIZE + 1)).all()
    return page_of(rows, lambda row: int(row.id), _row)


def message(store_id: int, message_id: int) -> MessagePage | None:
    """The message, or None where the store has no such."""
    with db.read() as session:
        found = session.execute(
            select(*COLUMNS, InboxMessage.request).where(
                InboxMessage.store_id == store_id, InboxMessage.id == message_id
            )
        ).first()
    return MessagePage(row=_row(found), packed=found.request) if found else None


def _row(found: Row[*tuple[object, ...]]) -> MessageRow:
    return MessageRow(
        message_id=found.id,
        topic=found.topic,
        state=found.state,
        reason=found.reason,
        attempts=found.attempts,
        order_ref=found.order_ref,
        received_at=found.received_at,
        done_at=found.done_at,
    )
