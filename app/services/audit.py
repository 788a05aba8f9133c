"""Who did what, to what, and why: written in the transaction of the act itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.models import AuditEntry


def note(
    session: Session,
    store_id: int,
    verb: str,
    subject: str,
    *,
    account_id: int | None,
    reason: str = "",
    evidence: dict[str, Any] | None = None,
    undoes_id: int | None = None,
) -> AuditEntry:
    """The act is on record; `account_id` None is the server itself. Subjects are references such as order:123."""
    entry = AuditEntry(
        store_id=store_id,
        account_id=account_id,
        verb=verb,
        subject=subject,
        reason=reason,
        evidence=evidence or {},
        undoes_id=undoes_id,
        at=clock.now(),
    )
    session.add(entry)
    session.flush()
    return entry
