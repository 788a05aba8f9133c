"""Putting right what stands still: a message to be read again, an effect to be tried again, a task to be closed."""

from __future__ import annotations

from sqlalchemy import select

from app import clock
from app.domain.errors import DomainError
from app.extensions import db
from app.models import InboxMessage, Task
from app.services import audit, effects
from app.services.support import Act


def replay(act: Act, message_id: int) -> None:
    """The worker reads the message again; effects are keyed by business fact, so nothing happens twice.

    Raises DomainError: message_unknown, raw_deleted.
    """
    with db.begin() as session:
        message = session.scalars(
            select(InboxMessage)
            .where(InboxMessage.store_id == act.store_id, InboxMessage.id == message_id)
            .with_for_update()
        ).first()
        if message is None:
            raise DomainError("message_unknown")
        if message.request is None:
            raise DomainError("raw_deleted")
        message.state, message.reason, message.attempts = "waiting", "", 0
        message.due_at, message.done_at = clock.now(), None
        message.lease_token = message.lease_until = None
        audit.note(
            session, act.store_id, "replay", f"message:{message_id}", account_id=act.account_id, reason=act.reason
        )


def retry(act: Act, effect_id: int) -> None:
    """The stopped effect is tried again at once. Raises DomainError("nothing_stopped")."""
    with db.begin() as session:
        if not effects.retry_stopped(session, act.store_id, effect_id):
            raise DomainError("nothing_stopped")
        audit.note(session, act.store_id, "retry", f"effect:{effect_id}", account_id=act.account_id, reason=act.reason)


def close_task(act: Act, task_id: int) -> None:
    """Nobody needs to look at the task any more. Raises DomainError("task_unknown")."""
    with db.begin() as session:
        task = session.scalars(
            select(Task).where(Task.store_id == act.store_id, Task.id == task_id).with_for_update()
        ).first()
        if task is None:
            raise DomainError("task_unknown")
        if task.closed_at is None:
            task.closed_at = clock.now()
            audit.note(
                session, act.store_id, "close_task", f"task:{task_id}", account_id=act.account_id, reason=act.reason
            )
