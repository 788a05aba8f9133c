"""An order that looks as if its advocate had placed it: their name and their home stand on it (R9)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app import clock
from app.models import OrderKey, Person, Store
from app.services import decisions, orders
from tests import factories
from tests.scenes import Scene

SAME_HOME = "h" * 64


def make_doubtful(session: Session, scene: Scene) -> None:
    """Sara has ordered before; the friend's order bears her name and address. It is decided about."""
    store, sara = session.get_one(Store, scene.store_id), session.get_one(Person, scene.person_id)
    before = factories.order(session, store, placed_at=clock.now() - timedelta(days=5))
    assert sara.email is not None
    factories.order_key(session, store, before, sara.email)
    for order_ref in (before.order_ref, scene.order_ref):
        key = {"store_id": store.id, "order_ref": order_ref, "kind": "name_address", "digest": SAME_HOME}
        factories.added(session, OrderKey(**key))
    decisions.settle(session, scene.store_id, scene.order_ref)


def make_refused(session: Session, store_id: int, person_id: int, order_ref: str) -> None:
    """The order came from the advocate's own mailbox, and is decided about."""
    store, sara = session.get_one(Store, store_id), session.get_one(Person, person_id)
    placed = orders.lock(session, store_id, order_ref)
    assert placed is not None
    assert sara.email is not None
    factories.order_key(session, store, placed, sara.email)
    decisions.settle(session, store_id, order_ref)
