"""From a store to its platform and an open session with its API."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.domain.orders import CollectPolicy
from app.extensions import db, settings
from app.models import Installation
from app.outbound.http import HttpSession, open_session
from integrations import registry
from integrations.contract import Credentials, Platform, StoreSession

# Statements of the hot road are made once: making one costs three times as much as running it.
_PLATFORM = (
    select(Installation.platform)
    .where(Installation.store_id == bindparam("store_id"))
    .order_by(Installation.id.desc())
    .limit(1)
)


class NotConnected(Exception):
    """The store has no active installation."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A store's platform and a session with its API; nothing of the database."""

    installation_id: int
    platform: Platform
    store: StoreSession


def active_installation(session: Session, store_id: int) -> Installation | None:
    """The store's newest active installation."""
    return session.scalars(
        select(Installation)
        .where(Installation.store_id == store_id, Installation.state == "active")
        .order_by(Installation.id.desc())
        .limit(1)
    ).first()


def connection(store_id: int) -> Connection:
    """An open connection to the store; makes no call by itself. Raises NotConnected."""
    with db.read() as session:
        installation = active_installation(session, store_id)
    if installation is None:
        raise NotConnected(store_id)
    credentials = msgspec.json.decode(installation.credentials, type=Credentials)
    return Connection(
        installation.id, registry.platform(installation.platform), session_for(installation.base_url, credentials)
    )


def session_for(base_url: str, credentials: Credentials) -> HttpSession:
    """A session with the store at `base_url`, guarded as the settings say."""
    return open_session(base_url, credentials, allow_private=settings().allow_private_stores)


def platform_of(session: Session, store_id: int) -> Platform | None:
    """The platform of the store's newest installation, active or not."""
    key = session.scalars(_PLATFORM, {"store_id": store_id}).first()
    return registry.platform(key) if key else None


def collect_policy(session: Session, store_id: int) -> CollectPolicy:
    """When money counts as collected on this store (R6)."""
    platform = platform_of(session, store_id)
    if platform is None:
        return CollectPolicy()
    return CollectPolicy(earning_statuses=platform.earning_statuses, pays_on_delivery=platform.pays_on_delivery)
