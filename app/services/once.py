"""The database says "once": an insert that does nothing when the business fact is already there."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert


def insert_once(session: Session | Connection, model: Any, **values: Any) -> int | None:
    """The new row's id, or None where a unique fact of the table already stood."""
    bind = session if isinstance(session, Connection) else session.connection()
    # Read to the end: a statement that is a transaction of its own is committed only then.
    added = bind.execute(_statement(bind.dialect.name, model.__table__), values).scalars().all()
    return added[0] if added else None


@cache
def _statement(dialect: str, table: Table) -> ReturningInsert[int]:
    """Made once for each table: making it costs more than running it."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing().returning(table.c.id)
