"""Walking through a store's orders, oldest change first: what messages lost is found, what is known costs one hash.

The walk goes in pages, and each commits how far it came: a killed worker goes on from there. How far is told by the
orders themselves, never by our clock, which may differ from the store's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.domain.orders import OrderFacts
from app.extensions import db
from app.models import Order, OrderSighting, OrderWalk
from app.services import decisions, effects, history, orders
from app.services.connections import Connection, platform_of
from integrations.errors import PayloadInvalid
from integrations.events import OrderSnapshot

PAGE = 100
ENOUGH = 60.0  # seconds of one run: well within its lease, though the shop be slow and all that it shows be known
APART = timedelta(minutes=15)  # a run ends no nearer to where it began, or the next one's overlap would undo it
log = structlog.get_logger()


@dataclass(slots=True)
class Found:
    """What a walk met."""

    read: int = 0
    unknown: int = 0  # orders that we had never heard of
    changed: int = 0  # orders that had changed without our knowing
    unreadable: int = 0
    to_the_end: bool = False


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of orders, sorted by what is to be done with each; what is known just so is left out."""

    past: tuple[tuple[OrderSnapshot, OrderFacts], ...]
    news: tuple[OrderSnapshot, ...]
    known: frozenset[str]


def begin(session: Session, store_id: int) -> None:
    """The store's orders will be walked through; what was placed before now is its history."""
    platform = platform_of(session, store_id)
    if platform is None or platform.orders is None:
        return
    walk = of_store(session, store_id)
    if walk is None:
        session.add(OrderWalk(store_id=store_id, history_before=clock.now(), orders_read=0, problem=""))
    kind = "reconcile" if walk is not None and walk.loaded_at is not None else "load_history"
    effects.owe(session, store_id, kind, "store", lane="reconcile")


def of_store(session: Session, store_id: int) -> OrderWalk | None:
    """The store's walk, or None where its platform shows no orders."""
    return session.scalars(select(OrderWalk).where(OrderWalk.store_id == store_id)).first()


def go_on(opened: Connection, store_id: int, since: datetime, most: int | None = None) -> Found:
    """Orders changed at or after `since` are known here, to the end or until `most` of them were news, or it took long.

    Raises RemoteUnavailable, RemoteRejected; what was read until then is committed.
    """
    found, began = Found(), time.monotonic()
    assert opened.platform.orders is not None  # noqa: S101 - a store without has no walk
    for page in _pages(opened.platform.orders.changed_since(opened.store, since), found):
        _take(store_id, page, found)
        if most is not None and found.unknown + found.changed >= most:
            return found
        if time.monotonic() - began > ENOUGH and page[-1].updated_at - since > APART:
            return found
    found.to_the_end = True
    return found


def _pages(snapshots: Iterator[OrderSnapshot], found: Found) -> Iterator[list[OrderSnapshot]]:
    page: list[OrderSnapshot] = []
    try:
        for snapshot in snapshots:
            page.append(snapshot)
            if len(page) == PAGE:
                yield page
                page = []
    except PayloadInvalid as error:  # the adapter tells after all the others
        found.unreadable += 1
        log.warning("order_unreadable", reason=error.reason)
    if page:
        yield page


def _take(store_id: int, page: Sequence[OrderSnapshot], found: Found) -> None:
    """The page's orders are known and decided about, each in a transaction of its own; history in one, with the
    mark."""
    with db.read() as session:
        sorted_page = _sort(session, store_id, page)
    for snapshot in sorted_page.news:
        with db.begin() as session:
            if orders.see(session, store_id, snapshot, source="reconcile", seen_at=clock.now()):
                decisions.settle(session, store_id, snapshot.order_ref)
    unknown = len({each.order_ref for each in sorted_page.news} - sorted_page.known)
    with db.begin() as session:
        past = [each for each, _ in sorted_page.past], [facts for _, facts in sorted_page.past]
        unknown += history.keep(session, store_id, *past)
        walk = session.scalars(select(OrderWalk).where(OrderWalk.store_id == store_id).with_for_update()).one()
        walk.orders_read += unknown
        # A date in the future would hide all that changes until then.
        reached = min(page[-1].updated_at, clock.now())
        walk.mark = max(walk.mark, reached) if walk.mark else reached
    found.read += len(page)
    found.unknown += unknown
    found.changed += len({each.order_ref for each in sorted_page.news} & sorted_page.known)


def _sort(session: Session, store_id: int, page: Sequence[OrderSnapshot]) -> _Page:
    walk = of_store(session, store_id)
    assert walk is not None  # noqa: S101 - tells mypy
    refs = [each.order_ref for each in page]
    known = session.scalars(select(Order.order_ref).where(Order.store_id == store_id, Order.order_ref.in_(refs)))
    sightings = session.execute(
        select(OrderSighting.order_ref, OrderSighting.digest).where(
            OrderSighting.store_id == store_id, OrderSighting.order_ref.in_(refs)
        )
    ).all()
    seen, digests = {row.order_ref for row in sightings}, {(row.order_ref, row.digest) for row in sightings}
    past, news = [], []
    for snapshot in page:
        facts = orders.facts_of(snapshot, clock.now())
        if _is_past(facts, walk) and facts.order_ref not in seen:
            past.append((snapshot, facts))
        elif (facts.order_ref, orders.digest(facts)) not in digests:
            news.append(snapshot)
    return _Page(tuple(past), tuple(news), frozenset(known))


def _is_past(facts: OrderFacts, walk: OrderWalk) -> bool:
    return facts.placed_at < walk.history_before and not facts.codes and not facts.claim_ids
