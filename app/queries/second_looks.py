"""Second looks that advocates asked for, and their answers (R9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Advocate, SecondLook


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A second look that the advocate asked for, and its answer."""

    asked_at: datetime
    answer_by: datetime
    answer: str | None
    answered_at: datetime | None
    told: str | None = field(repr=False)


def looks_of(session: Session, advocate: Advocate) -> dict[str, Look]:
    """By order, the looks that the advocate asked for."""
    rows = session.scalars(
        select(SecondLook).where(SecondLook.store_id == advocate.store_id, SecondLook.advocate_id == advocate.id)
    )
    return {
        row.order_ref: Look(
            asked_at=row.asked_at,
            answer_by=row.answer_by,
            answer=row.answer,
            answered_at=row.answered_at,
            told=row.told,
        )
        for row in rows
    }


def asked(store_id: int, order_ref: str) -> str | None:
    """What an advocate who waits for an answer about the order wants to say, perhaps nothing; None where nobody
    waits."""
    with db.read() as session:
        look = session.scalars(
            select(SecondLook).where(
                SecondLook.store_id == store_id,
                SecondLook.order_ref == order_ref,
                SecondLook.answered_at.is_(None),
            )
        ).first()
        return None if look is None else look.message or ""
