"""How a store is connected, without its secrets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Coupon, Effect, Installation, Membership, Reward, Store


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether the store's messages find their way here.

    waiting: its webhooks are being set up; stopped: they could not be, for `reason`; reached: it was heard; unheard:
    its webhooks stand, and nothing came, not even the hello that a store sends when one is made.
    """

    state: str
    reason: str = ""


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
    leaving_at: datetime | None
    webhook_path: str
    reach: Reach

    @property
    def standing(self) -> str:
        """connected, leaving or gone."""
        if self.state != "active":
            return "gone"
        return "leaving" if self.leaving_at else "connected"


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What a store that is disconnected leaves behind."""

    unclaimed: int  # coupons that stand ready for friends
    claimed: int  # codes that friends hold
    owed: int  # rewards that wait to be sent


def handed_out(store_id: int) -> HandedOut:
    """What is taken back, what is honoured, and what waits when the store is disconnected."""
    shelf = select(Coupon.state, func.count().label("many")).where(
        Coupon.store_id == store_id, Coupon.purpose == "shelf"
    )
    owed = select(func.count()).where(Reward.store_id == store_id, Reward.state.in_(("held", "due")))
    with db.read() as session:
        counts = {row.state: row.many for row in session.execute(shelf.group_by(Coupon.state))}
        waiting = session.scalar(owed) or 0
    return HandedOut(
        sum(counts.get(each, 0) for each in ("planned", "pushing", "ready")), counts.get("claimed", 0), waiting
    )


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
        Installation.leaving_at,
        Installation.greeted_at,
        Installation.public_id,
        Effect.state.label("setup_state"),
        Effect.reason.label("setup_reason"),
    )
    row = session.execute(
        select(*columns)
        .join(Store, Store.id == Installation.store_id)
        .outerjoin(
            Effect,
            (Effect.store_id == Installation.store_id)
            & (Effect.kind == "subscribe_webhooks")
            & (Effect.subject == literal("installation:").concat(cast(Installation.id, String))),
        )
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
        leaving_at=row.leaving_at,
        webhook_path=f"/webhooks/{row.platform}/{row.public_id}",
        reach=_reach(row),
    )


def _reach(row: Any) -> Reach:
    if row.setup_state in ("waiting", "stopped"):
        return Reach(row.setup_state, row.setup_reason)
    return Reach("reached" if row.greeted_at or row.last_message_at else "unheard")
