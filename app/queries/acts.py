"""What people did, as the audit log has it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from app.models import Account, AuditEntry

MOST = 200  # of one kind in one story, the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """What somebody at the shop did."""

    at: datetime
    entry_id: int
    verb: str
    subject: str
    by: str | None  # None: the server itself
    reason: str
    undone: bool
    evidence: dict[str, Any]
    kind: str = "acted"


def acts(session: Session, store_id: int, subjects: Collection[str]) -> list[Acted]:
    """The newest audit entries about these subjects, in the order in which they were made."""
    rows = session.execute(
        audited(store_id).where(AuditEntry.subject.in_(subjects)).order_by(AuditEntry.id.desc()).limit(MOST)
    ).all()
    return [acted(entry, by, undone_by) for entry, by, undone_by in reversed(rows)]


def audited(store_id: int) -> Select[AuditEntry, str | None, int | None]:
    """Audit entries of the store, with who it was and what undid them."""
    undoing = aliased(AuditEntry)
    return (
        select(AuditEntry, Account.name, undoing.id)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .outerjoin(undoing, undoing.undoes_id == AuditEntry.id)
        .where(AuditEntry.store_id == store_id)
    )


def acted(entry: AuditEntry, by: str | None, undone_by: int | None) -> Acted:
    """The audit entry as a moment."""
    return Acted(
        at=entry.at,
        entry_id=entry.id,
        verb=entry.verb,
        subject=entry.subject,
        by=by,
        reason=entry.reason,
        undone=undone_by is not None,
        evidence=entry.evidence,
    )
