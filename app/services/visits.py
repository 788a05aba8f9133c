"""Visits: one durable row for each opening of a share link by a person, with nothing about the person (R1, R14).

This is a hot path: one Core statement, compiled once, no session.
"""

from __future__ import annotations

from sqlalchemy import insert

from app import clock
from app.extensions import db
from app.models import Visit

_INSERT = insert(Visit).inline()


def record(store_id: int, program_id: int, advocate_id: int, channel: str) -> None:
    """The visit is committed. It earns nothing (R1)."""
    row = {"store_id": store_id, "program_id": program_id, "advocate_id": advocate_id, "channel": channel}
    with db.single(writes=True) as connection:
        connection.execute(_INSERT, row | {"at": clock.now()})
