"""What was seen of orders (append-only), and where each order stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.goods import Background
from app.domain.orders import OrderFacts
from app.models.base import (
    Base,
    Document,
    currency_code,
    digest,
    id_column,
    instant,
    minor,
    ref,
    store_column,
    within_store,
    word,
    words,
)


class OrderSighting(Base):
    """One distinct snapshot of an order, without anything personal. Never changed, never removed."""

    __tablename__ = "order_sightings"
    __table_args__ = (
        UniqueConstraint("store_id", "order_ref", "digest"),
        Index("ix_order_sightings_source", "store_id", "source", "updated_at"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    order_ref: Mapped[ref]
    digest: Mapped[digest]
    source: Mapped[word]  # webhook, readback, reconcile
    snapshot: Mapped[OrderFacts] = mapped_column(Document(OrderFacts))
    updated_at: Mapped[instant]
    seen_at: Mapped[instant]


class Order(Base):
    """Where an order stands: computed from its sightings, and the row that decisions about it lock."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("store_id", "order_ref"),
        within_store("people", "person_id"),
        Index("ix_orders_number", "store_id", "number"),
        Index("ix_orders_placed", "store_id", "placed_at"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    order_ref: Mapped[ref]
    number: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None]  # the friend, where the order was attributed
    status: Mapped[word]
    currency: Mapped[currency_code]
    base_minor: Mapped[minor]
    total_minor: Mapped[minor]
    discount_minor: Mapped[minor]
    refunded_minor: Mapped[minor]
    is_test: Mapped[bool]
    placed_at: Mapped[instant]
    updated_at: Mapped[instant]
    collected_at: Mapped[datetime | None]
    refused: Mapped[bool] = mapped_column(default=False, server_default=false())  # to be paid on delivery, and was not
    throwaway: Mapped[bool] = mapped_column(default=False, server_default=false())  # its e-mail lasts for minutes
    gone_at: Mapped[datetime | None]  # the platform no longer has it
    first_seen_at: Mapped[instant]


class OrderBackground(Base):
    """What the store said of an order's goods and buyer beside the order itself, where a program asks about them."""

    __tablename__ = "order_backgrounds"
    __table_args__ = (UniqueConstraint("store_id", "order_ref"),)
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    order_ref: Mapped[ref]
    background: Mapped[Background] = mapped_column(Document(Background))
    seen_at: Mapped[instant]


class OrderKey(Base):
    """A keyed hash of who placed an order, for newness and self-referral (R4)."""

    __tablename__ = "order_keys"
    __table_args__ = (
        UniqueConstraint("store_id", "order_ref", "kind", "digest"),
        Index("ix_order_keys_digest", "store_id", "kind", "digest"),
        words("kind", "email", "phone", "customer", "name_address"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    order_ref: Mapped[ref]
    kind: Mapped[word]
    digest: Mapped[digest]
