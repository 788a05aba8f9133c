"""Connecting a store: its address and keys are proven, a store and an installation stand, its webhooks are
registered."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.extensions import db, settings
from app.models import Installation, Membership, Store
from app.services import audit, effects, order_walks
from app.services.connections import connection, session_for
from app.vault import new_key
from integrations import registry
from integrations.contract import Connector, Credentials, StoreFacts
from integrations.errors import RemoteRejected


def connect(account_id: int, platform_key: str, typed_address: str, answers: Mapping[str, str], locale: str) -> int:
    """The id of the installation, connected as `account_id`'s store; its webhooks follow within moments.

    Raises RemoteRejected with a reason that the connect page explains, RemoteUnavailable, RemoteOutcomeUnknown.
    """
    connector = registry.platform(platform_key).connector
    if connector is None:
        raise RemoteRejected("not_connectable")
    base_url = connector.normal_address(typed_address)
    credentials = connector.credentials(base_url, answers)
    credentials, facts = _prove(connector, base_url, credentials)
    with db.begin() as session:
        store = _store_of(session, account_id, base_url) or _new_store(session, account_id, facts, locale)
        installation = _install(session, store, platform_key, base_url, credentials, facts)
        audit.note(session, store.id, "connected", f"installation:{installation.id}", account_id=account_id)
        effects.owe(session, store.id, "subscribe_webhooks", f"installation:{installation.id}", lane="setup")
        order_walks.begin(session, store.id)
        effects.go_on(session, store.id)
        effects.owe(session, store.id, "delete_raw_messages", "store", lane="setup")
        return installation.id


def _prove(connector: Connector, base_url: str, credentials: Credentials) -> tuple[Credentials, StoreFacts]:
    """What the store says of itself, and the credentials that it said it to: another scheme is tried where that may
    help."""
    try:
        return credentials, connector.facts(session_for(base_url, credentials))
    except RemoteRejected as error:
        scheme = connector.other_schemes.get(error.reason)
        if scheme is None or scheme is credentials.scheme:
            raise
        other = replace(credentials, scheme=scheme)
        return other, connector.facts(session_for(base_url, other))


def _store_of(session: Session, account_id: int, base_url: str) -> Store | None:
    """The account's store that was connected at this address before."""
    return session.scalars(
        select(Store)
        .join(Installation, Installation.store_id == Store.id)
        .join(Membership, Membership.store_id == Store.id)
        .where(Installation.base_url == base_url, Membership.account_id == account_id, Membership.role == "owner")
        .order_by(Store.id)
        .limit(1)
    ).first()


def _new_store(session: Session, account_id: int, facts: StoreFacts, locale: str) -> Store:
    now = clock.now()
    store = Store(
        slug=_free_slug(session, facts.name),
        name=facts.name,
        home_url=facts.home_url,
        currency=facts.currency,
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
    session: Session, store: Store, platform_key: str, base_url: str, credentials: Credentials, facts: StoreFacts
) -> Installation:
    """A reconnected store keeps its installation and thereby its webhook address; only keys and facts are new."""
    installation = session.scalars(
        select(Installation).where(Installation.store_id == store.id, Installation.platform == platform_key)
    ).first()
    if installation is None:
        installation = Installation(
            store_id=store.id,
            platform=platform_key,
            public_id=secrets.token_urlsafe(12),
            webhook_secret=secrets.token_hex(32).encode(),
        )
        session.add(installation)
    installation.base_url, installation.state = base_url, "active"
    installation.credentials = msgspec.json.encode(credentials)
    installation.facts, installation.connected_at = asdict(facts), clock.now()
    installation.uninstalled_at = None
    session.flush()
    return installation


def webhook_address(installation: Installation) -> str:
    """Where the store sends its messages; the id in it finds the installation again when the store moves."""
    return f"{settings().public_url}/webhooks/{installation.platform}/{installation.public_id}"


def subscribe(installation_id: int) -> None:
    """The store's webhooks lead here, signed with the installation's secret."""
    with db.read() as session:
        installation = session.get_one(Installation, installation_id)
    opened = connection(installation.store_id)
    if opened.platform.subscriptions is not None:
        opened.platform.subscriptions.subscribe(
            opened.store, webhook_address(installation), installation.webhook_secret.decode()
        )
