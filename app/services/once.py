"""The database says "once": an insert that does nothing when the business fact is already there."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from app.extensions import db


def insert_once(session: Session | Connection, model: Any, **values: Any) -> int | None:
    """The new row's id, or None where a unique fact of the table already stood."""
    bind = session if isinstance(session, Connection) else session.connection()
    # Read to the end: a statement that is a transaction of its own is committed only then.
    added = bind.execute(_statement(bind.dialect.name, model.__table__), values).scalars().all()
    return added[0] if added else None


def insert_each_once(session: Session, model: Any, rows: list[dict[str, Any]]) -> None:
    """Every row stands, once, by one statement."""
    if rows:
        session.connection().execute(_many(session.get_bind().dialect.name, model.__table__), rows)


def insert_alone(model: Any, **values: Any) -> bool:
    """Whether the row is new, as with insert_once(), in a transaction of its own: the one statement of a hot path."""
    statement, in_order, written = _words(db.engine.dialect, model.__table__, tuple(values))
    values.update((name, write(values[name])) for name, write in written)
    return db.alone(statement, [values[name] for name in in_order] if in_order else values) > 0


@lru_cache(maxsize=16)
def _words(
    dialect: Dialect, table: Table, names: tuple[str, ...]
) -> tuple[str, list[str] | None, list[tuple[str, Callable[[Any], Any]]]]:
    """The statement as the driver reads it, the order of its values (None: by name), and how some are written."""
    statement = _insert(dialect.name, table).values({name: bindparam(name) for name in names})
    compiled = statement.compile(dialect=dialect)
    processors = ((name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names)
    return str(compiled), compiled.positiontup, [(name, write) for name, write in processors if write]


@cache
def _statement(dialect: str, table: Table) -> ReturningInsert[int]:
    """Made once for each table: making it costs more than running it."""
    return _insert(dialect, table).returning(table.c.id)


@cache
def _many(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    return _insert(dialect, table)


def _insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()
