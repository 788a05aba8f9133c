"""The store's only clock: real UTC moved by the offset in the clock file, so that web, worker and demo age together."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SITE_ZONE = ZoneInfo("Europe/Amsterdam")


class Clock:
    """Tells the time to whole seconds, as WooCommerce stores it. The file is read again whenever it changes."""

    def __init__(self, file: str | None) -> None:
        self._file = Path(file) if file else None
        self._seen: tuple[int, int] | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        """The moved time, aware UTC, without a fraction."""
        return (datetime.now(UTC) + self._current_offset()).replace(microsecond=0)

    def _current_offset(self) -> timedelta:
        if self._file is None:
            return timedelta()
        try:
            stat = self._file.stat()
            seen = (stat.st_mtime_ns, stat.st_size)
            if seen != self._seen:
                text = self._file.read_text()
                self._offset = timedelta(seconds=json.loads(text)["offset_seconds"] if text.strip() else 0)
                self._seen = seen
        except FileNotFoundError:
            self._seen, self._offset = None, timedelta()
        except ValueError:
            pass  # Somebody is half-way through writing it: keep the last offset and look again at the next call.
        return self._offset


def site_time(moment: datetime) -> datetime:
    """The same moment as the shop's wall clock shows it, naive."""
    return moment.astimezone(SITE_ZONE).replace(tzinfo=None)


def from_site_time(wall: datetime) -> datetime:
    """A naive wall-clock time of the shop as aware UTC."""
    return wall.replace(tzinfo=SITE_ZONE).astimezone(UTC)
