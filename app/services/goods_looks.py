"""Asking a store what kind of goods an order holds and what its buyer may do there, for programs that leave some
out."""

from __future__ import annotations

from collections.abc import Sequence

from app import clock
from app.domain.goods import Background, GoodsSeen
from app.extensions import db
from app.services import backgrounds, decisions, orders
from app.services.connections import Connection, connection
from integrations.errors import RemoteRejected
from integrations.events import OrderSnapshot


def look(store_id: int, order_ref: str) -> None:
    """The store has said what kind of goods the order holds and what its buyer may do there, and it is decided anew."""
    opened = connection(store_id)
    if opened.platform.orders is None:
        raise RemoteRejected("no_order_api")
    with db.read() as session:
        things = orders.things_on(session, store_id, order_ref)
    snapshot = opened.platform.orders.by_ref(opened.store, order_ref)
    seen = _look(opened, snapshot, things) if snapshot is not None else None
    with db.begin() as session:
        order = orders.lock(session, store_id, order_ref)
        if order is None:
            return
        if snapshot is None or seen is None:
            orders.mark_gone(session, store_id, order_ref)
        else:
            orders.see(session, store_id, snapshot, source="readback", seen_at=clock.now())
            backgrounds.keep(session, order, seen)
        decisions.settle(session, store_id, order_ref)


def _look(opened: Connection, snapshot: OrderSnapshot, things: set[tuple[str, str]]) -> Background:
    """All that the store says now of what is or was on the order. A thing that it no longer has is one without
    categories and not on sale, and an account that it no longer has is one without a role."""
    catalogue, accounts = opened.platform.catalogue, opened.platform.accounts
    things = things | {(line.product_ref, line.variant_ref) for line in snapshot.lines}
    said = catalogue.goods(opened.store, things) if catalogue else ()
    known = {(each.product_ref, each.variant_ref): each for each in said}
    seen = []
    for key in sorted(things):
        about = known.get(key)
        categories, on_sale = (about.category_refs, about.on_sale) if about else ((), False)
        seen.append(GoodsSeen(product_ref=key[0], variant_ref=key[1], category_refs=categories, on_sale=on_sale))
    roles: Sequence[str] = ()
    if accounts is not None and snapshot.buyer.customer_ref:
        roles = accounts.roles(opened.store, snapshot.buyer.customer_ref)
    return Background(goods=tuple(seen), roles=tuple(roles))
