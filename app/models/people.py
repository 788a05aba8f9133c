"""People of a store, erasable by themselves: everything personal is sealed here, and hashes with the store's key find
it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import (
    Base,
    SealedText,
    digest,
    id_column,
    instant,
    ref_column,
    store_column,
    within_store,
    word,
    words,
)


class Person(Base):
    """An advocate or a friend. Facts, ledger and audit refer to the id, which stays when the person is erased."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("store_id", "id"),)
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    name: Mapped[str | None] = mapped_column(SealedText)
    email: Mapped[str | None] = mapped_column(SealedText)
    phone: Mapped[str | None] = mapped_column(SealedText)
    locale: Mapped[str] = mapped_column(String(8))
    email_verified_at: Mapped[datetime | None]
    created_at: Mapped[instant]
    erased_at: Mapped[datetime | None]


class PersonKey(Base):
    """A keyed hash by which a person is recognised: normal-form e-mail, phone, platform customer."""

    __tablename__ = "person_keys"
    __table_args__ = (
        UniqueConstraint("store_id", "kind", "digest"),
        within_store("people", "person_id"),
        words("kind", "email", "phone", "customer"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    person_id: Mapped[ref_column] = mapped_column(index=True)
    kind: Mapped[word]
    digest: Mapped[digest]


class SearchKey(Base):
    """Keyed hashes of the beginnings of a person's folded names, for the support search."""

    __tablename__ = "search_keys"
    __table_args__ = (UniqueConstraint("store_id", "digest", "person_id"), within_store("people", "person_id"))
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    person_id: Mapped[ref_column] = mapped_column(index=True)
    digest: Mapped[digest]


class SignInLink(Base):
    """A magic link that was mailed; good once. `intent` says what the person asked for."""

    __tablename__ = "sign_in_links"
    __table_args__ = (within_store("people", "person_id"), words("intent", "join", "sign_in", "claim"))
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    person_id: Mapped[ref_column] = mapped_column(index=True)
    intent: Mapped[word]
    program_id: Mapped[int | None]
    claim_id: Mapped[int | None]
    created_at: Mapped[instant]
    used_at: Mapped[datetime | None]
