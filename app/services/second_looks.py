"""Asking a human (R9): an advocate whose reward was refused or waits asks for a second look, once for each order, and
reads the answer on their page and in a mail.

Deciding about the order answers; where a refusal stands as it is, keeping it so does. An answer that is undone asks
again.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.domain import text
from app.domain.errors import DomainError
from app.domain.referrals import may_ask_again
from app.extensions import db, settings
from app.models import Advocate, Attribution, AuditEntry, Person, Reward, SecondLook
from app.services import mail
from app.services.once import insert_once

ANSWERED_WITHIN = timedelta(days=7)
LONGEST = 500


def ask(store_id: int, person_id: int, attribution_id: int, message: str) -> None:
    """Somebody at the shop is asked to look again; who asked before has asked already. Raises
    DomainError("nothing_to_look_at") where nothing of the person's was refused or waits."""
    said = text.one_line(message)[:LONGEST]
    with db.begin() as session:
        attribution = session.scalars(
            select(Attribution)
            .join(Advocate, Advocate.id == Attribution.advocate_id)
            .where(
                Attribution.id == attribution_id,
                Attribution.store_id == store_id,
                Advocate.store_id == store_id,
                Advocate.person_id == person_id,
                Attribution.is_test.is_(False),
            )
        ).first()
        if attribution is None or not _may_ask(session, attribution):
            raise DomainError("nothing_to_look_at")
        now = clock.now()
        insert_once(
            session,
            SecondLook,
            store_id=store_id,
            order_ref=attribution.order_ref,
            advocate_id=attribution.advocate_id,
            message=said or None,
            asked_at=now,
            answer_by=now + ANSWERED_WITHIN,
        )


def _may_ask(session: Session, attribution: Attribution) -> bool:
    reward = session.scalars(
        select(Reward).where(
            Reward.store_id == attribution.store_id,
            Reward.cause_kind == "order",
            Reward.cause_ref == attribution.order_ref,
        )
    ).first()
    waits = reward is not None and reward.state == "held" and reward.needs_approval
    return may_ask_again(attribution.state, waits=waits)


def is_open(session: Session, store_id: int, order_ref: str) -> bool:
    """Whether somebody asked for a look at the order and has no answer yet."""
    return _open(session, store_id, order_ref) is not None


def answer(session: Session, entry: AuditEntry, order_ref: str, *, counts: bool) -> None:
    """Whoever asked for the look reads what was decided, and why; nothing where nobody asked. The audit entry is what
    was done."""
    look = _open(session, entry.store_id, order_ref)
    if look is None:
        return
    look.answer, look.told = "counts" if counts else "stays", entry.reason
    look.answered_at, look.entry_id = clock.now(), entry.id
    person = session.get_one(Person, session.get_one(Advocate, look.advocate_id).person_id)
    if person.email:
        mail.owe_mail(
            session, entry.store_id, person.id, "look_answered", f"second_look:{look.id}:{entry.id}", person.locale,
            address=f"{settings().public_url}/me", counts=counts, words=entry.reason,
        )  # fmt: skip


def ask_again(session: Session, entry: AuditEntry) -> None:
    """What the entry did is undone: whoever was answered by it waits for an answer again."""
    looks = select(SecondLook).where(SecondLook.store_id == entry.store_id, SecondLook.entry_id == entry.id)
    for look in session.scalars(looks.with_for_update()):
        look.answer = look.told = look.answered_at = look.entry_id = None
        look.answer_by = clock.now() + ANSWERED_WITHIN


def _open(session: Session, store_id: int, order_ref: str) -> SecondLook | None:
    """Of the advocate for whom the order counts now, or did last."""
    return session.scalars(
        select(SecondLook)
        .where(
            SecondLook.store_id == store_id,
            SecondLook.order_ref == order_ref,
            SecondLook.answered_at.is_(None),
        )
        .order_by(SecondLook.id)
        .with_for_update()
        .limit(1)
    ).first()
