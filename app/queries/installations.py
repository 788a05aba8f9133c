"""How a store is connected, without its secrets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Installation, Membership, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationPage:
    """A connection as the owner sees it."""

    installation_id: int
    store_slug: str
    platform: str
    base_url: str
    state: str
    facts: dict[str, Any]
    connected_at: datetime
    last_message_at: datetime | None


def newest(store_id: int) -> InstallationPage | None:
    """The store's newest connection, active or not."""
    with db.read() as session:
        return _page(session, Installation.store_id == store_id)


def of_account(account_id: int, installation_id: int) -> InstallationPage | None:
    """The connection, where the account works in its store."""
    works = select(Membership.store_id).where(Membership.account_id == account_id)
    with db.read() as session:
        return _page(session, (Installation.id == installation_id) & Installation.store_id.in_(works))


def _page(session: Session, where: Any) -> InstallationPage | None:
    columns = (  # the secrets are not among them
        Installation.id,
        Store.slug,
        Installation.platform,
        Installation.base_url,
        Installation.state,
        Installation.facts,
        Installation.connected_at,
        Installation.last_message_at,
    )
    row = session.execute(
        select(*columns)
        .join(Store, Store.id == Installation.store_id)
        .where(where)
        .order_by(Installation.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return InstallationPage(
        installation_id=row.id,
        store_slug=row.slug,
        platform=row.platform,
        base_url=row.base_url,
        state=row.state,
        facts=row.facts,
        connected_at=row.connected_at,
        last_message_at=row.last_message_at,
    )
