"""Sending mail over SMTP, with a second relay to fall back on. What failures mean is said in integrations/errors.py."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

from integrations.errors import RemoteOutcomeUnknown, RemoteRejected, RemoteUnavailable

SECONDS = 20.0
DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_PERMANENT = 500


def deliver(message: EmailMessage, relays: Sequence[str]) -> None:
    """The first relay that can be reached has taken the message.

    Raises RemoteUnavailable (nothing was sent), RemoteRejected (it never will be), RemoteOutcomeUnknown.
    """
    failure = RemoteUnavailable("no_mail_relay")
    for relay in relays:
        try:
            return _hand_over(message, urlsplit(relay))
        except RemoteUnavailable as error:
            failure = error
    raise failure


def _hand_over(message: EmailMessage, relay: SplitResult) -> None:
    try:
        connection = _connect(relay)
    except smtplib.SMTPAuthenticationError as error:
        # A wrong password is mended by the operator, and then this message can go.
        raise RemoteUnavailable("mail_login_refused") from error
    except (OSError, smtplib.SMTPException) as error:
        raise RemoteUnavailable("mail_relay_unreachable") from error
    try:
        connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, _words = next(iter(error.recipients.values()))
        raise _refusal(code, "address_refused") from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, "mail_refused") from error
    except (OSError, smtplib.SMTPException) as error:
        raise RemoteOutcomeUnknown("mail_interrupted") from error
    finally:
        connection.close()


def _connect(relay: SplitResult) -> smtplib.SMTP:
    host, port = relay.hostname or "localhost", relay.port or DEFAULT_PORTS[relay.scheme]
    secure = ssl.create_default_context()
    if relay.scheme == "smtps":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=secure)
    else:
        connection = smtplib.SMTP(host, port, timeout=SECONDS)
    try:
        if relay.scheme == "smtp+starttls":
            connection.starttls(context=secure)
        if relay.username:
            connection.login(unquote(relay.username), unquote(relay.password or ""))
    except BaseException:
        connection.close()
        raise
    return connection


def _refusal(code: int, reason: str) -> RemoteRejected | RemoteUnavailable:
    """5xx will be said again; anything else may pass."""
    return RemoteRejected(reason, status=code) if code >= _PERMANENT else RemoteUnavailable(reason)
