"""Links that are mailed to people of a store, good once and for half an hour: to join, to sign in, to get a code.

Opening one changes nothing, because mail scanners open everything; a tap on the page's button uses it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from app import clock
from app.domain.errors import DomainError
from app.extensions import db, settings
from app.links.tokens import ShareLink, TokenInvalid, tokens
from app.models import Person, SignInLink, Store
from app.services import advocates, claims, mail, people
from app.services.people import Identity

SECONDS = 30 * 60
EVER = 100 * 365 * 24 * 3600  # to know a link again, not to use it
PURPOSE = "sign-in"
TEMPLATES = {"join": "join", "sign_in": "sign_in", "claim": "claim_link"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a mailed link is for."""

    store_id: int
    program_id: int | None
    intent: str
    is_used: bool
    share: ShareLink | None  # whose link the friend had opened who asked for a code


@dataclass(frozen=True, slots=True)
class Used:
    """Who tapped, and what they got."""

    store_id: int
    person_id: int
    intent: str
    claim_id: int | None


def ask_to_join(store_id: int, program_id: int, email: str, name: str, locale: str) -> None:
    """A mail is on its way: to join, or to the page of somebody who is in the program already (R17)."""
    with db.begin() as session:
        person = _meet(session, store_id, Identity(email=email, name=name or None), locale)
        is_in = advocates.of_person(session, store_id, person.id, program_id) is not None
        _mail_link(session, person, "sign_in" if is_in else "join", locale, program_id=program_id)


def ask_for_code(link: ShareLink, email: str, locale: str) -> None:
    """A mail is on its way whose button makes the claim. Raises DomainError("offer_closed")."""
    with db.begin() as session:
        advocate, _version = claims.offered(session, link)
        person = _meet(session, advocate.store_id, Identity(email=email), locale)
        _mail_link(session, person, "claim", locale, program_id=link.program_id, advocate_id=link.advocate_id)


def open_link(token: str) -> Asked:
    """What the link is for. Raises TokenInvalid."""
    return _asked(*_read(token))


def recall(token: str) -> Asked | None:
    """What the link was for, however long ago; None where it is not ours."""
    try:
        return _asked(*_read(token, seconds=EVER))
    except TokenInvalid:
        return None


def _asked(link_id: int, advocate_id: int) -> Asked:
    with db.read() as session:
        link = session.get(SignInLink, link_id)
    if link is None:
        raise TokenInvalid(PURPOSE)
    share = ShareLink(link.program_id, advocate_id) if link.intent == "claim" and link.program_id else None
    return Asked(link.store_id, link.program_id, link.intent, link.used_at is not None, share)


def use_link(token: str, locale: str) -> Used:
    """The link did what it was for, once.

    Raises TokenInvalid, DomainError (link_used, offer_closed, budget_used_up).
    """
    link_id, advocate_id = _read(token)
    with db.begin() as session:
        _once(session, link_id)
        link = session.get_one(SignInLink, link_id)
        # Two links of one person that are used at once make one claim: the second sees the first one's.
        person = session.get_one(Person, link.person_id, with_for_update={"key_share": True})
        if person.erased_at is not None:
            raise TokenInvalid(PURPOSE)
        person.email_verified_at = person.email_verified_at or clock.now()
        if link.intent == "join" and link.program_id is not None:
            advocates.enrol(session, link.store_id, link.program_id, person.id)
        if link.intent == "claim" and link.program_id is not None:
            link.claim_id = _claim(session, link, ShareLink(link.program_id, advocate_id), locale)
        return Used(link.store_id, person.id, link.intent, link.claim_id)


def _claim(session: Session, link: SignInLink, share: ShareLink, locale: str) -> int:
    """The claim of this person on this link: one, however many mails they asked for while its code is good."""
    standing = claims.of_person(session, share, link.person_id)
    if standing is not None:
        return standing
    advocate, version = claims.offered(session, share)
    return claims.issue(
        session,
        advocate,
        version,
        f"sign-in:{link.id}",
        locale=locale,
        channel="mail",
        person_id=link.person_id,
        verified_at=clock.now(),
    )


def _once(session: Session, link_id: int) -> None:
    """The database says who was first."""
    used = session.execute(
        update(SignInLink).where(SignInLink.id == link_id, SignInLink.used_at.is_(None)).values(used_at=clock.now())
    )
    assert isinstance(used, CursorResult)  # noqa: S101 - tells mypy
    if used.rowcount == 0:
        raise DomainError("link_used")


def _meet(session: Session, store_id: int, identity: Identity, locale: str) -> Person:
    return people.meet(session, session.get_one(Store, store_id), identity, locale)


def _mail_link(
    session: Session, person: Person, intent: str, locale: str, *, program_id: int, advocate_id: int = 0
) -> None:
    link = SignInLink(
        store_id=person.store_id,
        person_id=person.id,
        intent=intent,
        program_id=program_id,
        created_at=clock.now(),
    )
    session.add(link)
    session.flush()
    token = tokens.timed(PURPOSE, [link.id, advocate_id])
    address = f"{settings().public_url}/m/{token}?lang={locale}"
    mail.owe_mail(
        session, person.store_id, person.id, TEMPLATES[intent], f"sign_in_link:{link.id}", locale, address=address
    )


def _read(token: str, seconds: int = SECONDS) -> tuple[int, int]:
    link_id, advocate_id = tokens.read_timed(PURPOSE, token, seconds)
    return int(link_id), int(advocate_id)
