"""How far a store's orders have been read through its API, and what a store's days say about completeness."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from app.models.base import Base, id_column, instant, store_column


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
