"""Orders whose reward is on hold, read again by their references: an order that was erased, and a refund that was
deleted, change no date, so that nothing else would tell. Each is read once a day, and once more before its release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.extensions import db
from app.models import Reward
from app.services import readback
from app.services.connections import Connection

ROUND = timedelta(days=1)
LOOKS_A_ROUND = 96
MOST = 100  # in one call


def look(opened: Connection, store_id: int, memory: Mapping[str, Any]) -> dict[str, Any]:
    """The next of them stand here as the store has them now. Remembered is how far the round came, and its begin."""
    reader = opened.platform.orders
    if reader is None:
        return {}
    began = datetime.fromisoformat(memory["began"]) if "began" in memory else clock.now()
    after = int(memory.get("after", 0))
    with db.read() as session:
        rewards = _next(session, store_id, after)
        if not rewards and clock.now() - began >= ROUND:  # all were read: the next round
            began, after, rewards = clock.now(), 0, _next(session, store_id, 0)
    for start in range(0, len(rewards), MOST):
        shown = reader.by_refs(opened.store, [each.cause_ref for each in rewards[start : start + MOST]])
        for order_ref, snapshot in shown.items():
            readback.take(store_id, order_ref, snapshot)
    return {"began": began.isoformat(), "after": rewards[-1].id if rewards else after}


def _next(session: Session, store_id: int, after: int) -> Sequence[Reward]:
    """As many as must be read in one look for all to be read in a round."""
    held = (Reward.store_id == store_id, Reward.state == "held")
    count = session.scalar(select(func.count()).select_from(Reward).where(*held)) or 0
    query = select(Reward).where(*held, Reward.id > after).order_by(Reward.id)
    return session.scalars(query.limit(-(-count // LOOKS_A_ROUND))).all()
