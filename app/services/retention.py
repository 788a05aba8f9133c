"""Deleting what is kept for a while only."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update

from app import clock
from app.extensions import db, settings
from app.models import InboxMessage


def delete_raw_messages(store_id: int) -> datetime:
    """Raw messages older than the setting are gone, their rows stay as evidence of arrival; the time of the next
    look."""
    now = clock.now()
    before = now - timedelta(days=settings().raw_message_days)
    with db.begin() as session:
        session.execute(
            update(InboxMessage)
            .where(
                InboxMessage.store_id == store_id,
                InboxMessage.received_at < before,
                InboxMessage.request.is_not(None),
                InboxMessage.state != "waiting",
            )
            .values(request=None)
        )
    return now + timedelta(days=1)
