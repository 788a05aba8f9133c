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


def keys(store: Store, identity: Identity) -> tuple[tuple[str, str], ...]:
    """Keyed hashes with their kind (email, phone, customer, name_address), of every form in which each was ever kept,
    the first forms first; placeholders such as guest@shop are left out (R9)."""
    phone, customer = normal_phone(identity.phone, identity.country), (identity.customer_ref or "").strip()
    forms = [("email", form) for form in identities.email_forms(identity.email or "")]
    forms += [("phone", phone)] if phone else []
    forms += [("customer", customer)] if customer else []
    homes = identities.name_and_address_forms(identity.name or "", identity.address or "")
    forms += [("name_address", form) for form in homes]
    return tuple(
        (kind, keyed_digest(store.digest_key, kind, form))
        for kind, form in forms
        if not identities.is_placeholder(kind, form)
    )


def domain_digest(store: Store, domain: str) -> str:
    """What is kept of the domain of a buyer's address."""
    return keyed_digest(store.digest_key, "email_domain", domain)


def domain_of(store: Store, email: str | None) -> str:
    """domain_digest() of an address; nothing where it is none, or stands for nobody (R9)."""
    forms = identities.email_forms(email) if email else ()
    if not forms or identities.is_placeholder("email", forms[0]):
        return ""
    return domain_digest(store, forms[0].rpartition("@")[2])


def normal_phone(phone: str | None, country: str | None) -> str | None:
    """The number in E.164, or None where it cannot be one. `country` is where the order goes: a number without a prefix
    is one of there."""
    if not phone:
        return None
    dialled = text.fold(phone).lstrip(" (")
    if dialled.startswith("00"):  # with this every country that we know of dials abroad or nowhere
        dialled = f"+{dialled[2:]}"
    try:
        parsed = phonenumbers.parse(dialled, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def find(session: Session, store: Store, identity: Identity) -> Person | None:
    """The person with one of these keys: whom the first forms name rather than whom a later form brought near, and
    of several the oldest."""
    known = [(kind, digest) for kind, digest in keys(store, identity) if kind != "name_address"]
    if not known:
        return None
    first, every = list(dict(reversed(known)).values()), [digest for _, digest in known]
    return session.scalars(
        select(Person)
        .join(PersonKey, (PersonKey.person_id == Person.id) & (PersonKey.store_id == Person.store_id))
        .where(
            Person.store_id == store.id,
            PersonKey.digest.in_(every),
            Person.erased_at.is_(None),
        )
        .order_by(PersonKey.digest.in_(first).desc(), Person.id)
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
        for kind, value in keys(store, identity)
        if kind != "name_address"
    ]


def search_digest(store: Store, beginning: str) -> str:
    """The keyed hash under which a folded beginning of a name is found."""
    return keyed_digest(store.digest_key, "name", beginning)
