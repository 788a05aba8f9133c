"""How far an advocate has come towards what depends on the number of their friends."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Advocate, Attribution


def counted(session: Session, advocate: Advocate) -> int:
    """Their friends whose orders count now; tests are out."""
    return session.scalars(
        select(func.count())
        .select_from(Attribution)
        .where(
            Attribution.store_id == advocate.store_id,
            Attribution.advocate_id == advocate.id,
            Attribution.state == "qualified",
            Attribution.is_test.is_(False),
        )
    ).one()
