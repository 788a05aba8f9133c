"""Waking up when there is work: NOTIFY on PostgreSQL, a cheap look at a counter on SQLite, and a look at the clock
anyway."""

from __future__ import annotations

import threading
from typing import Protocol

import psycopg

from app.extensions import db

# Work may become due by the clock alone, without any commit to hear of.
LONGEST_WAIT = 1.0
POLL = 0.03


class Bell(Protocol):
    """wait() returns soon after somebody committed work, and at the latest after LONGEST_WAIT."""

    def wait(self) -> None: ...


def make_bell(stop: threading.Event) -> Bell:
    """The bell of the database in use."""
    if db.engine.dialect.name == "postgresql":
        return NotifyBell(stop)
    return CounterBell(stop)


class CounterBell:
    """SQLite counts other connections' commits; asking for the number costs microseconds."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._local = threading.local()

    def wait(self) -> None:
        waited = 0.0
        before = self._count()
        while waited < LONGEST_WAIT and not self._stop.wait(POLL):
            waited += POLL
            if self._count() != before:
                return

    def _count(self) -> int:
        if not hasattr(self._local, "connection"):
            # data_version is relative to one connection, so each thread keeps its own.
            self._local.connection = db.engine.raw_connection()
        return int(self._local.connection.execute("PRAGMA data_version").fetchone()[0])


class NotifyBell:
    """One listening connection, in a thread of its own, wakes every waiting thread."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._rung = threading.Condition()
        threading.Thread(target=self._listen, name="bell", daemon=True).start()

    def wait(self) -> None:
        with self._rung:
            self._rung.wait(LONGEST_WAIT)

    def _listen(self) -> None:
        address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while not self._stop.is_set():
            try:
                with psycopg.connect(address, autocommit=True) as connection:
                    connection.execute("LISTEN goodword")
                    while not self._stop.is_set():
                        for _ in connection.notifies(timeout=1, stop_after=1):
                            with self._rung:
                                self._rung.notify_all()
            except psycopg.Error:  # the polling above goes on meanwhile
                self._stop.wait(1)
