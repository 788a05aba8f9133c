"""A shop with very many orders: only its list over REST, as WooCommerce 10.0.2 pages it. `python -m tests.e2e.long_list
PORT COUNT` runs it.

`modified_after` and `modified_before` exclude their own second, `per_page` is at most 100, `orderby=modified` sorts
equal seconds by id, newest first, and `X-WP-Total…` are there. The shop goes on selling: while it sells, every tenth
page is followed by an order that is dated into the very second with which the page ended.
"""

from __future__ import annotations

import json
import sys
from bisect import bisect_left, insort
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.integrations.woocommerce.recorded import payload_of

PAGE = 100
SELLS_EVERY = 10
PER_SECOND = 7
BEGIN = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
IN_ONE_SECOND = range(2000, 2350)  # an import
DATES = "date_created_gmt", "date_paid_gmt", "date_completed_gmt"


def shown(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def second(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def template() -> str:
    """An order with holes for what differs between orders; recorded from a real shop."""
    order = payload_of("hook_order_1_completed__order_updated")
    order |= {"coupon_lines": [], "id": "@id@", "number": "@number@", "date_modified_gmt": "@modified@"}
    order |= dict.fromkeys(DATES, "@created@")
    order["billing"] |= {"email": "@number@@mail.example", "phone": ""}
    return json.dumps(order).replace('"@id@"', "@number@")


class LongList:
    """The shop's orders, by the second in which each was modified."""

    def __init__(self, count: int) -> None:
        self.template = template()
        self.lock = Lock()
        self.created = {number: BEGIN + number // PER_SECOND for number in range(1, count + 1)}
        self.listed: list[tuple[int, int]] = []
        self.pages = 0
        self.sold: list[int] = []
        self.selling = False
        self.edit(BEGIN)

    def edit(self, begin: int) -> None:
        """Every order was modified, one after the other from `begin` on."""
        first, last = IN_ONE_SECOND.start, IN_ONE_SECOND.stop
        at = {number: begin + (first if first <= number < last else number) // PER_SECOND for number in self.created}
        self.listed = sorted((seconds, -number) for number, seconds in at.items())

    def sell(self, seconds: int) -> None:
        """One more order, dated `seconds`."""
        number = max(self.created) + 1
        self.created[number] = int(datetime.now(UTC).timestamp())
        self.sold.append(number)
        insort(self.listed, (seconds, -number))

    def page(self, query: dict[str, str]) -> tuple[str, int]:
        """The page's JSON, and how many orders there are on all pages."""
        assert int(query["per_page"]) <= PAGE
        if query["status"] != "any":
            return "[]", 0
        if "after" in query:
            return self.placed(query)
        after, before = query.get("modified_after"), query.get("modified_before")
        begin = bisect_left(self.listed, (second(after.rstrip("Z")) + 1, -sys.maxsize)) if after else 0
        end = bisect_left(self.listed, (second(before.rstrip("Z")), -sys.maxsize)) if before else len(self.listed)
        start = begin + int(query.get("offset", 0))
        assert query.get("orderby") != "id" or end - begin < 1000
        if query.get("orderby") == "id":
            rows = sorted(self.listed[begin:end], key=lambda row: -row[1])[start - begin :][: int(query["per_page"])]
        else:
            rows = self.listed[start:end][: int(query["per_page"])]
        if self.selling and len(rows) == PAGE:
            self.pages += 1
            if self.pages % SELLS_EVERY == 0:
                self.sell(rows[-1][0])
        return "[" + ",".join(self.order(-number, seconds) for seconds, number in rows) + "]", end - begin

    def placed(self, query: dict[str, str]) -> tuple[str, int]:
        """A page of the orders placed in a span, by id."""
        begin, end = (second(query[name].rstrip("Z")) for name in ("after", "before"))
        found = [number for number, at in self.created.items() if begin < at < end]
        start, size = (int(query.get("page", 1)) - 1) * int(query["per_page"]), int(query["per_page"])
        rows = [{"id": number, "status": "completed"} for number in found[start : start + size]]
        return json.dumps(rows), len(found)

    def order(self, number: int, modified: int) -> str:
        created = shown(self.created[number])
        return (
            self.template.replace("@number@", str(number))
            .replace("@modified@", shown(modified))
            .replace("@created@", created)
        )

    def command(self, asked: dict[str, Any]) -> Any:
        """What the test wants of the shop."""
        if "edit" in asked:
            self.edit(asked["edit"])
        if "sell" in asked:
            self.sell(asked["sell"])
        self.selling = asked.get("selling", self.selling)
        return {"sold": self.sold, "pages": self.pages, "last": self.listed[-1][0]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    shop: LongList

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if not address.path.endswith("/wc/v3/orders"):
            self.send_error(503)
            return
        with self.shop.lock:
            self.answer(*self.shop.page(dict(parse_qsl(address.query))), per_page=PAGE)

    def do_POST(self) -> None:
        if self.path != "/":
            self.send_error(503)
            return
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.shop.lock:
            self.answer(json.dumps(self.shop.command(asked)), 0)

    def answer(self, text: str, total: int, per_page: int = 1) -> None:
        body = text.encode()
        self.send_response(200)
        headers = {"X-WP-Total": total, "X-WP-TotalPages": -(-total // per_page), "Content-Length": len(body)}
        for name, value in ({"Content-Type": "application/json"} | headers).items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is said about each call."""


if __name__ == "__main__":
    Handler.shop = LongList(int(sys.argv[2]))
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
