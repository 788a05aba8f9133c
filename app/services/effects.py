"""What is owed to the outside: rows written in the same transaction as the decision that owes it.

An effect is unique by (store, kind, subject): owing it again while it waits changes nothing but an earlier due time, and
owing it after it was done arms it anew. Running it must be harmless when repeated.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app import clock
from app.models import Effect


def owe(session: Session, store_id: int, kind: str, subject: str, *, lane: str, due_at: datetime | None = None) -> None:
    """The effect will be run at `due_at` (now, by default), or earlier where it was already owed earlier."""
    now = clock.now()
    due = due_at or now
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Effect).values(
        store_id=store_id,
        lane=lane,
        kind=kind,
        subject=subject,
        state="waiting",
        reason="",
        attempts=0,
        due_at=due,
        created_at=now,
    )
    again = or_(Effect.state != "waiting", Effect.due_at > due)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["store_id", "kind", "subject"],
            set_={"state": "waiting", "due_at": due, "attempts": 0, "reason": "", "done_at": None},
            where=again,
        )
    )
