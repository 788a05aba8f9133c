"""Numbers that no two rows of a test share."""

from __future__ import annotations

from itertools import count

_numbers = count(1)


def next_number() -> int:
    """One more than the last."""
    return next(_numbers)
