"""What a store keeps for an advocate other than coupons."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import (
    Base,
    SealedText,
    currency_code,
    digest,
    id_column,
    instant,
    minor,
    ref_column,
    store_column,
    within_store,
    word,
    words,
)


class Grant(Base):
    """Credit, a gift card or a tag: planned -> giving -> given, and back by returning -> returned; or refused. It
    stands here before the store is first asked, so that nothing is given twice."""

    __tablename__ = "grants"
    __table_args__ = (
        UniqueConstraint("store_id", "key"),
        Index("ix_grants_reward", "store_id", "reward_id"),
        Index("ix_grants_advocate", "store_id", "advocate_id"),
        within_store("rewards", "reward_id"),
        within_store("advocates", "advocate_id"),
        words("kind", "store_credit", "gift_card", "tag"),
        words("state", "planned", "giving", "given", "returning", "returned", "refused"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    reward_id: Mapped[ref_column]
    advocate_id: Mapped[ref_column]  # to whom; the reward may become another's
    kind: Mapped[word]
    state: Mapped[word]
    reason: Mapped[word]  # why it was refused or not taken back; empty otherwise
    key: Mapped[digest]
    amount_minor: Mapped[minor]  # 1 of a tag
    currency: Mapped[currency_code]
    tag: Mapped[str] = mapped_column(String(80))
    code: Mapped[str | None] = mapped_column(SealedText)  # of a gift card
    customer_ref: Mapped[str | None] = mapped_column(SealedText)  # the store's account of whom it is for
    grant_ref: Mapped[str | None] = mapped_column(String(191))
    created_at: Mapped[instant]
    asked_at: Mapped[datetime | None]
    given_at: Mapped[datetime | None]
