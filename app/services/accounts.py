"""Who may sign in at a desk: the first account, signing in, one-time links. The people of one store are in teams.py.

No link carries an address: an account is named by its id, and every one-time link also by the account's session epoch,
which using the link raises. So a link works once, and not after its owner's sessions were ended.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import clock
from app.domain.errors import AnswersRefused, DomainError
from app.domain.program_faults import Fault
from app.extensions import db
from app.links.tokens import TokenInvalid, tokens
from app.models import Account

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 500  # hashing a book would be a way to keep the server busy
SETUP_SECONDS = 24 * 3600
SIGN_IN_SECONDS = 3600
LOCALES = ("en", "ar", "fa")

_hasher = PasswordHasher()


@cache
def _nobodys_hash() -> str:
    """Compared with where nobody has the address, so that this answer takes as long as the other."""
    return _hasher.hash("nobody has this password")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAnswers:
    """What the form asks of somebody who makes an account."""

    name: str
    email: str
    password: str = field(repr=False)
    locale: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a browser's session holds: whose it is, and of which epoch."""

    account_id: int
    epoch: int


# --- the first account ---


def setup_link(public_url: str) -> str:
    """The address under which the first account is made. Raises DomainError("already_set_up")."""
    with db.read() as session:
        _refuse_when_set_up(session)
    return f"{public_url}/setup/{tokens.timed('setup', '')}"


def open_setup(token: str) -> None:
    """Returns when the link is ours, fresh and still wanted. Raises TokenInvalid, DomainError("already_set_up")."""
    tokens.read_timed("setup", token, SETUP_SECONDS)
    with db.read() as session:
        _refuse_when_set_up(session)


def set_up(token: str, answers: AccountAnswers) -> SignedIn:
    """The first account exists and runs the server. Raises TokenInvalid, DomainError, AnswersRefused."""
    open_setup(token)
    return first_account(answers)


def first_account(answers: AccountAnswers) -> SignedIn:
    """The first account exists and runs the server. Raises DomainError("already_set_up"), AnswersRefused."""
    columns = account_columns(answers)  # hashes the password before the transaction opens
    with db.begin() as session:
        if session.get_bind().dialect.name == "postgresql":
            # Two holders of the link at once make one account; SQLite has one writer anyway.
            session.execute(text("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE"))
        _refuse_when_set_up(session)
        account = Account(**columns, runs_server=True, created_at=clock.now())
        session.add(account)
        session.flush()
        return SignedIn(account.id, account.session_epoch)


def _refuse_when_set_up(session: Session) -> None:
    if session.scalar(select(Account.id).limit(1)) is not None:
        raise DomainError("already_set_up")


# --- signing in and out ---


def sign_in(email: str, password: str) -> SignedIn | None:
    """Who this is, or None; an unknown address takes as long and answers the same as a wrong password."""
    with db.read() as session:
        account = session.scalars(select(Account).where(Account.email == email.strip().lower())).first()
    stored = account.password_hash if account else None
    matches = _verify(stored or _nobodys_hash(), password)
    if account is None or stored is None or not matches:
        return None
    if _hasher.check_needs_rehash(stored):
        set_password_hash(account.id, _hasher.hash(password))
    return SignedIn(account.id, account.session_epoch)


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False


def set_password_hash(account_id: int, password_hash: str) -> None:
    """The account's password is the one that was hashed."""
    with db.begin() as session:
        session.get_one(Account, account_id).password_hash = password_hash


def one_time_sign_in(public_url: str, account_id: int) -> str:
    """An address that signs this account in, once, within the hour. Raises DomainError("account_unknown")."""
    with db.read() as session:
        account = session.get(Account, account_id)
    if account is None:
        raise DomainError("account_unknown")
    token = tokens.timed("desk-sign-in", [account.id, account.session_epoch])
    return f"{public_url}/sign-in/{token}"


def account_id_of(email: str) -> int:
    """The account with this address. Raises DomainError("account_unknown")."""
    with db.read() as session:
        found = session.scalar(select(Account.id).where(Account.email == email.strip().lower()))
    if found is None:
        raise DomainError("account_unknown")
    return found


def open_sign_in_link(token: str) -> None:
    """Returns while the link would sign somebody in. Raises TokenInvalid."""
    account_id, epoch = tokens.read_timed("desk-sign-in", token, SIGN_IN_SECONDS)
    with db.read() as session:
        account = session.get(Account, account_id)
    if account is None or account.session_epoch != epoch:
        raise TokenInvalid("desk-sign-in")


def use_sign_in_link(token: str) -> SignedIn:
    """Signed in; the link and every earlier session of the account are over. Raises TokenInvalid."""
    account_id, epoch = tokens.read_timed("desk-sign-in", token, SIGN_IN_SECONDS)
    with db.begin() as session:
        account = session.get(Account, account_id, with_for_update=True)
        if account is None or account.session_epoch != epoch:
            raise TokenInvalid("desk-sign-in")
        account.session_epoch += 1
        return SignedIn(account.id, account.session_epoch)


def end_sessions(account_id: int) -> SignedIn:
    """Every session and every unused link of the account is over; the one that is returned goes on."""
    with db.begin() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        account.session_epoch += 1
        return SignedIn(account.id, account.session_epoch)


# --- one's own account ---


def change_self(account_id: int, *, name: str, locale: str) -> None:
    """The account bears this name and reads this language. Raises AnswersRefused."""
    faults = name_faults(name) + locale_faults(locale)
    if faults:
        raise AnswersRefused(*faults)
    with db.begin() as session:
        account = session.get_one(Account, account_id)
        account.name, account.locale = name.strip(), locale


def change_password(account_id: int, current: str | None, new: str) -> SignedIn:
    """The password is the new one and every other session is over.

    `current` None: the account came in by a one-time link and need not know it. Raises AnswersRefused.
    """
    faults = password_faults(new, "new_password")
    with db.read() as session:
        stored = session.get_one(Account, account_id).password_hash
    if current is not None and not _verify(stored or _nobodys_hash(), current):
        faults = (Fault("current_password", "password_wrong"), *faults)
    if faults:
        raise AnswersRefused(*faults)
    set_password_hash(account_id, _hasher.hash(new))
    return end_sessions(account_id)


# --- what an account may be ---


def account_columns(answers: AccountAnswers) -> dict[str, str]:
    """The answers as columns of an account, the password hashed. Raises AnswersRefused."""
    address = normal_address(answers.email)
    faults = (
        *name_faults(answers.name),
        *(() if address else (Fault("email", "email_invalid"),)),
        *password_faults(answers.password, "password"),
        *locale_faults(answers.locale),
    )
    if faults or address is None:
        raise AnswersRefused(*faults)
    return {
        "name": answers.name.strip(),
        "email": address,
        "password_hash": _hasher.hash(answers.password),
        "locale": answers.locale,
    }


def normal_address(email: str) -> str | None:
    """The address as accounts are kept under it, or None where it cannot be one."""
    try:
        # test_environment: the demo's people have addresses under .test.
        valid = validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return valid.normalized.lower()


def name_faults(name: str) -> tuple[Fault, ...]:
    """What is wrong with a name."""
    if not name.strip():
        return (Fault("name", "name_missing"),)
    return (Fault("name", "name_too_long"),) if len(name) > 100 else ()


def locale_faults(locale: str) -> tuple[Fault, ...]:
    """What is wrong with a language."""
    return () if locale in LOCALES else (Fault("locale", "locale_unknown"),)


def password_faults(password: str, field_name: str) -> tuple[Fault, ...]:
    """What is wrong with a password: only its length can be."""
    if len(password) < SHORTEST_PASSWORD:
        return (Fault(field_name, "password_short", (("least", SHORTEST_PASSWORD),)),)
    return (Fault(field_name, "password_long"),) if len(password) > LONGEST_PASSWORD else ()
