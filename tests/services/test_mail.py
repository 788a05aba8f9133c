"""Mail is written once, sent once, and what a relay says decides what happens next."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.config import Settings
from app.extensions import Database, connect
from app.models import Effect, Mail, Person, Store
from app.outbound import mail as transport
from app.services import mail
from integrations.errors import RemoteRejected, RemoteUnavailable
from tests import factories
from tests.engines.frozen import FrozenClock

NOBODY_LISTENS = "smtp://127.0.0.1:9"


class Relay:
    """A mail server on loopback that keeps what it takes and refuses what it is told to."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answer = "250 Taken"

    async def handle_RCPT(self, _server: SMTP, _s: Session, envelope: Envelope, address: str, _o: Any) -> str:
        """One recipient."""
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """One message."""
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
        return self.answer


@pytest.fixture
def relay() -> Iterator[tuple[Relay, str]]:
    """A relay, and its address."""
    handler = Relay()
    controller = Controller(handler, hostname="127.0.0.1", port=0)
    # Port 0: the system chooses a free one; aiosmtpd asks for it before it knows.
    controller.port = _free_port()
    controller.start()
    yield handler, f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def owed(db: Database) -> Callable[..., int]:
    """Owes a mail to somebody at sara@mail.shop; its id."""
    with db.begin() as session:
        store = factories.store(session)
        person = factories.person(session, store, email="sara@mail.shop")
        store_id, person_id = store.id, person.id

    def owe(subject: str = "sign_in_link:1", locale: str = "en") -> int:
        with db.begin() as session:
            address = "http://refer.test/m/abc"
            made = mail.owe_mail(session, store_id, person_id, "join", subject, locale, address=address)
            assert made is not None
            return made

    return owe


def use(settings: Settings, **changes: str) -> None:
    """Mail goes where the changed settings say."""
    from dataclasses import replace

    from app import clock as app_clock

    source = app_clock.now
    frozen = source()
    connect(replace(settings, **changes))
    app_clock.set_source(lambda: frozen)


def test_a_mail_is_owed_once(db: Database, owed: Callable[..., int]) -> None:
    first = owed()
    with db.begin() as session:
        written = session.get_one(Mail, first)
        again = mail.owe_mail(
            session,
            written.store_id,
            written.person_id,
            "join",
            "sign_in_link:1",
            "en",
            address="http://refer.test/m/x",
        )
    assert again is None
    with db.read() as session:
        assert [(row.kind, row.subject) for row in session.query(Effect)] == [("send_mail", f"mail:{first}")]


@pytest.mark.parametrize(("locale", "heading"), [("en", "Your personal link"), ("ar", "رابطك"), ("fa", "پیوند شخصی")])
def test_a_mail_is_written_in_its_readers_language(
    db: Database, owed: Callable[..., int], locale: str, heading: str
) -> None:
    with db.read() as session:
        written = session.get_one(Mail, owed(locale=locale))
    assert written.heading is not None
    assert written.text is not None
    assert written.html is not None
    assert heading in written.heading
    assert "http://refer.test/m/abc" in written.text
    assert 'href="http://refer.test/m/abc"' in written.html
    assert f'lang="{locale}" dir="{"ltr" if locale == "en" else "rtl"}"' in written.html


def test_a_shop_cannot_smuggle_markup_or_headers_into_a_mail(db: Database, owed: Callable[..., int]) -> None:
    with db.begin() as session:
        session.query(Store).one().name = "A<b>\nBcc: all@mail.shop"
    mail_id = owed()
    with db.read() as session:
        written = session.get_one(Mail, mail_id)
        message = mail._message(written, session.query(Store).one(), session.query(Person).one())
    assert "<b>" not in (written.html or "")
    assert message is not None
    assert message["Bcc"] is None


def test_the_outbox_keeps_what_would_have_been_sent(db: Database, owed: Callable[..., int]) -> None:
    mail_id = owed()
    mail.send(mail_id)
    with db.read() as session:
        assert session.get_one(Mail, mail_id).state == "sent"


def test_a_relay_gets_plain_text_and_html(
    db: Database, settings: Settings, relay: tuple[Relay, str], owed: Callable[..., int]
) -> None:
    taken, address = relay
    use(settings, mail_url=address, mail_from="Goodword <mail@refer.test>")
    mail_id = owed(locale="fa")
    mail.send(mail_id)
    mail.send(mail_id)  # a repeat sends nothing more
    (message,) = taken.taken
    assert message["To"] == "sara@mail.shop"
    assert message["From"] == "Leaf & Kettle <mail@refer.test>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<mail-{mail_id}.1@refer.test>"
    plain, page = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert page is not None
    assert "http://refer.test/m/abc" in plain.get_content()
    assert 'dir="rtl"' in page.get_content()


def test_an_unreachable_relay_is_tried_again_and_the_fallback_used_at_once(
    db: Database, settings: Settings, relay: tuple[Relay, str], owed: Callable[..., int]
) -> None:
    taken, address = relay
    use(settings, mail_url=NOBODY_LISTENS)
    mail_id = owed()
    with pytest.raises(RemoteUnavailable) as failure:
        mail.send(mail_id)
    assert failure.value.reason == "mail_relay_unreachable"
    use(settings, mail_url=NOBODY_LISTENS, mail_fallback_url=address)
    mail.send(mail_id)
    assert len(taken.taken) == 1


def test_a_permanent_refusal_fails_the_mail_and_a_passing_one_does_not(
    db: Database, settings: Settings, relay: tuple[Relay, str], owed: Callable[..., int]
) -> None:
    taken, address = relay
    use(settings, mail_url=address)
    mail_id = owed()
    taken.answer = "451 Come back later"
    with pytest.raises(RemoteUnavailable):
        mail.send(mail_id)
    with db.read() as session:
        assert session.get_one(Mail, mail_id).state == "waiting"
    taken.answer = "550 No such person"
    with pytest.raises(RemoteRejected) as failure:
        mail.send(mail_id)
    assert failure.value.reason == "address_refused"
    with db.read() as session:
        assert session.get_one(Mail, mail_id).state == "failed"


def test_somebody_who_was_erased_gets_nothing(
    db: Database, settings: Settings, relay: tuple[Relay, str], owed: Callable[..., int]
) -> None:
    taken, address = relay
    use(settings, mail_url=address)
    mail_id = owed()
    with db.begin() as session:
        session.query(Person).one().email = None
    mail.send(mail_id)
    assert taken.taken == []
    with db.read() as session:
        assert session.get_one(Mail, mail_id).state == "failed"


def test_a_wrong_password_is_the_operators_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(smtplib.SMTP):
        def __init__(self, *_args: object, **_options: object) -> None:
            pass

        def login(self, *_args: object, **_options: object) -> tuple[int, bytes]:
            raise smtplib.SMTPAuthenticationError(535, b"no")

        def close(self) -> None:
            pass

    monkeypatch.setattr(transport.smtplib, "SMTP", Refusing)
    with pytest.raises(RemoteUnavailable) as failure:
        transport.deliver(EmailMessage(), ["smtp://goodword:secret@127.0.0.1:25"])
    assert failure.value.reason == "mail_login_refused"
    assert "secret" not in repr(failure.value)


def test_the_same_mail_has_the_same_number_on_every_try(
    db: Database, owed: Callable[..., int], clock: FrozenClock
) -> None:
    mail_id = owed()
    numbers = set()
    for _ in range(2):
        with db.read() as session:
            written = session.get_one(Mail, mail_id)
            message = mail._message(written, session.query(Store).one(), session.query(Person).one())
        assert message is not None
        numbers.add(message["Message-ID"])
        clock.advance(hours=1)
    assert len(numbers) == 1
