"""The database says "once": an insert that does nothing when the business fact is already there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_once(session: Session | Connection, model: Any, **values: Any) -> int | None:
    """The new row's id, or None where a unique fact of the table already stood."""
    bind = session if isinstance(session, Connection) else session.connection()
    table: Table = model.__table__
    insert = postgresql.insert if bind.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(**values).on_conflict_do_nothing().returning(table.c.id)
    return bind.execute(statement).scalar()
