"""Days of a store: its own, by its own timezone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.models import Store


def days_until(store: Store, instant: datetime, count: int) -> list[date]:
    """The last `count` days of the store, oldest first; the last is the one on which `instant` falls."""
    today = instant.astimezone(ZoneInfo(store.timezone)).date()
    return [today - timedelta(days=back) for back in reversed(range(count))]


def span(store: Store, day: date) -> tuple[datetime, datetime]:
    """The day's first instant, and the next day's."""
    zone = ZoneInfo(store.timezone)
    first, last = (datetime.combine(each, time(), zone).astimezone(UTC) for each in (day, day + timedelta(days=1)))
    return first, last


def end_of_day(store: Store, instant: datetime) -> datetime:
    """The last second of the store's day on which `instant` falls (R11: end dates include their last second)."""
    zone = ZoneInfo(store.timezone)
    day = instant.astimezone(zone).date()
    midnight = datetime.combine(day + timedelta(days=1), time(), zone)
    return (midnight - timedelta(seconds=1)).astimezone(UTC)
