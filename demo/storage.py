"""One SQLite file behind one connection and one lock: the demo store is a single process with many threads."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from demo.records import Cart, Record

R = TypeVar("R", bound=Record)

SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    kind TEXT, id INTEGER, name TEXT, status TEXT, parent INTEGER, created INTEGER, modified INTEGER, body BLOB,
    PRIMARY KEY (kind, id));
CREATE INDEX IF NOT EXISTS records_by_name ON records (kind, name);
CREATE INDEX IF NOT EXISTS records_by_parent ON records (kind, parent);
CREATE TABLE IF NOT EXISTS sequences (name TEXT PRIMARY KEY, value INTEGER);
CREATE TABLE IF NOT EXISTS options (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS carts (token TEXT PRIMARY KEY, body BLOB);
CREATE TABLE IF NOT EXISTS nonces (api_key INTEGER, nonce TEXT, used INTEGER, PRIMARY KEY (api_key, nonce));
CREATE TABLE IF NOT EXISTS queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT, webhook INTEGER, resource INTEGER, UNIQUE (webhook, resource));
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER, webhook INTEGER, topic TEXT, resource INTEGER, delivery_id TEXT,
    outcome TEXT);
"""


class Store:
    """The store's memory. Everything that belongs together happens inside one `transaction()`; calls nest."""

    def __init__(self, path: str) -> None:
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {SCHEMA}")

    def close(self) -> None:
        """The file is closed."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Nobody else reads or writes inside; an exception that leaves the outermost block undoes all of it."""
        with self._lock:
            self._depth += 1
            if self._depth == 1:
                self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._depth == 1:
                    self._db.execute("ROLLBACK")
                raise
            else:
                if self._depth == 1:
                    self._db.execute("COMMIT")
            finally:
                self._depth -= 1

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What a statement answers; also for statements that answer nothing."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def next(self, sequence: str) -> int:
        """The next number of a sequence, never given twice."""
        sql = "INSERT INTO sequences VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
        return int(self.rows(sql, (sequence,))[0][0])

    def save(self, record: Record) -> None:
        """The record is stored as it is now."""
        self.rows(
            "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                record.kind,
                record.id,
                record.name,
                record.status,
                record.parent,
                int(record.created.timestamp()),
                int(record.modified.timestamp()),
                msgspec.json.encode(record),
            ),
        )

    def find(self, kind: type[R], id: int) -> R | None:
        """The record with that id, or None."""
        found = self.select(kind, "id = ?", (id,))
        return found[0] if found else None

    def select(self, kind: type[R], where: str = "1", values: Sequence[Any] = (), tail: str = "ORDER BY id") -> list[R]:
        """The records of a kind that a condition on the columns lets through."""
        sql = f"SELECT body FROM records WHERE kind = ? AND ({where}) {tail}"  # noqa: S608 - fixed texts of this package
        return [msgspec.json.decode(body, type=kind) for (body,) in self.rows(sql, (kind.kind, *values))]

    def count(self, kind: type[R], where: str = "1", values: Sequence[Any] = ()) -> int:
        """How many records of a kind a condition lets through."""
        sql = f"SELECT count(*) FROM records WHERE kind = ? AND ({where})"  # noqa: S608 - fixed texts of this package
        return int(self.rows(sql, (kind.kind, *values))[0][0])

    def remove(self, record: Record) -> None:
        """The record is gone for good."""
        self.rows("DELETE FROM records WHERE kind = ? AND id = ?", (record.kind, record.id))

    def option(self, name: str, default: str = "") -> str:
        """A setting kept in the file."""
        found = self.rows("SELECT value FROM options WHERE name = ?", (name,))
        return str(found[0][0]) if found else default

    def set_option(self, name: str, value: str) -> None:
        """The setting is kept."""
        self.rows("INSERT OR REPLACE INTO options VALUES (?, ?)", (name, value))

    def cart(self, token: str) -> Cart | None:
        """The basket under a token, or None."""
        found = self.rows("SELECT body FROM carts WHERE token = ?", (token,))
        return msgspec.json.decode(found[0][0], type=Cart) if found else None

    def save_cart(self, cart: Cart) -> None:
        """The basket is kept."""
        self.rows("INSERT OR REPLACE INTO carts VALUES (?, ?)", (cart.token, msgspec.json.encode(cart)))


def instant(seconds: int) -> datetime:
    """A column's time as aware UTC."""
    return datetime.fromtimestamp(seconds, UTC)
