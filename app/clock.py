"""The only clock. now() is aware UTC; in development a clock file moves web, worker and demo store together."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path


def real_now() -> datetime:
    """The machine's own time, aware UTC. For leases and OAuth timestamps, which must not be moved."""
    return datetime.fromtimestamp(time.time(), UTC)


class ClockFile:
    """Real time plus the offset that a JSON file holds: {"offset_seconds": 86400}. A missing file is no offset."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._offset = timedelta()

    def __call__(self) -> datetime:
        return real_now() + self._read_offset()

    def _read_offset(self) -> timedelta:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return timedelta()
        stamp = (status.st_mtime_ns, status.st_size)
        if stamp != self._stamp:
            text = self._path.read_text() or "{}"
            self._offset = timedelta(seconds=int(json.loads(text).get("offset_seconds", 0)))
            self._stamp = stamp
        return self._offset


_source: Callable[[], datetime] = real_now


def now() -> datetime:
    """The present instant, aware UTC."""
    return _source()


def set_source(source: Callable[[], datetime] | None) -> None:
    """now() reads `source` from here on; None is the machine's own time."""
    global _source
    _source = source or real_now
