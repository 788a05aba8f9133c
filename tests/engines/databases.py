"""Migrated databases that are empty at the start of every test, on each engine, at the price of milliseconds."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import NullPool, create_engine, inspect
from sqlalchemy.engine import make_url

from app import migrate
from tests.engines.postgres import Server

SQLITE, POSTGRESQL = "sqlite", "postgresql"
ENGINES = (SQLITE, POSTGRESQL)


class SqliteDatabases:
    """A file a test, copied from one that real migrations made."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.sqlite"
        url = f"sqlite:///{self._template}"
        migrate.upgrade(url)
        # What stands in the write-ahead log belongs into the file before it is copied.
        with create_engine(url, poolclass=NullPool).connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def fresh(self, folder: Path) -> str:
        """The address of an empty database in `folder`."""
        file = folder / "goodword.sqlite"
        shutil.copyfile(self._template, file)
        return f"sqlite:///{file}"


class PostgresDatabase:
    """One database a test process, made by real migrations and emptied between tests."""

    def __init__(self, server: Server, worker: str) -> None:
        name = f"goodword_{worker}"
        run(server.url(), f"CREATE DATABASE {name}")
        self._url = server.url(name)
        migrate.upgrade(self._url)
        self._engine = create_engine(self._url, pool_size=1)
        catalogue = inspect(self._engine)
        tables = [table for table in catalogue.get_table_names() if table != "alembic_version"]
        self._numbered = {t for t in tables if any(column["name"] == "id" for column in catalogue.get_columns(t))}
        self._find = " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})"  # noqa: S608 - names from the catalogue
            for table in tables
        )

    def fresh(self) -> str:
        """The address of the database, emptied of what the last test left, its numbers starting from 1."""
        with self._engine.begin() as connection:
            # A test that leaves a transaction open shall be told so, not keep the run waiting.
            connection.exec_driver_sql("SET LOCAL lock_timeout = '15s'")
            # Without foreign keys and triggers; and not by TRUNCATE: it costs milliseconds for each table it reaches.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for (table,) in connection.exec_driver_sql(self._find).all():
                connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608
                if table in self._numbered:
                    connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1, false)")
        return self._url

    def close(self) -> None:
        """Nothing is connected any more."""
        self._engine.dispose()


def run(url: str, statement: str) -> None:
    """The statement ran outside any transaction."""
    engine = create_engine(make_url(url), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
