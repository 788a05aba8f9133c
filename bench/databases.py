"""Databases for a run: a file each for SQLite, one durable PostgreSQL cluster with a database each."""

from __future__ import annotations

import os
import shutil
import tempfile
from itertools import count
from pathlib import Path
from typing import Any, Self

from sqlalchemy import NullPool, create_engine, text

from tests.engines import postgres
from tests.engines.postgres import Lacking

# Everything that makes a commit durable stays on; only the size of the cache is a small server's.
DURABLE = {"shared_buffers": "128MB", "synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"}


class SqliteFiles:
    """A fresh file for everybody who asks."""

    kind = "sqlite"
    pids: tuple[int, ...] = ()

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def fresh(self) -> str:
        """The address of a database that does not exist yet."""
        return f"sqlite:///{self._folder}/{next(self._numbers)}.sqlite"


class PostgresCluster:
    """A cluster of this run's own; its processes count as servers. Raises Lacking where there is no PostgreSQL."""

    kind = "postgresql"

    def __init__(self, preload: Path | None = None) -> None:
        # As root the server runs as another user, who may not be able to enter root's own folders.
        self._folder = Path(tempfile.mkdtemp(prefix="gw-bench-", dir="/tmp" if os.geteuid() == 0 else None))  # noqa: S108
        self._preload = preload
        self._numbers = count(1)

    def __enter__(self) -> Self:
        environment = dict(os.environ)
        if self._preload:
            # Its user must be able to read the library.
            environment["LD_PRELOAD"] = str(shutil.copy(str(self._preload), self._folder))
        try:
            self._running = postgres.first_that_starts(self._folder, DURABLE, environment)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self.pids = (self._running.pid,)
        return self

    def __exit__(self, *_: object) -> None:
        postgres.stop(self._running)
        shutil.rmtree(self._folder, ignore_errors=True)

    def fresh(self) -> str:
        """The address of an empty database."""
        name = f"bench_{next(self._numbers)}"
        run(self._url("postgres"), f"CREATE DATABASE {name}")
        return self._url(name)

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://{postgres.USER}@/{name}?host={self._folder}"


Databases = SqliteFiles | PostgresCluster


def run(url: str, *statements: str) -> list[Any]:
    """The statements ran outside any transaction; the rows of the last one."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            result = connection.execute(text(statement))
        return list(result.all()) if result.returns_rows else []


def total(url: str, question: str) -> int:
    """The number that SELECT count(…) answers."""
    return int(run(url, question)[0][0])


__all__ = ["Databases", "Lacking", "PostgresCluster", "SqliteFiles", "run", "total"]
