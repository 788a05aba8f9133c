"""Orders over REST."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, g, request
from werkzeug.datastructures import MultiDict

from demo import orders, shapes
from demo.coupons import CouponRefused, usable
from demo.discounts import Item
from demo.money import cents
from demo.records import Coupon, Order, Product, ShippingLine
from demo.refunds import refunds_of
from demo.rest.answers import ITEM, Listing, answer, created, listed, one, root
from demo.rest.auth import need
from demo.rest.errors import refuse
from demo.rest.parameters import (
    Wrong,
    body,
    boolean,
    integer,
    integers,
    mapping,
    moment,
    objects,
    one_of,
    read,
    text,
    threshold,
)
from demo.shop import Shop
from demo.webhooks import notify

Json = dict[str, Any]
routes = Blueprint("orders", __name__, url_prefix="/wc/v3/orders")

INVALID_ID = "woocommerce_rest_shop_order_invalid_id"
ORDER_BY = {"date": "created", "id": "id", "include": "id", "title": "id", "slug": "id", "modified": "modified"}
DATES = {
    "after": "created > ?",
    "before": "created < ?",
    "modified_after": "modified > ?",
    "modified_before": "modified < ?",
}
FILTERS = {
    **dict.fromkeys(DATES, moment),
    "dates_are_gmt": boolean,
    "order": one_of("asc", "desc"),
    "orderby": one_of(*ORDER_BY),
    "include": integers,
    "exclude": integers,
    "customer": integer,
    "status": text,
    "search": text,
}


def _billing(name: str, value: Any) -> dict[str, str]:
    found = mapping(name, value)
    email = str(found.get("email") or "")
    if email and not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", email):
        raise Wrong("rest_invalid_email", "Invalid email address.")
    return {key: str(each) for key, each in found.items()}


SCHEMA = {
    "status": one_of(*orders.STATUSES),
    "billing": _billing,
    "shipping": mapping,
    "payment_method": text,
    "payment_method_title": text,
    "transaction_id": text,
    "customer_id": integer,
    "customer_note": text,
    "meta_data": objects,
    "line_items": objects,
    "shipping_lines": objects,
    "coupon_lines": objects,
    "set_paid": boolean,
}
PLAIN = ("payment_method", "payment_method_title", "transaction_id", "customer_id", "customer_note")


def present(order: Order) -> Json:
    """The order as this answer shows it."""
    return shapes.order(order, refunds_of(g.shop, order), root())


@routes.get("")
def list_orders() -> Response:
    """Orders, the newest first; drafts of the checkout are among them, trashed ones are not."""
    need(g.key, "list")
    g.allow = "GET, POST"
    given = read(request.args, FILTERS)
    statuses = [each.removeprefix("wc-") for each in given.get("status", "any").split(",")]
    direction = given.get("order", "desc").upper()
    column = ORDER_BY[given.get("orderby", "date")]
    listing = Listing(order_by=f"{column} {direction}, id {direction}", query=_page_query(request.args, statuses))
    _filter(listing, given, statuses)
    return listed(Order, listing, present)


def _filter(listing: Listing, given: Json, statuses: list[str]) -> None:
    if "any" in statuses:
        listing.add("status != 'trash'")
    else:
        listing.add(f"status IN ({','.join('?' * len(statuses))})", *statuses)
    for name, condition in DATES.items():
        if name in given:
            listing.add(condition, threshold(given[name], given.get("dates_are_gmt", False)))
    for name, word in (("include", "IN"), ("exclude", "NOT IN")):
        if given.get(name):
            listing.add(f"id {word} ({','.join('?' * len(given[name]))})", *given[name])
    if given.get("search"):
        listing.add("(instr(name, lower(?)) OR id = ?)", given["search"], given["search"])
    if given.get("customer"):
        listing.add("json_extract(body, '$.customer_id') = ?", given["customer"])


def _page_query(args: MultiDict[str, str], statuses: list[str]) -> list[tuple[str, str]]:
    """The query that the Link header repeats: WooCommerce adds its defaults to what was asked."""
    expanded = [(f"status[{n}]", status) for n, status in enumerate(statuses)]
    query: list[tuple[str, str]] = []
    for name, value in args.items(multi=True):
        if name == "status":
            query += expanded
        elif name == "dates_are_gmt":
            query.append((name, "1" if boolean(name, value) else "0"))
        else:
            query.append((name, value))
    return query + ([] if "status" in args else expanded) + [("dp", "2"), ("context", "view")]


@routes.post("")
def post_order() -> Response:
    """A new order. A coupon that is refused leaves a checkout-draft behind, and says which."""
    need(g.key, "create")
    g.allow = "GET, POST"
    given = read(body(), SCHEMA)
    shop: Shop = g.shop
    with shop.store.transaction():
        order = orders.new_order(shop, "rest-api")
        _apply(shop, order, given)
        items = [_item(shop, row) for row in given.get("line_items", [])]
        coupons, refused = _coupons(shop, order, items, given)
        orders.fill(shop, order, items, coupons)
        order.shipping_lines = [_shipping(shop, row) for row in given.get("shipping_lines", [])]
        if refused is None:
            _place(shop, order, given)
        else:
            shop.store.save(order)
            notify(shop, "order.created", order.id)
    if refused is not None:
        refuse(400, "woocommerce_rest_invalid_coupon", refused.message, new_draft_order_id=order.id)
    return created(present(order), "orders")


def _place(shop: Shop, order: Order, given: Json) -> None:
    orders.set_status(shop, order, given.get("status", "pending"))
    if given.get("set_paid"):
        orders.set_status(shop, order, "completed" if order.payment_method == "cod" else "processing")
    orders.save_order(shop, order, "order.created", "order.updated")


def _coupons(shop: Shop, order: Order, items: list[Item], given: Json) -> tuple[list[Coupon], CouponRefused | None]:
    """The coupons of the request, individual_use or not, until one is refused."""
    found: list[Coupon] = []
    for row in given.get("coupon_lines", []):
        try:
            found.append(usable(shop, str(row.get("code", "")), items, order.billing["email"]))
        except CouponRefused as refused:
            return [], refused
    return found, None


def _item(shop: Shop, row: Json) -> Item:
    product = shop.store.find(Product, int(row.get("product_id") or 0))
    price = row.get("subtotal", row.get("total"))
    return Item(product, int(row.get("quantity", 1)), None if price is None else cents(price))


def _shipping(shop: Shop, row: Json) -> ShippingLine:
    method, title = str(row.get("method_id", "")), str(row.get("method_title", ""))
    return orders.shipping_line(shop, method, title, cents(row.get("total", "0")))


def _apply(shop: Shop, order: Order, given: Json) -> None:
    for name in PLAIN:
        if name in given:
            setattr(order, name, given[name])
    if "billing" in given:
        order.billing = orders.address(orders.BILLING, {**order.billing, **given["billing"]})
    if "shipping" in given:
        order.shipping = orders.address(orders.SHIPPING, {**order.shipping, **given["shipping"]})
    for entry in given.get("meta_data", []):
        orders.put_meta(shop, order.meta, str(entry.get("key", "")), entry.get("value"))


@routes.get("/<int:id>")
def get_order(id: int) -> Response:
    """One order, also a trashed one."""
    need(g.key, "view")
    g.allow = ITEM
    return answer(present(one(Order, id, INVALID_ID)))


@routes.route("/<int:id>", methods=["POST", "PUT", "PATCH"])
def put_order(id: int) -> Response:
    """The order with what the request changes; order.updated is owed whatever that is."""
    need(g.key, "edit")
    g.allow = ITEM
    given = read(body(), SCHEMA)
    shop: Shop = g.shop
    with shop.store.transaction():
        order = one(Order, id, INVALID_ID)
        _apply(shop, order, given)
        paid = "completed" if order.payment_method == "cod" else "processing"
        wanted = given.get("status", order.status)
        orders.change_status(shop, order, paid if given.get("set_paid") and order.paid is None else wanted)
        return answer(present(order))


@routes.delete("/<int:id>")
def delete_order(id: int) -> Response:
    """The order as it was; it is in the trash now, or with force gone."""
    need(g.key, "delete")
    g.allow = ITEM
    force = read(body(), {"force": boolean}).get("force", False)
    shop: Shop = g.shop
    with shop.store.transaction():
        order = one(Order, id, INVALID_ID)
        before = present(order)
        if force:
            orders.erase(shop, order)
        elif order.status == "trash":
            refuse(410, "woocommerce_rest_already_trashed", "The shop_order has already been deleted.")
        else:
            orders.trash(shop, order)
        return answer(before)
