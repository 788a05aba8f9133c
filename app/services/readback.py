"""Reading orders back from the platform, where a message said too little or a decision needs fresh facts."""

from __future__ import annotations

from app import clock
from app.extensions import db
from app.models import Reward
from app.services import decisions, orders, rewards
from app.services.connections import connection
from integrations.errors import RemoteRejected
from integrations.events import OrderSnapshot


def read_back(store_id: int, order_ref: str) -> None:
    """The order is known as the platform has it now, gone included, and decided about."""
    opened = connection(store_id)
    if opened.platform.orders is None:
        raise RemoteRejected("no_order_api")
    take(store_id, order_ref, opened.platform.orders.by_ref(opened.store, order_ref))


def take(store_id: int, order_ref: str, snapshot: OrderSnapshot | None, source: str = "readback") -> None:
    """What was just read of the order is on record and decided about; None is an order that is gone."""
    with db.begin() as session:
        if snapshot is None:
            known = orders.mark_gone(session, store_id, order_ref)
        else:
            known = orders.see(session, store_id, snapshot, source=source, seen_at=clock.now())
        if known:
            decisions.settle(session, store_id, order_ref)


def settle(store_id: int, order_ref: str) -> None:
    """The order is decided anew from what was seen."""
    with db.begin() as session:
        decisions.settle(session, store_id, order_ref)


def release(store_id: int, reward_id: int) -> None:
    """The reward is released if its hold has passed and the order, read back now, still deserves it."""
    with db.read() as session:
        reward = session.get_one(Reward, reward_id)
        settled = reward.state != "held"
        early = reward.due_at > clock.now()
    if settled:
        return
    if not early:
        read_back(store_id, reward.cause_ref)  # a lost refund message must not pay
    with db.begin() as session:
        decisions.settle(session, store_id, reward.cause_ref)  # another order may have changed what this one is worth
        rewards.release(session, reward_id)
