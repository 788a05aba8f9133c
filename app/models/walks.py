"""How far a store's orders have been read through its API, and what a store's days say about completeness."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from app.models.base import Base, id_column, instant, store_column, word, words


class OrderWalk(Base):
    """A store's one walk through its orders, oldest change first: history until `loaded_at`, what is new after it."""

    __tablename__ = "order_walks"
    __table_args__ = (UniqueConstraint("store_id"),)
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    history_before: Mapped[instant]  # placed earlier: nobody can have referred it
    mark: Mapped[datetime | None]  # the store's own time: what changed earlier has been read
    orders_total: Mapped[int | None]  # as the store counted when the walk began
    orders_read: Mapped[int]
    loaded_at: Mapped[datetime | None]
    problem: Mapped[str]  # why the last look failed; empty when it did not


class StoreLook(Base):
    """One kind of look that is taken at a store regularly: when it last reached its end, and why it does not now."""

    __tablename__ = "store_looks"
    __table_args__ = (
        UniqueConstraint("store_id", "kind"),
        words("kind", "webhooks", "orders", "held", "coupons", "days"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    kind: Mapped[word]
    looked_at: Mapped[datetime | None]
    next_at: Mapped[instant]
    problem: Mapped[str]  # why the last one failed; empty when it did not
    memory: Mapped[dict[str, Any]]  # what the next look must know: references of ours, how far the last one came


class StoreDay(Base):
    """What one day of a store says about completeness: its orders in the store and here, and how they came."""

    __tablename__ = "store_days"
    __table_args__ = (UniqueConstraint("store_id", "day"),)
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    day: Mapped[date]  # in the store's own zone
    in_store: Mapped[int]  # orders placed on the day, without drafts and what was put away
    known: Mapped[int]  # those of them that are known here; the rest could not be read
    gone: Mapped[int]  # known here, and no longer in the store
    untold: Mapped[int]  # orders of which something changed that day and no message told: found by looking
    untold_from: Mapped[datetime | None]
    untold_until: Mapped[datetime | None]
    slowest_seconds: Mapped[int]  # the longest that an order of the day was unknown here
    until: Mapped[instant]  # how much of the day was counted
    compared_at: Mapped[instant]  # when every reference was compared; in between only the numbers are
