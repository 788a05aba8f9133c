"""The database and the vault, bound once per process by connect()."""

from __future__ import annotations

import fcntl
import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from select import POLLIN, poll
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from app import clock
from app.config import Settings
from app.vault import Vault

# What the database or the way to it may raise; the worker waits and goes on.
DatabaseTrouble = DBAPIError
Values = Sequence[Any] | Mapping[str, Any]


class Lines:
    """The driver's own connections, for hot paths: the way through SQLAlchemy costs as much as the statement itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: deque[Any] = deque()  # never more than there were threads at once

    def run(self, statement: str, values: Values) -> int:
        """How many rows were written; the statement was a transaction of its own, and is committed.

        Raises sqlalchemy's OperationalError.
        """
        line = self._take()
        try:
            written: int = line.execute(statement, values).rowcount
        except BaseException as error:
            line.close()
            _keep_values_out(error)
            if isinstance(error, self._engine.dialect.loaded_dbapi.OperationalError):
                raise OperationalError(statement, None, error) from error
            raise
        self._idle.append(line)
        return written

    def close(self) -> None:
        """No connection is open any more."""
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> Any:
        while self._idle:
            try:
                line = self._idle.pop()
            except IndexError:  # another thread was faster
                break
            if not self._was_hung_up(line):
                return line
            line.close()
        return self._open()

    def _open(self) -> Any:
        borrowed = self._engine.raw_connection()
        line: Any = borrowed.driver_connection
        borrowed.detach()
        if self._engine.dialect.name == "postgresql":
            line.autocommit = True
        return line

    def _was_hung_up(self, line: Any) -> bool:
        """Whether the server ended the connection: it says something then, though nothing was asked."""
        if self._engine.dialect.name != "postgresql":
            return False
        ear = poll()
        ear.register(line.fileno(), POLLIN)
        return bool(ear.poll(0))


class Turn:
    """Writers of one SQLite file go one after the other, across threads and processes, in the order in which they came.

    SQLite itself lets one writer in and leaves the others to sleep and ask again, which starves some for seconds. The
    lock lies in a file beside the database; the system frees it when a process is killed.
    """

    def __init__(self, database: Path) -> None:
        self._file = database.with_name(f"{database.name}-turn")
        self._threads = Lock()
        self._opened: tuple[int, int] | None = None  # by which process, and its descriptor: a forked one needs its own

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            fcntl.flock(self._descriptor(), fcntl.LOCK_EX)
        except BaseException:
            self._threads.release()
            raise

    def __exit__(self, *_: object) -> None:
        try:
            fcntl.flock(self._descriptor(), fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def close(self) -> None:
        """No descriptor is open any more; the next turn opens one."""
        if self._opened is not None and self._opened[0] == os.getpid():
            os.close(self._opened[1])
        self._opened = None

    def _descriptor(self) -> int:
        if self._opened is None or self._opened[0] != os.getpid():
            self._opened = os.getpid(), os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._opened[1]


class Database:
    """One engine, four ways to use it: begin() writes, read() does not, single() is for one statement at a time, and
    alone() for the one statement of a hot path.
    """

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._reading: Engine | None = None
        self._single: Engine | None = None
        self._lines: Lines | None = None
        self._turn: Turn | nullcontext[None] = nullcontext()

    def configure(self, url: str) -> None:
        """begin() and read() use the database at `url` from here on."""
        self.dispose()
        self._engine = make_engine(url)
        self._reading = self._engine.execution_options(writes=False)
        alone: dict[str, Any] = {} if url.startswith("sqlite") else {"isolation_level": "AUTOCOMMIT"}
        self._single = self._engine.execution_options(writes=None, **alone)
        self._lines = Lines(self._engine)
        self._turn = Turn(Path(url.removeprefix("sqlite:///"))) if url.startswith("sqlite") else nullcontext()

    def dispose(self) -> None:
        """Every pooled connection is closed."""
        if isinstance(self._turn, Turn):
            self._turn.close()
        if self._lines is not None:
            self._lines.close()
        if self._engine is not None:
            self._engine.dispose()

    @property
    def engine(self) -> Engine:
        """The engine; Core on the hot paths begins its own transactions with it."""
        if self._engine is None:
            raise RuntimeError("no database is bound: create_app() or connect() first")
        return self._engine

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A writing transaction, committed when the block ends well; on SQLite it takes the write lock at once."""
        with self._turn, Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads, and never waits for a writer."""
        assert self.engine is not None  # noqa: S101 - raises the message above
        with Session(self._reading, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def single(self) -> Iterator[Connection]:
        """For looking: each statement is a transaction of its own, and none is opened around them."""
        assert self.engine is not None  # noqa: S101 - raises the message above
        assert self._single is not None  # noqa: S101 - tells mypy
        with self._single.connect() as connection:
            yield connection

    def alone(self, statement: str, values: Values) -> int:
        """How many rows a statement in the driver's own words has written: committed, with nothing else."""
        assert self.engine is not None  # noqa: S101 - raises the message above
        assert self._lines is not None  # noqa: S101 - tells mypy
        with self._turn:
            return self._lines.run(statement, values)


def make_engine(url: str) -> Engine:
    """An engine with what each database needs: WAL and immediate transactions, or a checked pool.

    Its errors name the statement and never a value: values are people's (R14).
    """
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        arguments = {"timeout": 15, "check_same_thread": False}
        engine = create_engine(url, connect_args=arguments, pool_size=20, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url, pool_size=8, max_overflow=8, pool_pre_ping=True, pool_recycle=1800, hide_parameters=True
    )
    event.listen(engine, "handle_error", _tell_no_values)
    return engine


def _tell_no_values(context: ExceptionContext) -> None:
    original, wrapper = context.original_exception, context.sqlalchemy_exception
    if _keep_values_out(original) and wrapper is not None:
        wrapper.args = (f"({type(original).__name__}) {original}",)


def _keep_values_out(error: BaseException) -> bool:
    """PostgreSQL quotes the row that it refuses in the detail of its message, and in the message itself the value that
    it cannot read (class 22): neither is passed on. Whether there was anything to keep back."""
    sqlstate = getattr(error, "sqlstate", None)  # psycopg's: not loaded where SQLite is all there is
    if sqlstate is None:
        return False
    told = "" if sqlstate.startswith("22") else getattr(error, "diag").message_primary  # noqa: B009 - no type knows it
    error.args = (f"{told or 'refused'} (SQLSTATE {sqlstate})",)
    return True


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions of its own: a deferred one that reads first ignores the busy timeout.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", True)
    if writes is not None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


db = Database()
vault = Vault()
_settings: list[Settings] = []


def settings() -> Settings:
    """The settings that this process was connected with."""
    return _settings[-1]


def connect(chosen: Settings) -> None:
    """Database, vault and clock of this process are those of the settings."""
    _settings[:] = [chosen]
    db.configure(chosen.database_url)
    vault.configure(chosen.data_keys)
    clock.set_source(clock.ClockFile(Path(chosen.clock_file)) if chosen.clock_file else None)
