"""Whether the store still sends us its messages, and putting it right: stores switch webhooks off without a word.

A webhook's secret cannot be read back. What shows that it was changed, or that messages do not get through, is an order
that changed and of which none told: then the store is given our secret again, which does no harm where it was right.

A webhook belongs to whoever made it in the store. Where that person lost the right to see orders, messages come without
them, and only webhooks that are made anew, by whom the keys belong to now, bring them back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.extensions import db
from app.models import Effect, InboxMessage, Installation
from app.services import audit, shops, untold
from app.services.connections import Connection
from integrations.contract import Subscription
from integrations.events import SENDER_SEES_NOTHING

SILENCE_PAUSE = timedelta(hours=2)  # between two times that the secret is given again because of silence
ANEW_PAUSE = timedelta(hours=2)  # between two times that all are made anew, should that not help
log = structlog.get_logger()


def look(opened: Connection, store_id: int, memory: Mapping[str, Any]) -> dict[str, Any]:
    """Each topic has one active webhook that leads here, signed with our secret.

    Remembered are the references of ours, and when and why they were last put right.
    """
    subscriber = opened.platform.subscriptions
    if subscriber is None:
        return {}
    with db.read() as session:
        installation = session.get_one(Installation, opened.installation_id)
        if installation.leaving_at is not None or _are_being_made(session, store_id):  # or being taken out
            return dict(memory)
    address, ours = shops.webhook_address(installation), frozenset(memory.get("ours", ()))
    standing = [each for each in subscriber.list(opened.store) if each.address == address or each.webhook_ref in ours]
    fault = _fault(standing, address, subscriber.topics)
    made_anew_at = _instant(memory.get("anew_at"))
    if _brings_nothing(store_id, made_anew_at):
        fault = "empty"
    if fault is None and _is_silent(store_id, installation, memory):
        fault = "silent"
    if fault is None:
        return {**memory, "ours": sorted(each.webhook_ref for each in standing)}
    secret = installation.webhook_secret.decode()
    made = subscriber.subscribe(opened.store, address, secret, ours, anew=fault == "empty")
    if fault == "empty":
        made_anew_at = clock.now()
    with db.begin() as session:
        _note(session, store_id, fault)
    return {
        "ours": sorted(each.webhook_ref for each in made),
        "mended_at": clock.now().isoformat(),
        "fault": fault,
        **({"anew_at": made_anew_at.isoformat()} if made_anew_at else {}),
    }


def _are_being_made(session: Session, store_id: int) -> bool:
    """Whether the store was connected just now: two who make what is missing at once would make it twice."""
    making = (Effect.store_id == store_id, Effect.kind == "subscribe_webhooks", Effect.state == "waiting")
    return session.scalars(select(Effect.id).where(*making)).first() is not None


def _fault(standing: Sequence[Subscription], address: str, topics: Collection[str]) -> str | None:
    """What is wrong with the webhooks of ours, the worst of it: missing, switched_off, moved, doubled."""
    if any(each.address != address for each in standing):
        return "moved"
    if any(not each.active for each in standing):
        return "switched_off"
    counts = Counter(each.topic for each in standing)
    if any(not counts[topic] for topic in topics):
        return "missing"
    return "doubled" if len(standing) > len(topics) else None


def _brings_nothing(store_id: int, since: datetime | None) -> bool:
    """Whether a message came, since all were made anew, that did not bring what it was about."""
    if since is not None and clock.now() - since < ANEW_PAUSE:
        return False
    empty = select(InboxMessage.id).where(
        InboxMessage.store_id == store_id, InboxMessage.state == "ignored", InboxMessage.reason == SENDER_SEES_NOTHING
    )
    if since is not None:
        empty = empty.where(InboxMessage.received_at > since)
    with db.read() as session:
        return session.scalars(empty.limit(1)).first() is not None


def _is_silent(store_id: int, installation: Installation, memory: Mapping[str, Any]) -> bool:
    """Whether something changed since the secret was last given of which no message told."""
    given_at = _instant(memory.get("mended_at")) or installation.connected_at
    if clock.now() - given_at < SILENCE_PAUSE:
        return False
    with db.read() as session:
        return bool(untold.changes(session, store_id, given_at))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _note(session: Session, store_id: int, fault: str) -> None:
    log.warning("webhooks_mended", store_id=store_id, fault=fault)
    audit.note(session, store_id, "mend_webhooks", f"store:{store_id}", account_id=None, evidence={"fault": fault})
