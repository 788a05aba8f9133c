"""Messages received, effects owed to the outside, and mail: rows that the worker claims with a fenced lease."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import (
    Base,
    Id,
    SealedBytes,
    SealedText,
    digest,
    id_column,
    instant,
    ref,
    ref_column,
    store_column,
    within_store,
    word,
    words,
)


class InboxMessage(Base):
    """A webhook exactly as it was received, encrypted; unique by (installation, delivery key)."""

    __tablename__ = "inbox_messages"
    __table_args__ = (
        UniqueConstraint("installation_id", "delivery_key"),
        Index("ix_inbox_messages_queue", "state", "due_at", "id"),
        Index("ix_inbox_messages_store", "store_id", "received_at"),
        within_store("installations", "installation_id"),
        words("state", "waiting", "done", "ignored", "failed"),
    )
    id: Mapped[id_column]
    store_id: Mapped[ref_column]
    installation_id: Mapped[ref_column]
    delivery_key: Mapped[digest]
    topic: Mapped[str] = mapped_column(String(64))
    request: Mapped[bytes | None] = mapped_column(SealedBytes)  # None once the raw bytes were deleted
    order_ref: Mapped[str | None] = mapped_column(String(191), index=True)  # what it turned out to speak of
    state: Mapped[word]
    reason: Mapped[word]
    attempts: Mapped[int]
    received_at: Mapped[instant]
    due_at: Mapped[instant]
    done_at: Mapped[datetime | None]
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]  # real time


class Effect(Base):
    """Something owed to the outside, written in the same transaction as the decision that owes it."""

    __tablename__ = "effects"
    __table_args__ = (
        UniqueConstraint("store_id", "kind", "subject"),
        Index("ix_effects_queue", "state", "due_at", "id"),
        words("state", "waiting", "done", "stopped"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    lane: Mapped[word]  # one call at a time in a lane of a store
    kind: Mapped[word]
    subject: Mapped[ref]
    state: Mapped[word]
    reason: Mapped[word]
    attempts: Mapped[int]
    due_at: Mapped[instant]
    created_at: Mapped[instant]
    done_at: Mapped[datetime | None]
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]  # real time


class Attempt(Base):
    """One try of an effect."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_effect", "effect_id", "id"),)
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    effect_id: Mapped[ref_column]
    outcome: Mapped[word]  # done, retry, stopped
    reason: Mapped[word]
    milliseconds: Mapped[int]
    at: Mapped[instant]


class Mail(Base):
    """A mail that we owe or sent, once a (template, subject). In development the outbox page shows it."""

    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("store_id", "template", "subject_ref"),
        within_store("people", "person_id"),
        words("state", "waiting", "sent", "failed"),
        CheckConstraint("(person_id IS NULL) <> (account_id IS NULL)", name="reader"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    person_id: Mapped[int | None] = mapped_column(Id)
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("accounts.id"))  # somebody who works in the store
    template: Mapped[word]
    subject_ref: Mapped[ref]
    locale: Mapped[str] = mapped_column(String(8))
    heading: Mapped[str | None] = mapped_column(SealedText)
    text: Mapped[str | None] = mapped_column(SealedText)
    html: Mapped[str | None] = mapped_column(SealedText)
    state: Mapped[word]
    created_at: Mapped[instant]
    sent_at: Mapped[datetime | None]
