"""Who signs in, which store they work in, and how that store is connected."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import (
    Base,
    SealedBytes,
    currency_code,
    digest,
    id_column,
    instant,
    ref,
    sealed_bytes,
    store_column,
    word,
    words,
)


class Account(Base):
    """Somebody who signs in at a desk."""

    __tablename__ = "accounts"
    id: Mapped[id_column]
    email: Mapped[str] = mapped_column(String(254), unique=True)  # normal form
    name: Mapped[str]
    password_hash: Mapped[str | None]
    locale: Mapped[str] = mapped_column(String(8))
    runs_server: Mapped[bool] = mapped_column(default=False)
    session_epoch: Mapped[int] = mapped_column(default=0)  # raised to end every session
    created_at: Mapped[instant]


class Store(Base):
    """One shop."""

    __tablename__ = "stores"
    id: Mapped[id_column]
    slug: Mapped[str] = mapped_column(String(40), unique=True)  # in public addresses
    name: Mapped[str]
    home_url: Mapped[str]
    currency: Mapped[currency_code]
    shown_currency: Mapped[str] = mapped_column(String(8), default="")  # its own code for what it counts in: IRT
    currency_decimals: Mapped[int] = mapped_column(default=2)
    timezone: Mapped[str]
    locale: Mapped[str] = mapped_column(String(8))
    accent: Mapped[str] = mapped_column(String(7), default="#0b5d55")
    prices_include_tax: Mapped[bool] = mapped_column(default=False)
    digest_key: Mapped[sealed_bytes]  # keyed hashes of people in this store
    created_at: Mapped[instant]


class Membership(Base):
    """An account's role in a store."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("store_id", "account_id"), words("role", "owner", "agent"))
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    role: Mapped[word]
    created_at: Mapped[instant]


class Installation(Base):
    """One authorised connection of a store, with its secrets. `public_id` stands in the webhook address."""

    __tablename__ = "installations"
    __table_args__ = (UniqueConstraint("store_id", "id"), words("state", "active", "uninstalled"))
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    public_id: Mapped[str] = mapped_column(String(40), unique=True)
    platform: Mapped[word]
    base_url: Mapped[str]
    credentials: Mapped[sealed_bytes]  # JSON of integrations.contract.Credentials
    webhook_secret: Mapped[sealed_bytes]
    previous_secret: Mapped[sealed_bytes | None]
    state: Mapped[word]
    facts: Mapped[dict[str, Any]]  # what the store said of itself when it was connected
    connected_at: Mapped[instant]
    last_message_at: Mapped[datetime | None]
    greeted_at: Mapped[datetime | None]  # when the store's own hello last reached us: it can
    leaving_at: Mapped[datetime | None]  # it is being disconnected, and active until it is out of the store
    uninstalled_at: Mapped[datetime | None]


class Authorization(Base):
    """A store was asked for keys: by whom, at which typed address. No store stands here before the keys were proven."""

    __tablename__ = "authorizations"
    __table_args__ = (words("state", "asked", "handed", "connected", "failed", "declined"),)
    id: Mapped[id_column]
    state_digest: Mapped[digest] = mapped_column(unique=True)  # of what the store brings back
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    store_id: Mapped[int | None] = mapped_column(ForeignKey("stores.id"), index=True)  # the one that is connected anew
    installation_id: Mapped[int | None] = mapped_column(ForeignKey("installations.id"), index=True)  # what came of it
    platform: Mapped[word]
    base_url: Mapped[str]
    locale: Mapped[str] = mapped_column(String(8))
    state: Mapped[word]
    reason: Mapped[word]  # why it failed; empty otherwise
    detail: Mapped[str]
    credentials: Mapped[bytes | None] = mapped_column(SealedBytes)  # handed over, not yet proven
    created_at: Mapped[instant]
    expires_at: Mapped[instant]


class Task(Base):
    """Something that waits for a person: a refused push, a coupon used that was never claimed."""

    __tablename__ = "tasks"
    __table_args__ = (UniqueConstraint("store_id", "kind", "subject"),)
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    kind: Mapped[word]
    subject: Mapped[ref]
    reason: Mapped[word]
    evidence: Mapped[dict[str, Any]]
    opened_at: Mapped[instant]
    closed_at: Mapped[datetime | None]


class AuditEntry(Base):
    """Who did what, to what, and why. Append-only; subjects are references, never names."""

    __tablename__ = "audit_entries"
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    verb: Mapped[word]
    subject: Mapped[ref]
    reason: Mapped[str]
    evidence: Mapped[dict[str, Any]]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("audit_entries.id"), unique=True)
    at: Mapped[instant]
