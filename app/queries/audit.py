"""Who did what: the store's audit log, page by page."""

from __future__ import annotations

from app.extensions import db
from app.models import AuditEntry
from app.queries import acts
from app.queries.acts import Acted
from app.queries.pages import SIZE, Page, page_of


def entries(store_id: int, *, before: int | None = None) -> Page[Acted]:
    """A page of the log, the newest first."""
    statement = acts.audited(store_id)
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    with db.read() as session:
        rows = session.execute(statement.order_by(AuditEntry.id.desc()).limit(SIZE + 1)).all()
    return page_of(rows, lambda row: row[0].id, lambda row: acts.acted(*row))
