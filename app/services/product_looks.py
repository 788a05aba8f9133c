"""Products that programs give for free: whether the shop still sells them, before friends find out that it does not."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.domain.offers import products_given
from app.extensions import db
from app.models import Program, ProgramVersion, Task
from app.services.connections import Connection
from app.services.once import insert_once

KIND = "product_gone"


def look(opened: Connection, store_id: int) -> None:
    """A task stands open for each program that gives what the shop does not sell now, and for no other."""
    with db.read() as session:
        given = _given(session, store_id)
    refs, catalogue = {ref for of_program in given.values() for ref in of_program}, opened.platform.catalogue
    sold = catalogue.sold(opened.store, sorted(refs)) if refs and catalogue else refs
    with db.begin() as session:
        for program_id, of_program in given.items():
            gone = sorted(of_program - sold)
            if gone:
                ask(session, store_id, program_id, gone[0])
            else:
                _close(session, store_id, program_id)


def _given(session: Session, store_id: int) -> dict[int, set[str]]:
    """By program that is not over, what its newest version gives for free; also where that is nothing any more."""
    newest = select(func.max(ProgramVersion.id)).where(ProgramVersion.store_id == store_id)
    rows = session.execute(
        select(ProgramVersion.program_id, ProgramVersion.rules)
        .join(Program, Program.id == ProgramVersion.program_id)
        .where(ProgramVersion.id.in_(newest.group_by(ProgramVersion.program_id)), Program.state != "ended")
    )
    return {row.program_id: {product.ref for _field, product in products_given(row.rules)} for row in rows}


def ask(session: Session, store_id: int, program_id: int, product_ref: str | None) -> None:
    """A person is asked, once a program, to offer the product again or to choose another: all its coupons lack it."""
    task = _task(session, store_id, program_id)
    evidence = {"program_id": program_id, "product_ref": product_ref}
    if task is not None:
        task.closed_at, task.evidence = None, evidence
        return
    insert_once(
        session, Task, store_id=store_id, kind="product_gone", subject=f"program:{program_id}", reason=KIND,
        evidence=evidence, opened_at=clock.now(),
    )  # fmt: skip


def _close(session: Session, store_id: int, program_id: int) -> None:
    task = _task(session, store_id, program_id)
    if task is not None and task.closed_at is None:
        task.closed_at = clock.now()


def _task(session: Session, store_id: int, program_id: int) -> Task | None:
    return session.scalars(
        select(Task).where(Task.store_id == store_id, Task.kind == KIND, Task.subject == f"program:{program_id}")
    ).first()
