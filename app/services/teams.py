"""The people who work in a store: invitations, roles, leaving.

Only an owner invites. An invitation is a signed link to an account that is made at once, without a password: the link
itself names no address, and accepting it, ending the sessions or leaving the store spends it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.domain.errors import AnswersRefused, DomainError
from app.domain.program_faults import Fault
from app.extensions import db
from app.links.tokens import TokenInvalid, tokens
from app.models import Account, Membership, Store
from app.services import accounts, audit, mail
from app.services.accounts import AccountAnswers, SignedIn
from app.services.once import insert_once

INVITATION_SECONDS = 7 * 24 * 3600
ROLES = ("owner", "agent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What somebody who opens an invitation sees."""

    account_id: int
    email: str
    store_id: int
    store_name: str
    store_slug: str
    role: str
    locale: str
    has_password: bool  # they sign in instead of choosing one


def invite(store_id: int, by_account_id: int, *, email: str, role: str, public_url: str) -> str:
    """The address under which this person joins the store, good for a week; it is mailed to them too, once a day.

    Raises AnswersRefused.
    """
    address = accounts.normal_address(email)
    faults = (
        *(() if address else (Fault("email", "email_invalid"),)),
        *(() if role in ROLES else (Fault("role", "role_unknown"),)),
    )
    if faults or address is None:
        raise AnswersRefused(*faults)
    with db.begin() as session:
        store, by = session.get_one(Store, store_id), session.get_one(Account, by_account_id)
        account = _account_for(session, address, store.locale)
        if _membership(session, store_id, account.id):
            raise AnswersRefused(Fault("email", "already_member"))
        audit.note(session, store_id, "invite", f"account:{account.id}", account_id=by_account_id, reason=role)
        token = tokens.timed("invitation", [account.id, account.session_epoch, store_id, role])
        link = f"{public_url}/invitations/{token}"
        subject = f"account:{account.id}:{account.session_epoch}:{role}:{clock.now():%Y-%m-%d}"
        mail.owe_account_mail(
            session, store_id, account.id, "invitation", subject, account.locale, address=link, name=by.name, role=role
        )
    return link


def _account_for(session: Session, address: str, locale: str) -> Account:
    insert_once(
        session,
        Account,
        email=address,
        name="",
        password_hash=None,
        locale=locale,
        runs_server=False,
        session_epoch=0,
        created_at=clock.now(),
    )
    return session.scalars(select(Account).where(Account.email == address)).one()


def open_invitation(token: str) -> Invitation:
    """What the invitation offers. Raises TokenInvalid where it is not ours, too old, or spent."""
    account_id, epoch, store_id, role = tokens.read_timed("invitation", token, INVITATION_SECONDS)
    with db.read() as session:
        account = session.get(Account, account_id)
        store = session.get(Store, store_id)
    if account is None or store is None or account.session_epoch != epoch:
        raise TokenInvalid("invitation")
    return Invitation(
        account_id=account.id,
        email=account.email,
        store_id=store.id,
        store_name=store.name,
        store_slug=store.slug,
        role=role,
        locale=account.locale,
        has_password=account.password_hash is not None,
    )


def accept_as_new(token: str, *, name: str, password: str, locale: str) -> SignedIn:
    """The invited account has a name and a password and is in the store. Raises TokenInvalid, AnswersRefused."""
    invitation = open_invitation(token)
    if invitation.has_password:
        raise TokenInvalid("invitation")
    columns = accounts.account_columns(
        AccountAnswers(name=name, email=invitation.email, password=password, locale=locale)
    )
    with db.begin() as session:
        account = session.get_one(Account, invitation.account_id, with_for_update=True)
        if account.password_hash is not None:
            raise TokenInvalid("invitation")
        account.name, account.password_hash, account.locale = columns["name"], columns["password_hash"], locale
        account.session_epoch += 1
        _join(session, invitation)
        return SignedIn(account.id, account.session_epoch)


def accept(token: str, account_id: int) -> SignedIn:
    """The account that is signed in and was invited is in the store.

    Raises TokenInvalid, DomainError("other_account").
    """
    invitation = open_invitation(token)
    if invitation.account_id != account_id:
        raise DomainError("other_account")
    with db.begin() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        account.session_epoch += 1
        _join(session, invitation)
        return SignedIn(account.id, account.session_epoch)


def _join(session: Session, invitation: Invitation) -> None:
    join(session, invitation.store_id, invitation.account_id, invitation.role)
    subject = f"account:{invitation.account_id}"
    audit.note(session, invitation.store_id, "join", subject, account_id=invitation.account_id, reason=invitation.role)


def join(session: Session, store_id: int, account_id: int, role: str) -> None:
    """The account is in the store; the role it had there stays. The caller commits."""
    insert_once(session, Membership, store_id=store_id, account_id=account_id, role=role, created_at=clock.now())


def change_role(store_id: int, by_account_id: int, account_id: int, role: str) -> None:
    """The member has this role. Raises DomainError: member_unknown, role_unknown, last_owner."""
    if role not in ROLES:
        raise DomainError("role_unknown")
    with db.begin() as session:
        member = _existing(session, store_id, account_id)
        if member.role == "owner" and role != "owner":
            _refuse_last_owner(session, store_id)
        if member.role != role:
            audit.note(session, store_id, "change_role", f"account:{account_id}", account_id=by_account_id, reason=role)
        member.role = role


def remove(store_id: int, by_account_id: int, account_id: int) -> None:
    """The account is out of the store, its sessions and invitations over.

    Raises DomainError: member_unknown, last_owner.
    """
    with db.begin() as session:
        member = _existing(session, store_id, account_id)
        if member.role == "owner":
            _refuse_last_owner(session, store_id)
        session.delete(member)
        session.get_one(Account, account_id, with_for_update=True).session_epoch += 1
        audit.note(session, store_id, "remove_member", f"account:{account_id}", account_id=by_account_id)


def _existing(session: Session, store_id: int, account_id: int) -> Membership:
    # The store's row is the lock under which owners are counted.
    session.get_one(Store, store_id, with_for_update=True)
    member = _membership(session, store_id, account_id)
    if member is None:
        raise DomainError("member_unknown")
    return member


def _membership(session: Session, store_id: int, account_id: int) -> Membership | None:
    return session.scalars(
        select(Membership).where(Membership.store_id == store_id, Membership.account_id == account_id)
    ).first()


def _refuse_last_owner(session: Session, store_id: int) -> None:
    owners = select(func.count()).where(Membership.store_id == store_id, Membership.role == "owner")
    if session.scalar(owners) == 1:
        raise DomainError("last_owner")
