"""Programs, their frozen versions, and the advocates in them."""

from __future__ import annotations

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.programs import Rules
from app.models.base import (
    Base,
    Document,
    id_column,
    instant,
    ref_column,
    store_column,
    within_store,
    word,
    words,
)


class Program(Base):
    """A store's promise. What it promises stands in its versions, the newest of which is in force."""

    __tablename__ = "programs"
    __table_args__ = (
        UniqueConstraint("store_id", "id"),
        words("state", "draft", "live", "paused", "ended"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    name: Mapped[str]
    state: Mapped[word]
    created_at: Mapped[instant]


class ProgramVersion(Base):
    """Rules that never change again (R11)."""

    __tablename__ = "program_versions"
    __table_args__ = (
        UniqueConstraint("store_id", "id"),
        UniqueConstraint("program_id", "number"),
        within_store("programs", "program_id"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    program_id: Mapped[ref_column]
    number: Mapped[int]
    rules: Mapped[Rules] = mapped_column(Document(Rules))
    fingerprint: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[instant]


class Advocate(Base):
    """A person in a program, with the personal code that names them."""

    __tablename__ = "advocates"
    __table_args__ = (
        UniqueConstraint("store_id", "id"),
        UniqueConstraint("store_id", "program_id", "person_id"),
        UniqueConstraint("store_id", "code"),
        within_store("programs", "program_id"),
        within_store("people", "person_id"),
        words("state", "active", "blocked"),
    )
    id: Mapped[id_column]
    store_id: Mapped[store_column]
    program_id: Mapped[ref_column]
    person_id: Mapped[ref_column] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(String(9))
    state: Mapped[word]
    joined_at: Mapped[instant]
    donates_to: Mapped[str | None] = mapped_column(String(80))  # the cause they picked
