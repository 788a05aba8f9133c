"""Reading orders back: by id, and everything changed since an instant, while the shop goes on selling."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import msgspec

from integrations.contract import Answer, StoreSession
from integrations.errors import PayloadInvalid, RemoteRejected
from integrations.events import OrderSnapshot, OrderStatus
from integrations.woocommerce.api import is_gone, item_path, read, zulu
from integrations.woocommerce.refunds import refunds_are_bare, with_refunds
from integrations.woocommerce.snapshots import decode, instant, read_order

PAGE = 100
OVERLAP = timedelta(seconds=5)  # `modified_after` excludes its own second, and a change is dated before it is stored
SECOND = timedelta(seconds=1)
OFFSET_STEP = PAGE - 10
CHECKOUT_DRAFT = "checkout-draft"
BOM = b"\xef\xbb\xbf"


class _Stamp(msgspec.Struct):
    id: int
    date_modified_gmt: str


class _Name(msgspec.Struct):
    id: int
    status: str


class WooOrders:
    """Orders of WooCommerce 10, in either storage."""

    def by_ref(self, store: StoreSession, order_ref: str) -> OrderSnapshot | None:
        """The order as it stands now (trash included), or None where it is gone."""
        try:
            answer = read(store, item_path("orders", order_ref))
        except RemoteRejected as refusal:
            if is_gone(refusal):
                return None
            raise
        return _with_refunds(store, read_order(answer.body.removeprefix(BOM)))

    def by_refs(self, store: StoreSession, order_refs: Sequence[str]) -> Mapping[str, OrderSnapshot | None]:
        """by_ref() of up to a hundred orders. The list hides the trash: what it does not show is read alone."""
        if not order_refs:
            return {}
        query = {"include": ",".join(order_refs), "status": "any", "per_page": str(PAGE)}
        rows, stamps = _rows(read(store, "/orders", query))
        wanted = [row for row, each in zip(rows, stamps, strict=True) if str(each.id) in order_refs]
        found: dict[str, OrderSnapshot | None] = {}
        for order in _readable(wanted, []):
            with suppress(PayloadInvalid):
                found[order.order_ref] = _with_refunds(store, order)
        for hidden in set(order_refs) - {str(each.id) for each in stamps}:
            with suppress(PayloadInvalid):
                found[hidden] = self.by_ref(store, hidden)
        return found

    def changed_since(self, store: StoreSession, since: datetime) -> Iterator[OrderSnapshot]:
        """Every order modified at or after `since`, oldest change first; may repeat orders, never misses one.

        Left out are drafts, which are no orders yet. An unreadable order raises PayloadInvalid after all the others.
        Not found this way: force-deleted orders and deleted refunds, whose date does not move; read those by id.
        """
        unreadable: list[PayloadInvalid] = []
        walks = [_walk(store, status, since, unreadable) for status in ("any", "trash")]  # `any` leaves out the trash
        for order in heapq.merge(*walks, key=lambda each: each.updated_at):
            if order.status is OrderStatus.DRAFT:
                continue
            try:
                told = _with_refunds(store, order)
            except PayloadInvalid as error:
                unreadable.append(error)
            else:
                yield told
        if unreadable:
            raise unreadable[0]

    def placed(self, store: StoreSession, placed_from: datetime, placed_before: datetime) -> Iterator[str]:
        """References of the orders placed in the span, as count() counts them.

        By id and page, so that one may be missed while another is put away: what seems to be missing is read alone.
        """
        query = _span("any", placed_from, placed_before) | {"orderby": "id", "order": "asc", "_fields": "id,status"}
        for page in count(1):
            rows = _named(read(store, "/orders", query | {"per_page": str(PAGE), "page": str(page)}).json)
            yield from (str(each.id) for each in rows if each.status != CHECKOUT_DRAFT)
            if len(rows) < PAGE:
                return

    def count(
        self, store: StoreSession, placed_from: datetime | None = None, placed_before: datetime | None = None
    ) -> int | None:
        """How many orders placed in the span stand in the shop; `any` leaves out the trash, but not drafts."""
        every = _total(store, "any", placed_from, placed_before)
        drafts = _total(store, CHECKOUT_DRAFT, placed_from, placed_before)
        return None if every is None else every - (drafts or 0)


def _with_refunds(store: StoreSession, order: OrderSnapshot) -> OrderSnapshot:
    """The order with what its refunds gave back of goods; where that matters it costs a call more."""
    if not refunds_are_bare(order):
        return order
    try:
        answer = read(store, f"{item_path('orders', order.order_ref)}/refunds", {"per_page": str(PAGE)})
    except RemoteRejected as refusal:
        if is_gone(refusal):  # erased since it was read
            return order
        raise
    return with_refunds(order, answer.body.removeprefix(BOM))


def _total(
    store: StoreSession, status: str, placed_from: datetime | None, placed_before: datetime | None
) -> int | None:
    query = _span(status, placed_from, placed_before) | {"per_page": "1", "_fields": "id"}
    try:
        total = read(store, "/orders", query).headers.get("x-wp-total", "")
    except RemoteRejected as refusal:
        if status == CHECKOUT_DRAFT and refusal.status == 400:  # a shop without the block checkout has no such status
            return 0
        raise
    return int(total) if total.isdecimal() else None


def _span(status: str, placed_from: datetime | None, placed_before: datetime | None) -> dict[str, str]:
    query = {"status": status}
    if placed_from is not None:
        query["after"] = zulu(placed_from - SECOND)  # exclusive
    if placed_before is not None:
        query["before"] = zulu(placed_before)
    return query


def _named(rows: Any) -> list[_Name]:
    try:
        return msgspec.convert(rows, list[_Name], strict=False)
    except msgspec.ValidationError as error:
        raise RemoteRejected("order_list_unreadable") from error


def _walk(
    store: StoreSession, status: str, since: datetime, unreadable: list[PayloadInvalid]
) -> Iterator[OrderSnapshot]:
    """Pages that never shift: each starts by time where the last one ended, not by a page number.

    An order that is modified meanwhile moves to the end of the list, and page numbers would then skip a neighbour.
    """
    after = since.astimezone(UTC).replace(microsecond=0) - OVERLAP
    seen: set[tuple[int, str]] = set()
    while True:
        answer = _page(store, status, after, {"orderby": "modified"})
        rows, stamps = _rows(answer)
        fresh = [row for row, each in zip(rows, stamps, strict=True) if (each.id, each.date_modified_gmt) not in seen]
        yield from _readable(fresh, unreadable)
        if not _has_more(answer, len(rows)):
            return
        last = max(_modified(each) for each in stamps)
        if last <= after:
            raise RemoteRejected("order_list_unsorted")
        if last - SECOND > after:
            after = last - SECOND
        else:
            yield from _one_second(store, status, last, unreadable)
            after = last
        seen = {(each.id, each.date_modified_gmt) for each in stamps}


def _one_second(
    store: StoreSession, status: str, second: datetime, unreadable: list[PayloadInvalid]
) -> Iterator[OrderSnapshot]:
    """More than a page modified within one second (an import): by id, the pages overlapping.

    Ten orders may leave the second between two pages before a neighbour could slip over the edge.
    """
    offset = 0
    window = {"orderby": "id", "modified_before": zulu(second + SECOND)}
    while True:
        answer = _page(store, status, second - SECOND, {**window, "offset": str(offset)})
        rows, _ = _rows(answer)
        yield from _readable(rows, unreadable)
        if len(rows) <= PAGE - OFFSET_STEP:
            return
        offset += OFFSET_STEP


def _page(store: StoreSession, status: str, after: datetime, more: dict[str, str]) -> Answer:
    # `…Z` says UTC by itself; together with dates_are_gmt=true WooCommerce 10 shifts it twice and finds nothing.
    query = {"status": status, "modified_after": zulu(after), "order": "asc", "per_page": str(PAGE), **more}
    return read(store, "/orders", query)


def _rows(answer: Answer) -> tuple[list[msgspec.Raw], list[_Stamp]]:
    """The orders of a page, unread, and when each was modified. Without these there is no going on."""
    try:
        rows = decode(answer.body.removeprefix(BOM), list[msgspec.Raw])
        return rows, [decode(row, _Stamp) for row in rows]
    except PayloadInvalid as error:
        raise RemoteRejected("order_list_unreadable") from error


def _has_more(answer: Answer, rows: int) -> bool:
    pages = answer.headers.get("x-wp-totalpages", "")
    return int(pages) > 1 and rows > 0 if pages.isdecimal() else rows >= PAGE


def _readable(rows: list[msgspec.Raw], unreadable: list[PayloadInvalid]) -> Iterator[OrderSnapshot]:
    for row in rows:
        try:
            yield read_order(row)
        except PayloadInvalid as error:
            unreadable.append(error)


def _modified(stamp: _Stamp) -> datetime:
    try:
        moment = instant(stamp.date_modified_gmt)
    except PayloadInvalid:
        moment = None
    if moment is None:
        raise RemoteRejected("order_list_unreadable")
    return moment
