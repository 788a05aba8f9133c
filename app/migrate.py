"""Bringing the database to the newest schema, from code: no alembic.ini, no working directory."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from app.extensions import make_engine

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"


def configuration(url: str) -> Config:
    """Alembic's configuration for the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """The database at `url` has the schema of `revision`; repeating changes nothing."""
    _within(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """The database at `url` has the older schema of `revision`."""
    _within(url, lambda config: command.downgrade(config, revision))


def knows(revision: str) -> bool:
    """Whether this code has the migration `revision`, so that it can bring such a database forward."""
    try:
        ScriptDirectory(str(SCRIPTS)).get_revision(revision)
    except CommandError:
        return False
    return True


def _within(url: str, act) -> None:  # type: ignore[no-untyped-def]
    config = configuration(url)
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            act(config)
    finally:
        engine.dispose()


def change_words(op: Operations, table: str, column: str, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """The column's check takes the words of `after`; it took those of `before`. For migrations.

    SQLite changes a check only with its table, which others may refer to; what it allows is text in the schema, and
    changing that text is the way that SQLite's own manual gives where no stored row is concerned.
    """
    name, old, new = f"ck_{table}_{column}", _check(column, before), _check(column, after)
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, new)
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ? AND sql LIKE ?",
        (f"({old})", f"({new})", table, f"%({old})%"),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
    if changed.rowcount != 1:
        raise RuntimeError(f"the check {name} is not what it was")


def _check(column: str, allowed: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in allowed)})"
