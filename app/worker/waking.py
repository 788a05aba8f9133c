"""Waking up when there is work: NOTIFY on PostgreSQL, a cheap look at a counter on SQLite, and a look at the clock
anyway."""

from __future__ import annotations

import threading
from contextlib import closing

from app.extensions import db

# Work may become due by the clock alone, without any commit to hear of.
LONGEST_WAIT = 1.0
POLL = 0.025


class Bell:
    """wait() returns soon after somebody committed work, and at the latest after LONGEST_WAIT.

    One thread listens for the whole process: what it costs to hear of work does not grow with those who wait for it.
    """

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._rung = threading.Condition()
        threading.Thread(target=self._listen, name="bell", daemon=True).start()

    def wait(self) -> None:
        """There may be work."""
        with self._rung:
            self._rung.wait(LONGEST_WAIT)

    def _ring(self) -> None:
        with self._rung:
            self._rung.notify_all()

    def _listen(self) -> None:
        raise NotImplementedError


def make_bell(stop: threading.Event) -> Bell:
    """The bell of the database in use."""
    return NotifyBell(stop) if db.engine.dialect.name == "postgresql" else CounterBell(stop)


class CounterBell(Bell):
    """SQLite counts other connections' commits; asking for the number costs microseconds."""

    def _listen(self) -> None:
        # data_version is relative to one connection: this one is kept, and used for nothing else.
        with closing(db.engine.raw_connection()) as connection:
            heard = None
            while not self._stop.wait(POLL):
                count = connection.execute("PRAGMA data_version").fetchone()[0]
                if count != heard:
                    heard = count
                    self._ring()


class NotifyBell(Bell):
    """PostgreSQL tells; a trigger on the queues notifies."""

    def _listen(self) -> None:
        import psycopg  # takes 15 MiB that SQLite needs not

        address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while not self._stop.is_set():
            try:
                with psycopg.connect(address, autocommit=True) as connection:
                    connection.execute("LISTEN goodword")
                    while not self._stop.is_set():
                        for _ in connection.notifies(timeout=1, stop_after=1):
                            self._ring()
            except psycopg.Error:  # looking at the clock goes on meanwhile
                self._stop.wait(1)
