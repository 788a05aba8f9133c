"""Refunds over REST: of one order, and listed over all."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g

from demo import orders, shapes
from demo.money import cents
from demo.records import Order, Refund
from demo.refunds import RefundRefused
from demo.rest.answers import Listing, answer, listed, one, root
from demo.rest.auth import need
from demo.rest.errors import RestError, refuse
from demo.rest.orders import INVALID_ID
from demo.rest.parameters import body, boolean, objects, read, text
from demo.shop import Shop

routes = Blueprint("refunds", __name__, url_prefix="/wc/v3")

NO_REFUND = "woocommerce_rest_invalid_order_refund_id"
SCHEMA = {"amount": text, "reason": text, "api_refund": boolean, "line_items": objects}
# The store's own Location header of a new refund is the pattern of the route, never filled in.
LOCATION = r"/wp-json/wc/v3/orders/(?P<order_id>[\d]+)/refunds/"


def _present(refund: Refund) -> dict[str, Any]:
    return shapes.refund(refund, root())


@routes.get("/refunds")
def list_all_refunds() -> Response:
    """Refunds of all orders, each with its order."""
    need(g.key, "list")
    listing = Listing(allow="GET")
    return listed(Refund, listing, lambda refund: shapes.refund(refund, root(), with_parent=True))


@routes.get("/orders/<int:order_id>/refunds")
def list_refunds(order_id: int) -> Response:
    """Refunds of one order, the newest first; of an order that is not there, none."""
    need(g.key, "list")
    listing = Listing()
    listing.add("parent = ?", order_id)
    return listed(Refund, listing, _present)


@routes.post("/orders/<int:order_id>/refunds")
def post_refund(order_id: int) -> Response:
    """A new refund; too large an amount is a 500 whose data is a number, as in the real one."""
    need(g.key, "create")
    g.allow = "GET, POST"
    given = read(body(), SCHEMA)
    rows = given.get("line_items", [])
    lines = {
        int(row["id"]): (cents(row.get("refund_total", 0)), int(row.get("quantity", 0))) for row in rows if "id" in row
    }
    amount = cents(given["amount"]) if "amount" in given else sum(total for total, _ in lines.values())
    shop: Shop = g.shop
    with shop.store.transaction():
        order = one(Order, order_id, INVALID_ID)
        if amount <= 0:
            message = "Refund amount must be greater than zero."
            refuse(400, "woocommerce_rest_invalid_order_refund", message)
        try:
            refund = orders.refund(shop, order, amount, given.get("reason", ""), lines)
        except RefundRefused:
            code = "woocommerce_rest_cannot_create_order_refund"
            raise RestError(500, code, "Invalid refund amount.", 500) from None
    return answer(_present(refund), 201, g.allow, [("Location", f"{root()}{LOCATION}{refund.id}")])


@routes.get("/orders/<int:order_id>/refunds/<int:id>")
def get_refund(order_id: int, id: int) -> Response:
    """One refund of the order."""
    need(g.key, "view")
    g.allow = "GET, DELETE"
    return answer(_present(_find(order_id, id)), allow=g.allow)


@routes.delete("/orders/<int:order_id>/refunds/<int:id>")
def delete_refund(order_id: int, id: int) -> Response:
    """The refund as it was, gone now; the order's status and date stay, and no webhook tells of it."""
    need(g.key, "delete")
    g.allow = "GET, DELETE"
    if not read(body(), {"force": boolean}).get("force"):
        refuse(501, "woocommerce_rest_trash_not_supported", "Refunds do not support trashing.")
    with g.shop.store.transaction():
        refund = _find(order_id, id)
        g.shop.store.remove(refund)
    return answer(_present(refund), allow=g.allow)


def _find(order_id: int, id: int) -> Refund:
    one(Order, order_id, INVALID_ID)
    refund = one(Refund, id, NO_REFUND, "Invalid order refund ID.")
    if refund.order_id != order_id:
        refuse(404, NO_REFUND, "Invalid order refund ID.")
    return refund
