"""Disconnecting a store: what stands ready in it is taken back, what was handed out is honoured, what is known stays.

The installation stays active until its webhooks are out of the store, since that needs its keys. Connected again, the
store is the same: same webhook address, same people, nothing paid twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from app.extensions import db
from app.models import Effect, Installation
from app.models.pauses import DISCONNECTED
from app.services import audit, effects, programs, shops
from app.services.connections import active_installation, connection
from integrations.errors import RemoteOutcomeUnknown, RemoteRejected, RemoteUnavailable

LOOK_AGAIN = timedelta(seconds=20)
PATIENCE = timedelta(days=2)  # with a store that is down; less than effects are tried
TAKING_BACK = ("retire_shelf", "revoke_coupons")


def disconnect(store_id: int, account_id: int) -> None:
    """The store's programs are paused, and it is being left; repeating changes nothing."""
    with db.begin() as session:
        installation = active_installation(session, store_id)
        if installation is None or installation.leaving_at is not None:
            return
        installation.leaving_at = clock.now()
        programs.pause_all(session, store_id, account_id, DISCONNECTED)
        subject = f"installation:{installation.id}"
        effects.owe(session, store_id, "leave_store", subject, lane="setup")
        audit.note(session, store_id, "disconnect", subject, account_id=account_id)


def leave(installation_id: int) -> datetime | None:
    """No webhook of ours and no unclaimed coupon is in the store, and it is not connected; the time of the next look
    while coupons are being taken back."""
    with db.read() as session:
        installation = session.get_one(Installation, installation_id)
        if installation.leaving_at is None or installation.state != "active":
            return None
        if _takes_back(session, installation.store_id):
            return clock.now() + LOOK_AGAIN
    left_behind = ""
    try:
        _remove_webhooks(installation)
    except RemoteRejected as refusal:  # the keys were taken back first, or the shop is gone
        left_behind = refusal.reason
    except (RemoteUnavailable, RemoteOutcomeUnknown) as trouble:
        if clock.now() < installation.leaving_at + PATIENCE:
            raise
        left_behind = trouble.reason
    with db.begin() as session:
        _left(session, installation_id, left_behind)
    return None


def _takes_back(session: Session, store_id: int) -> bool:
    waiting = select(Effect.id).where(
        Effect.store_id == store_id, Effect.kind.in_(TAKING_BACK), Effect.state == "waiting"
    )
    return session.scalars(waiting.limit(1)).first() is not None


def _remove_webhooks(installation: Installation) -> None:
    opened = connection(installation.store_id)
    if opened.platform.subscriptions is not None:
        opened.platform.subscriptions.remove(opened.store, shops.webhook_address(installation))


def _left(session: Session, installation_id: int, left_behind: str) -> None:
    installation = session.get_one(Installation, installation_id, with_for_update=True)
    if installation.leaving_at is None:  # connected again meanwhile, which owes the webhooks anew
        return
    installation.state, installation.uninstalled_at = "uninstalled", clock.now()
    installation.leaving_at = installation.greeted_at = None
    # Looks at the store have nothing to look at; connecting it owes them again.
    session.execute(
        update(Effect)
        .where(Effect.store_id == installation.store_id, Effect.lane == "reconcile", Effect.state == "waiting")
        .values(state="done", done_at=clock.now(), lease_token=None)
    )
    evidence = {"left_behind": left_behind} if left_behind else {}
    subject = f"installation:{installation_id}"
    audit.note(session, installation.store_id, "disconnected", subject, account_id=None, evidence=evidence)
