"""How the REST API answers: headers, _fields, pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Response, g, request

from demo import shapes
from demo.rest.errors import refuse
from demo.rest.parameters import page_numbers
from demo.shop import Shop
from demo.storage import R

Json = dict[str, Any]
COLLECTION = "GET, POST"
ITEM = "GET, POST, PUT, PATCH, DELETE"


def root() -> str:
    """Scheme and host that links of this answer spell: https when the store sees TLS."""
    shop: Shop = g.shop
    return f"{'https' if g.tls else 'http'}://{urlsplit(shop.home).netloc}"


def answer(body: object, status: int = 200, allow: str = ITEM, headers: Sequence[tuple[str, str]] = ()) -> Response:
    """A JSON answer, narrowed to `_fields`; what is no list keeps its _links all the same."""
    wanted = request.args.get("_fields")
    if wanted and status < 400:
        body = [narrow(each, wanted) for each in body] if isinstance(body, list) else _narrow_item(body, wanted)
    response = Response(shapes.dump(body), status, content_type="application/json; charset=UTF-8")
    if allow:
        response.headers["Allow"] = allow
    for name, value in headers:
        response.headers[name] = value
    return response


def created(body: Json, path: str) -> Response:
    """201 with the new thing's address."""
    return answer(body, 201, COLLECTION, [("Location", f"{root()}/wp-json/wc/v3/{path}/{body['id']}")])


def _narrow_item(body: Any, wanted: str) -> Any:
    kept = narrow(body, wanted)
    return {**kept, "_links": body["_links"]} if "_links" in body else kept


def narrow(body: Json, wanted: str) -> Json:
    """Only the wanted fields, in the body's own order; a dot reaches inside an object, the whole object wins."""
    deep: dict[str, list[str]] = {}
    for name in wanted.split(","):
        first, _, rest = name.strip().partition(".")
        deep.setdefault(first, []).append(rest)
    kept: Json = {}
    for key, value in body.items():
        if key in deep:
            whole = "" in deep[key] or not isinstance(value, dict)
            kept[key] = value if whole else narrow(value, ",".join(deep[key]))
    return kept


@dataclass(frozen=True, slots=True)
class Listing:
    """A list's question to the store: condition, values and order; `query` is how the next page is asked for."""

    where: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)
    order_by: str = "created DESC, id DESC"
    query: list[tuple[str, str]] = field(default_factory=list)
    allow: str = COLLECTION

    def add(self, condition: str, *values: object) -> None:
        """One more condition holds."""
        self.where.append(condition)
        self.values.extend(values)


def listed(kind: type[R], listing: Listing, present: Callable[[R], Json]) -> Response:
    """One page of a kind of records, with the totals and the neighbours' addresses in the headers."""
    shop: Shop = g.shop
    page, per_page = page_numbers(request.args)
    where = " AND ".join(listing.where) or "1"
    total = shop.store.count(kind, where, listing.values)
    start = request.args.get("offset", (page - 1) * per_page, int)
    tail = f"ORDER BY {listing.order_by} LIMIT {per_page} OFFSET {start}"
    found = shop.store.select(kind, where, listing.values, tail)
    return paged([present(each) for each in found], total, page, per_page, listing)


def paged(body: list[Json], total: int, page: int, per_page: int, listing: Listing) -> Response:
    """A page of a list that is already cut."""
    pages = -(-total // per_page)
    headers = [("X-WP-Total", str(total)), ("X-WP-TotalPages", str(pages))]
    neighbours = []
    if page > 1 and pages:
        neighbours.append(f'<{_page_address(listing, min(page - 1, pages))}>; rel="prev"')
    if page < pages:
        neighbours.append(f'<{_page_address(listing, page + 1)}>; rel="next"')
    if neighbours:
        headers.append(("Link", ", ".join(neighbours)))
    return answer(body, 200, listing.allow, headers)


def _page_address(listing: Listing, page: int) -> str:
    query = listing.query or list(request.args.items(multi=True))
    if any(name == "page" for name, _ in query):
        query = [(name, str(page) if name == "page" else value) for name, value in query]
    else:
        query = [*query, ("page", str(page))]
    return f"{root()}{request.path}?{urlencode(query)}"


def one(kind: type[R], id: int, code: str, message: str = "Invalid ID.") -> R:
    """The record, or a 404."""
    shop: Shop = g.shop
    found = shop.store.find(kind, id)
    if found is None:
        refuse(404, code, message)
    return found
