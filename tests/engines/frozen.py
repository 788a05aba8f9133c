"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class FrozenClock:
    """What app.clock.now() reads during a test."""

    def __init__(self, instant: datetime = START) -> None:
        self._instant = instant

    def __call__(self) -> datetime:
        return self._instant

    @property
    def now(self) -> datetime:
        """The instant at which the clock stands."""
        return self._instant

    def move_to(self, instant: datetime) -> None:
        """The clock stands at `instant`, which may lie in the past."""
        self._instant = instant

    def advance(self, **amount: float) -> datetime:
        """The clock stands later by timedelta(**amount), as in advance(days=30); returns the new instant."""
        self._instant += timedelta(**amount)
        return self._instant
