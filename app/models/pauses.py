"""Why programs are paused, read from the audit log: for services that let them go on, and for pages that offer it."""

from __future__ import annotations

from sqlalchemy import String, cast, literal, select
from sqlalchemy.orm import Session

from app.models.programs import Program
from app.models.stores import AuditEntry

DISCONNECTED = "disconnected"


def paused_because(session: Session, store_id: int, reason: str) -> list[Program]:
    """The store's programs that are paused, and were switched last for this reason."""
    last = (
        select(AuditEntry.reason)
        .where(
            AuditEntry.store_id == Program.store_id,
            AuditEntry.verb == "set_program_state",
            AuditEntry.subject == literal("program:").concat(cast(Program.id, String)),
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
        .correlate(Program)
        .scalar_subquery()
    )
    paused = select(Program).where(Program.store_id == store_id, Program.state == "paused", last == reason)
    return list(session.scalars(paused.order_by(Program.id)))
