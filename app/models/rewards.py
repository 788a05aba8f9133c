"""Rewards and the append-only ledger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.programs import AdvocateReward
from app.models.base import (
    Base,
    Document,
    Id,
    currency_code,
    digest,
    id_column,
    instant,
    minor,
    ref,
    ref_column,
    sealed_text,
    store_column,
    within_store,
    word,
    words,
)

LOOKED_AT = text("look_until IS NOT NULL")


class Reward(Base):
    """A promise to one beneficiary: held -> due -> issued, or revoked / failed. Once a cause and side (R3)."""

    __tablename__ = "rewards"
    __table_args__ = (
        UniqueConstraint("store_id", "id"),
        UniqueConstraint("store_id", "cause_kind", "cause_ref", "side"),
        UniqueConstraint("store_id", "coupon_id"),
        Index("ix_rewards_advocate", "store_id", "advocate_id"),
        Index("ix_rewards_look", "store_id", "look_until", postgresql_where=LOOKED_AT, sqlite_where=LOOKED_AT),
        within_store("advocates", "advocate_id"),
        within_store("program_versions", "version_id"),
        within_store("coupons", "coupon_id"),
        words("cause_kind", "order", "milestone", "redemption"),
        words("side", "advocate", "friend"),
        words("state", "held", "due", "issued", "revoked", "failed"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    cause_kind: Mapped[word]
    cause_ref: Mapped[ref]
    side: Mapped[word]
    advocate_id: Mapped[ref_column]  # whose it is, or who recommended to the friend whose it is
    program_id: Mapped[ref_column]
    version_id: Mapped[ref_column]
    kind: Mapped[word]  # app.domain.programs.RewardKind
    terms: Mapped[AdvocateReward | None] = mapped_column(Document(AdvocateReward))  # NULL: its version's reward
    rank: Mapped[int | None]  # of its order, where terms depend on that; what was released keeps it (R8)
    worth_minor: Mapped[minor]
    currency: Mapped[currency_code]
    state: Mapped[word]
    reason: Mapped[word]
    needs_approval: Mapped[bool]
    hold_word: Mapped[word]
    hold_from: Mapped[instant]
    due_at: Mapped[instant]
    look_until: Mapped[datetime | None]  # something looks odd: somebody looks until then (R9)
    goes_unlooked: Mapped[bool] = mapped_column(default=False, server_default=false())  # then released all the same
    issued_at: Mapped[datetime | None]
    coupon_id: Mapped[int | None]
    donated_to: Mapped[str | None] = mapped_column(String(80))  # the cause, once the donation was made
    is_test: Mapped[bool]
    created_at: Mapped[instant]


class BankCode(Base):
    """A code that the owner brought in to be given away. Whose it became it stays: a code never goes out twice."""

    __tablename__ = "bank_codes"
    __table_args__ = (
        UniqueConstraint("store_id", "digest"),
        Index("ix_bank_codes_free", "store_id", "program_id", "reward_id"),
        within_store("programs", "program_id"),
        within_store("rewards", "reward_id"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    program_id: Mapped[ref_column]
    code: Mapped[sealed_text]
    digest: Mapped[digest]  # of the folded code: the same one is not brought in twice
    reward_id: Mapped[int | None] = mapped_column(Id)  # to which it was given
    added_at: Mapped[instant]
    given_at: Mapped[datetime | None]


class LedgerEntry(Base):
    """A signed amount, never changed: positive is owed to the advocate, negative by them."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("store_id", "reward_id", "advocate_id", "kind", "cause"),
        Index("ix_ledger_entries_advocate", "store_id", "advocate_id", "currency"),
        within_store("rewards", "reward_id"),
        within_store("advocates", "advocate_id"),
        words(
            "kind", "earned", "adjusted", "reversed", "restored", "issued", "returned", "netted", "written_off", "spent"
        ),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    reward_id: Mapped[ref_column]
    advocate_id: Mapped[ref_column]
    kind: Mapped[word]
    cause: Mapped[str] = mapped_column(String(191))
    amount_minor: Mapped[minor]
    currency: Mapped[currency_code]
    at: Mapped[instant]
