"""Mail: rendered once when it is owed, kept sealed, sent by the worker. Each (template, subject) is sent once."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import formataddr, parseaddr
from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.extensions import db, settings
from app.models import Account, Mail, Person, Store
from app.outbound import letter as letters_out
from app.outbound import mail as transport
from app.services import effects, letters
from app.services.once import insert_once
from integrations.errors import RemoteRejected

OUTBOX = "outbox"


def owe_mail(
    session: Session, store_id: int, person_id: int, template: str, subject_ref: str, locale: str, **values: Any
) -> int | None:
    """The mail is written as it will be sent, and the worker will send it; None where it was owed before."""
    return _owe(session, store_id, {"person_id": person_id}, template, subject_ref, locale, **values)


def owe_account_mail(
    session: Session, store_id: int, account_id: int, template: str, subject_ref: str, locale: str, **values: Any
) -> int | None:
    """The same, for somebody who works in the store, or will."""
    return _owe(session, store_id, {"account_id": account_id}, template, subject_ref, locale, **values)


def _owe(
    session: Session,
    store_id: int,
    reader: dict[str, int],
    template: str,
    subject_ref: str,
    locale: str,
    **values: Any,
) -> int | None:
    letter = letters.compose(template, session.get_one(Store, store_id), locale, **values)
    mail_id = insert_once(
        session,
        Mail,
        store_id=store_id,
        **reader,
        template=template,
        subject_ref=subject_ref,
        locale=locale,
        heading=letter.heading,
        text=letters_out.as_text(letter),
        html=letters_out.as_html(letter),
        state="waiting",
        created_at=clock.now(),
    )
    if mail_id is not None:
        effects.owe(session, store_id, "send_mail", f"mail:{mail_id}", lane="mail")
    return mail_id


def send(mail_id: int) -> None:
    """The mail is on its way, or stays in the outbox that development shows.

    A person who was erased meanwhile gets nothing. Raises RemoteUnavailable, RemoteRejected, RemoteOutcomeUnknown.
    """
    with db.read() as session:
        mail = session.get_one(Mail, mail_id)
        message = _message(mail, session.get_one(Store, mail.store_id), _address(session, mail))
    if mail.state == "sent":
        return None
    if message is None:
        return _become(mail_id, "failed")
    if settings().mail_url != OUTBOX:
        try:
            transport.deliver(message, [url for url in (settings().mail_url, settings().mail_fallback_url) if url])
        except RemoteRejected:
            _become(mail_id, "failed")
            raise
    return _become(mail_id, "sent")


def _address(session: Session, mail: Mail) -> str | None:
    if mail.person_id is None:
        return session.get_one(Account, mail.account_id).email
    return session.get_one(Person, mail.person_id).email


def _message(mail: Mail, store: Store, to: str | None) -> EmailMessage | None:
    if not to or mail.text is None or mail.html is None:
        return None
    _name, address = parseaddr(settings().mail_from)
    message = EmailMessage()
    message["From"] = formataddr((_one_line(store.name), address))
    message["To"] = to
    message["Subject"] = _one_line(mail.heading or "")
    message["Date"] = clock.now()
    # The same for every try, so that a mail that arrives twice is shown once.
    message["Message-ID"] = f"<mail-{mail.id}.{store.id}@{address.partition('@')[2] or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = mail.locale
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _one_line(text: str) -> str:
    """The text as a header may hold it: what a shop calls itself never becomes a header of its own."""
    return " ".join(text.split())


def _become(mail_id: int, state: str) -> None:
    with db.begin() as session:
        mail = session.get_one(Mail, mail_id)
        mail.state = state
        mail.sent_at = clock.now() if state == "sent" else None
