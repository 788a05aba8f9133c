"""From a visit to an attributed order: visits, claims, coupons, attributions and people's decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import (
    Base,
    SealedText,
    currency_code,
    digest,
    id_column,
    instant,
    minor,
    ref,
    ref_column,
    store_column,
    within_store,
    word,
    words,
)

UNANSWERED = text("answered_at IS NULL")


class Visit(Base):
    """One opening of a share link by a person; nothing about the person is kept."""

    __tablename__ = "visits"
    __table_args__ = (Index("ix_visits_advocate", "store_id", "advocate_id", "at"),)
    id: Mapped[id_column]
    store_id: Mapped[ref_column]  # no foreign keys here: the hot path writes one row and checks one signature
    program_id: Mapped[ref_column]
    advocate_id: Mapped[ref_column]
    channel: Mapped[str] = mapped_column(String(16))
    at: Mapped[instant]


class Coupon(Base):
    """A single-use coupon of ours in the store. Its code is chosen and stored before the first call."""

    __tablename__ = "coupons"
    __table_args__ = (
        UniqueConstraint("store_id", "id"),
        UniqueConstraint("store_id", "code"),
        Index("ix_coupons_shelf", "store_id", "fingerprint", "state", "id"),
        Index("ix_coupons_ref", "store_id", "coupon_ref"),
        within_store("programs", "program_id"),
        words("purpose", "shelf", "reward"),
        words("state", "planned", "pushing", "ready", "claimed", "used", "revoking", "revoked", "refused"),
        words("kind", "percent", "fixed", "free_shipping", "free_product"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    program_id: Mapped[ref_column]
    version_id: Mapped[ref_column]
    purpose: Mapped[word]
    fingerprint: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(9))
    state: Mapped[word]
    reason: Mapped[word]  # why it was refused or revoked; empty otherwise
    kind: Mapped[word]
    basis_points: Mapped[int]
    amount_minor: Mapped[minor]
    product_ref: Mapped[str | None] = mapped_column(String(191))  # of which it gives one piece
    currency: Mapped[currency_code]
    minimum_minor: Mapped[minor]
    combines: Mapped[bool]
    excludes_sale_items: Mapped[bool]
    excluded_products: Mapped[list[Any] | None]  # references; NULL: none
    excluded_categories: Mapped[list[Any] | None]
    coupon_ref: Mapped[str | None] = mapped_column(String(191))
    expires_at: Mapped[instant]  # the store's own expiry
    created_at: Mapped[instant]
    used_by_order: Mapped[str | None] = mapped_column(String(191))
    compared_at: Mapped[datetime | None]  # with what stands in the store


class Claim(Base):
    """A friend's tap that reserves a coupon. It fixes the program version (R11)."""

    __tablename__ = "claims"
    __table_args__ = (
        UniqueConstraint("store_id", "id"),
        UniqueConstraint("store_id", "nonce"),
        UniqueConstraint("store_id", "coupon_id"),
        Index("ix_claims_waiting", "store_id", "state", "id"),
        Index("ix_claims_advocate", "store_id", "advocate_id", "claimed_at"),
        Index("ix_claims_program", "store_id", "program_id", "expires_at"),
        within_store("programs", "program_id"),
        within_store("program_versions", "version_id"),
        within_store("advocates", "advocate_id"),
        within_store("coupons", "coupon_id"),
        within_store("people", "person_id"),
        words("state", "waiting", "ready", "revoked"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    program_id: Mapped[ref_column]
    version_id: Mapped[ref_column]
    advocate_id: Mapped[ref_column]
    coupon_id: Mapped[int | None]  # None while the shelf is dry
    person_id: Mapped[int | None]  # a friend who gave an address
    nonce: Mapped[digest]
    state: Mapped[word]
    channel: Mapped[str] = mapped_column(String(16))
    locale: Mapped[str] = mapped_column(String(8))
    is_test: Mapped[bool]
    claimed_at: Mapped[instant]
    expires_at: Mapped[instant]  # the date shown to the friend
    verified_at: Mapped[datetime | None]  # the friend's address was verified


class ReplacedCoupon(Base):
    """A coupon that a claim held before its present one; an order that used it is still that claim's."""

    __tablename__ = "replaced_coupons"
    __table_args__ = (
        UniqueConstraint("store_id", "coupon_id"),
        within_store("coupons", "coupon_id"),
        within_store("claims", "claim_id"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    coupon_id: Mapped[ref_column]
    claim_id: Mapped[ref_column] = mapped_column(index=True)
    reason: Mapped[word]  # passed_over, failed_order, deleted_in_store
    at: Mapped[instant]


class Attribution(Base):
    """The recorded decision tying an order to an advocate, with its evidence (R2, R3)."""

    __tablename__ = "attributions"
    __table_args__ = (
        UniqueConstraint("store_id", "id"),
        UniqueConstraint("store_id", "order_ref"),
        Index("ix_attributions_advocate", "store_id", "advocate_id", "placed_at"),
        Index("ix_attributions_claim", "store_id", "claim_id"),
        Index("ix_attributions_program", "store_id", "program_id", "placed_at"),
        within_store("advocates", "advocate_id"),
        within_store("claims", "claim_id"),
        within_store("program_versions", "version_id"),
        words("state", "open", "qualified", "rejected", "reversed"),
        words("rule", "0", "a", "b", "c", "d"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    order_ref: Mapped[ref]
    program_id: Mapped[ref_column]
    version_id: Mapped[ref_column]
    advocate_id: Mapped[ref_column]
    claim_id: Mapped[int | None]
    rule: Mapped[word]
    state: Mapped[word]
    reason: Mapped[word]
    figures: Mapped[dict[str, Any]]
    evidence: Mapped[dict[str, Any]]
    is_test: Mapped[bool]
    placed_at: Mapped[instant]
    decided_at: Mapped[instant]


class SecondLook(Base):
    """An advocate asked somebody to look again at an order that was refused, or whose reward waits (R9); once."""

    __tablename__ = "second_looks"
    __table_args__ = (
        UniqueConstraint("store_id", "order_ref", "advocate_id"),
        Index("ix_second_looks_open", "store_id", "answer_by", postgresql_where=UNANSWERED, sqlite_where=UNANSWERED),
        within_store("advocates", "advocate_id"),
        words("answer", "counts", "stays"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    order_ref: Mapped[ref]
    advocate_id: Mapped[ref_column]
    message: Mapped[str | None] = mapped_column(SealedText)  # what they want to say
    asked_at: Mapped[instant]
    answer_by: Mapped[instant]  # the day that they were told
    answer: Mapped[str | None] = mapped_column(String(40))
    told: Mapped[str | None] = mapped_column(SealedText)  # why, in the shop's words
    answered_at: Mapped[datetime | None]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("audit_entries.id"))  # the act that answered


class Decision(Base):
    """What a person decided about an order, in force until it is undone (R2's rule 0)."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index("ix_decisions_order", "store_id", "order_ref"),
        within_store("advocates", "advocate_id"),
        words("verb", "link", "approve", "reject", "release"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    order_ref: Mapped[ref]
    verb: Mapped[word]
    advocate_id: Mapped[int | None]  # link: to whom
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str]
    at: Mapped[instant]
    undone_at: Mapped[datetime | None]
