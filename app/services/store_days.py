"""Days of a store: its own, by its own timezone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.models import Store


def end_of_day(store: Store, instant: datetime) -> datetime:
    """The last second of the store's day on which `instant` falls (R11: end dates include their last second)."""
    zone = ZoneInfo(store.timezone)
    day = instant.astimezone(zone).date()
    midnight = datetime.combine(day + timedelta(days=1), time(), zone)
    return (midnight - timedelta(seconds=1)).astimezone(UTC)
