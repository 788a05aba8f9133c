"""Recognising people of a store without reading them: normal forms, keyed hashes, one row a person."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.domain import identities, text
from app.models import Person, PersonKey, SearchKey, Store
from app.services.once import insert_once
from app.vault import keyed_digest

SHORTEST_PREFIX = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What somebody told us about themselves, as they or the platform wrote it."""

    email: str | None = None
    phone: str | None = None
    customer_ref: str | None = None
    name: str | None = None
    address: str | None = None
    country: str | None = None


def digests(store: Store, identity: Identity) -> dict[str, str]:
    """Keyed hash by kind (email, phone, customer, name_address); placeholders such as guest@shop are left out (R9)."""
    normal = {
        "email": identities.normal_email(identity.email) if identity.email else None,
        "phone": normal_phone(identity.phone, identity.country),
        "customer": identity.customer_ref or None,
        "name_address": identities.name_and_address(identity.name, identity.address)
        if identity.name and identity.address
        else None,
    }
    return {
        kind: keyed_digest(store.digest_key, kind, value)
        for kind, value in normal.items()
        if value and not identities.is_placeholder(kind, value)
    }


def normal_phone(phone: str | None, country: str | None) -> str | None:
    """The number in E.164, or None where it cannot be one."""
    if not phone:
        return None
    try:
        parsed = phonenumbers.parse(text.fold(phone), country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def find(session: Session, store: Store, identity: Identity) -> Person | None:
    """The person with one of these keys, the oldest where there are several."""
    keys = {kind: value for kind, value in digests(store, identity).items() if kind != "name_address"}
    if not keys:
        return None
    return session.scalars(
        select(Person)
        .join(PersonKey, (PersonKey.person_id == Person.id) & (PersonKey.store_id == Person.store_id))
        .where(Person.store_id == store.id, PersonKey.digest.in_(keys.values()), Person.erased_at.is_(None))
        .order_by(Person.id)
        .limit(1)
    ).first()


def meet(session: Session, store: Store, identity: Identity, locale: str) -> Person:
    """The person with one of these keys, or a new one; what was unknown of them is filled in."""
    person = find(session, store, identity) or _made_or_met(session, store, identity, locale)
    person.email = person.email or identity.email
    person.phone = person.phone or identity.phone
    if identity.name and not (person.name and person.email_verified_at):
        # Who asks for a link may write anything beside anybody's address: the last word before the tap counts.
        person.name = text.one_line(identity.name) or None
    session.flush()
    remember_keys(session, store, person, identity)
    return person


def _made_or_met(session: Session, store: Store, identity: Identity, locale: str) -> Person:
    """A new person, unless somebody else made the same one at this moment: whose keys stand first is the person."""
    with session.begin_nested() as attempt:
        person = Person(store_id=store.id, locale=locale, created_at=clock.now())
        session.add(person)
        session.flush()
        if all(_keep_keys(session, store, person, identity)):
            return person
        other = find(session, store, identity)
        if other is None:
            return person
        attempt.rollback()
        return other


def remember_keys(session: Session, store: Store, person: Person, identity: Identity) -> None:
    """The person can be found by these keys and by the beginnings of their names; a key that is another's stays
    theirs."""
    _keep_keys(session, store, person, identity)
    for token in text.tokens(identity.name or ""):
        for length in range(min(SHORTEST_PREFIX, len(token)), len(token) + 1):
            digest = search_digest(store, token[:length])
            insert_once(session, SearchKey, store_id=store.id, person_id=person.id, digest=digest)


def _keep_keys(session: Session, store: Store, person: Person, identity: Identity) -> list[bool]:
    """Of each key, whether it became the person's just now; waits for whoever else is writing the same one."""
    return [
        insert_once(session, PersonKey, store_id=store.id, person_id=person.id, kind=kind, digest=value) is not None
        for kind, value in digests(store, identity).items()
        if kind != "name_address"
    ]


def search_digest(store: Store, beginning: str) -> str:
    """The keyed hash under which a folded beginning of a name is found."""
    return keyed_digest(store.digest_key, "name", beginning)
