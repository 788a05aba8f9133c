"""Mails as they were written, for the outbox of development."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import Account, Mail, Person, Store

MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenMail:
    """One mail, opened."""

    id: int
    shop: str
    to: str | None
    template: str
    locale: str
    state: str
    at: datetime
    heading: str
    text: str
    html: str


def newest() -> tuple[WrittenMail, ...]:
    """The last mails of every store, the newest first."""
    with db.read() as session:
        rows = session.execute(_MAILS.order_by(Mail.id.desc()).limit(MOST)).all()
    return tuple(_written(*row) for row in rows)


def one(mail_id: int) -> WrittenMail | None:
    """The mail, or None where there is none."""
    with db.read() as session:
        row = session.execute(_MAILS.where(Mail.id == mail_id)).first()
    return _written(*row) if row else None


_MAILS = (
    select(Mail, Person.email, Account.email, Store.name)
    .outerjoin(Person, Person.id == Mail.person_id)
    .outerjoin(Account, Account.id == Mail.account_id)
    .join(Store, Store.id == Mail.store_id)
)


def _written(mail: Mail, person: str | None, account: str | None, shop: str) -> WrittenMail:
    return WrittenMail(
        id=mail.id,
        shop=shop,
        to=person or account,
        template=mail.template,
        locale=mail.locale,
        state=mail.state,
        at=mail.created_at,
        heading=mail.heading or "",
        text=mail.text or "",
        html=mail.html or "",
    )
