"""Visits: one opening of a share link by a person. Nothing about the person is kept.

This is a hot path: one statement in the driver's own words.
"""

from __future__ import annotations

from app import clock
from app.models import Visit
from app.services.once import insert_alone


def record(store_id: int, program_id: int, advocate_id: int, channel: str) -> None:
    """The visit is committed. It earns nothing (R1)."""
    insert_alone(
        Visit, store_id=store_id, program_id=program_id, advocate_id=advocate_id, channel=channel, at=clock.now()
    )
