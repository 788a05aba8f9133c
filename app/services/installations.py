"""Connecting a store: its address and keys are proven, a store and an installation stand, its webhooks are
registered."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.extensions import db
from app.models import Installation, Membership, Store
from app.services import audit, effects, order_walks, programs, shops
from app.services.connections import connection, session_for
from app.vault import new_key
from integrations import registry
from integrations.connecting import StoreFacts
from integrations.contract import Connector, Credentials
from integrations.errors import RemoteRejected


@dataclass(frozen=True, slots=True)
class Proven:
    """A store that was opened: with which credentials, what it says of itself, and marks of ours in it."""

    credentials: Credentials
    facts: StoreFacts
    marks: frozenset[str]


def connect(
    account_id: int,
    platform_key: str,
    typed_address: str,
    answers: Mapping[str, str],
    locale: str,
    store_id: int | None = None,
) -> int:
    """The id of the installation, connected as `account_id`'s store with pasted keys; its webhooks follow within
    moments.

    `store_id` is the account's store that is connected anew, perhaps at another address.
    Raises RemoteRejected with a reason that the connect page explains, RemoteUnavailable, RemoteOutcomeUnknown.
    """
    connector = connector_of(platform_key)
    base_url = connector.normal_address(typed_address)
    credentials = connector.credentials(base_url, answers)
    return establish(account_id, platform_key, base_url, credentials, locale, store_id)


def connector_of(platform_key: str) -> Connector:
    """The platform's connector. Raises RemoteRejected where stores of it cannot be connected."""
    platform = registry.BY_KEY.get(platform_key)
    if platform is None or platform.connector is None:
        raise RemoteRejected("not_connectable")
    return platform.connector


def establish(
    account_id: int, platform_key: str, base_url: str, credentials: Credentials, locale: str, store_id: int | None
) -> int:
    """connect(), with credentials from wherever they came."""
    proven = _prove(platform_key, base_url, credentials, store_id)
    with db.begin() as session:
        shops.one_at_a_time(session)
        known = shops.recognised(session, account_id, platform_key, base_url, proven.marks, store_id)
        if known is not None or store_id is not None:
            store = session.get_one(Store, known.store_id if known is not None else store_id)
            _renew(session, store, proven.facts, account_id)
        else:
            store = _new_store(session, account_id, proven.facts, locale)
        installation = _install(session, known, store, platform_key, base_url, proven)
        audit.note(session, store.id, "connected", f"installation:{installation.id}", account_id=account_id)
        effects.owe(session, store.id, "subscribe_webhooks", f"installation:{installation.id}", lane="setup")
        order_walks.begin(session, store.id)
        effects.go_on(session, store.id)
        effects.owe(session, store.id, "delete_raw_messages", "store", lane="setup")
        return installation.id


def _prove(platform_key: str, base_url: str, credentials: Credentials, store_id: int | None) -> Proven:
    """The store was opened with these credentials, or by another scheme where that may help."""
    try:
        return _opened(platform_key, base_url, credentials, store_id)
    except RemoteRejected as error:
        scheme = connector_of(platform_key).other_schemes.get(error.reason)
        if scheme is None or scheme is credentials.scheme:
            raise
        return _opened(platform_key, base_url, replace(credentials, scheme=scheme), store_id)


def _opened(platform_key: str, base_url: str, credentials: Credentials, store_id: int | None) -> Proven:
    platform = registry.platform(platform_key)
    with session_for(base_url, credentials) as opened:
        facts = connector_of(platform_key).facts(opened)
        marks = shops.marks(platform, opened)
        if store_id is not None:
            shops.refuse_another(platform, opened, store_id, base_url, marks)
    return Proven(credentials, facts, marks)


def _renew(session: Session, store: Store, facts: StoreFacts, account_id: int) -> None:
    """What pages and dates follow is as the store says now; its name stays.

    In another currency what programs promise has no worth, and the shelf's coupons would give so many of the wrong
    money: no program stays live. Codes that were handed out are honoured; each program waits for amounts anew.
    """
    if facts.currency != store.currency:
        programs.pause_all(session, store.id, account_id, "currency_changed")
    store.currency, store.shown_currency = facts.currency, facts.shown_currency
    store.currency_decimals = facts.currency_decimals
    store.home_url, store.timezone = facts.home_url, facts.timezone
    store.prices_include_tax = facts.prices_include_tax


def _new_store(session: Session, account_id: int, facts: StoreFacts, locale: str) -> Store:
    now = clock.now()
    store = Store(
        slug=_free_slug(session, facts.name),
        name=facts.name,
        home_url=facts.home_url,
        currency=facts.currency,
        shown_currency=facts.shown_currency,
        currency_decimals=facts.currency_decimals,
        timezone=facts.timezone,
        locale=locale,
        prices_include_tax=facts.prices_include_tax,
        digest_key=new_key(),
        created_at=now,
    )
    session.add(store)
    session.flush()
    session.add(Membership(store_id=store.id, account_id=account_id, role="owner", created_at=now))
    return store


def _free_slug(session: Session, name: str) -> str:
    """A short name for public addresses; names without Latin letters get a random one."""
    base = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:24] or f"shop-{secrets.token_hex(3)}"
    taken = set(session.scalars(select(Store.slug).where(Store.slug.startswith(base))))
    return base if base not in taken else f"{base}-{secrets.token_hex(3)}"


def _install(
    session: Session,
    known: Installation | None,
    store: Store,
    platform_key: str,
    base_url: str,
    proven: Proven,
) -> Installation:
    """A reconnected store keeps its installation and thereby its webhook address; only keys and facts are new."""
    installation = known or Installation(
        store_id=store.id,
        platform=platform_key,
        public_id=secrets.token_urlsafe(12),
        webhook_secret=secrets.token_hex(32).encode(),
    )
    session.add(installation)
    installation.base_url, installation.state = base_url, "active"
    installation.credentials = msgspec.json.encode(proven.credentials)
    installation.facts, installation.connected_at = msgspec.to_builtins(proven.facts), clock.now()
    installation.leaving_at = installation.uninstalled_at = None
    session.flush()
    return installation


def subscribe(installation_id: int) -> None:
    """The store's webhooks lead here, signed with the installation's secret."""
    with db.read() as session:
        installation = session.get_one(Installation, installation_id)
    if installation.leaving_at is not None:
        return
    opened = connection(installation.store_id)
    if opened.platform.subscriptions is not None:
        opened.platform.subscriptions.subscribe(
            opened.store, shops.webhook_address(installation), installation.webhook_secret.decode()
        )
