"""Coupons over REST, with what the real store silently gets wrong: see the comments at each place."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, g, request

from demo import shapes
from demo.clock import from_site_time
from demo.coupons import coupons_enabled, fold
from demo.money import cents
from demo.orders import put_meta
from demo.records import Coupon
from demo.rest.answers import ITEM, Listing, answer, created, listed, one, root
from demo.rest.auth import need
from demo.rest.errors import RestError, refuse
from demo.rest.parameters import (
    body,
    boolean,
    integer,
    integers,
    objects,
    one_of,
    read,
    strings,
    text,
)
from demo.shop import Shop
from demo.webhooks import notify

Json = dict[str, Any]
routes = Blueprint("coupons", __name__, url_prefix="/wc/v3/coupons")

INVALID_ID = "woocommerce_rest_shop_coupon_invalid_id"
BATCH_LIMIT = 100
NEVER = from_site_time(datetime(1970, 1, 1))  # noqa: DTZ001 - the shop's wall clock; what an unreadable date becomes
# `amount` stands before `discount_type`: a new "percent" of 120 is set while the type is still fixed_cart.
SCHEMA = {
    "code": text,
    "amount": text,
    "discount_type": one_of("percent", "fixed_cart", "fixed_product"),
    "description": text,
    "date_expires": text,  # date_expires_gmt is not here: it is ignored
    "individual_use": boolean,
    "product_ids": integers,
    "excluded_product_ids": integers,
    "usage_limit": integer,
    "usage_limit_per_user": integer,
    "limit_usage_to_x_items": integer,
    "free_shipping": boolean,
    "product_categories": integers,
    "excluded_product_categories": integers,
    "exclude_sale_items": boolean,
    "minimum_amount": text,
    "maximum_amount": text,
    "email_restrictions": strings,
    "meta_data": objects,
}
MONEY = {"minimum_amount", "maximum_amount"}


def present(coupon: Coupon) -> Json:
    """The coupon as this answer shows it."""
    return shapes.coupon(coupon, root())


@routes.get("")
def list_coupons() -> Response:
    """Coupons that are not trashed; by code, only the first if two share it."""
    need(g.key, "list")
    g.allow = "GET, POST"
    listing = Listing()
    listing.add("status != 'trash'")
    if code := request.args.get("code"):
        first = "id = (SELECT min(id) FROM records WHERE kind = ? AND name = ? AND status != 'trash')"
        listing.add(first, Coupon.kind, fold(code))
    if search := request.args.get("search"):
        listing.add("instr(name, ?)", fold(search))
    if include := request.args.get("include"):
        ids = read({"include": include}, {"include": integers})["include"]
        listing.add(f"id IN ({','.join('?' * len(ids))})", *ids)
    return listed(Coupon, listing, present)


@routes.post("")
def post_coupon() -> Response:
    """A new coupon, if its code is free."""
    need(g.key, "create")
    g.allow = "GET, POST"
    _need_enabled(g.shop)
    with g.shop.store.transaction():
        coupon = create(g.shop, body())
        return created(present(coupon), "coupons")


@routes.get("/<int:id>")
def get_coupon(id: int) -> Response:
    """One coupon, also a trashed one."""
    need(g.key, "view")
    g.allow = ITEM
    return answer(present(one(Coupon, id, INVALID_ID)))


@routes.route("/<int:id>", methods=["POST", "PUT", "PATCH"])
def put_coupon(id: int) -> Response:
    """The coupon with what the request changes."""
    need(g.key, "edit")
    g.allow = ITEM
    with g.shop.store.transaction():
        return answer(present(update(g.shop, id, body())))


@routes.delete("/<int:id>")
def delete_coupon(id: int) -> Response:
    """The coupon as it was; it is in the trash now, or with force gone."""
    need(g.key, "delete")
    g.allow = ITEM
    force = read(body(), {"force": boolean}).get("force", False)
    with g.shop.store.transaction():
        return answer(delete(g.shop, id, force=force))


@routes.route("/batch", methods=["POST", "PUT", "PATCH"])
def batch() -> Response:
    """Each row's own result, in the order of the request; a row that fails does not stop the others."""
    need(g.key, "batch")
    g.allow = "POST, PUT, PATCH"
    _need_enabled(g.shop)
    rows = {name: body().get(name) or [] for name in ("create", "update", "delete")}
    if sum(map(len, rows.values())) > BATCH_LIMIT:
        message = f"Unable to accept more than {BATCH_LIMIT} items for this request."
        refuse(413, "woocommerce_rest_request_entity_too_large", message)
    shop: Shop = g.shop
    results: Json = {}
    with shop.store.transaction():
        if rows["create"]:
            results["create"] = [_row(0, _create_row, shop, row) for row in rows["create"]]
        if rows["update"]:
            results["update"] = [_row(row.get("id", 0), _update_row, shop, row) for row in rows["update"]]
        if rows["delete"]:
            results["delete"] = [_row(id, _delete_row, shop, id) for id in rows["delete"]]
    return answer(results, allow=g.allow)


def _row(id: int, act: Callable[[Shop, Any], Json], shop: Shop, given: Any) -> Json:
    try:
        return act(shop, given)
    except RestError as error:
        return {"id": id, "error": error.body}


def _create_row(shop: Shop, row: Json) -> Json:
    return present(create(shop, row))


def _update_row(shop: Shop, row: Json) -> Json:
    return present(update(shop, int(row.get("id", 0)), row))


def _delete_row(shop: Shop, id: int) -> Json:
    return delete(shop, int(id), force=True)


def _need_enabled(shop: Shop) -> None:
    if not coupons_enabled(shop):
        refuse(403, "woocommerce_rest_cannot_create", "Sorry, you are not allowed to create resources.")


def create(shop: Shop, values: Json) -> Coupon:
    """A stored coupon; coupon.created is owed."""
    given = read(values, SCHEMA, required=["code"])
    if not given["code"]:
        refuse(400, "woocommerce_rest_empty_coupon_code", "The coupon code cannot be empty.")
    _need_free(shop, given["code"], 0)
    now = shop.clock.now()
    coupon = Coupon(id=0, created=now, modified=now, status="publish", code="")
    _apply(shop, coupon, given)
    coupon.id = shop.store.next(Coupon.sequence)
    shop.store.save(coupon)
    notify(shop, "coupon.created", coupon.id)
    return coupon


def update(shop: Shop, id: int, values: Json) -> Coupon:
    """The stored coupon with the changes; coupon.updated is owed even when nothing changed."""
    coupon = one(Coupon, id, INVALID_ID)
    given = read(values, SCHEMA)
    if "code" in given:
        _need_free(shop, given["code"], id)
    if "description" in given or "code" in given:  # the date moves on fields of the post only
        coupon.modified = shop.clock.now()
    _apply(shop, coupon, given)
    shop.store.save(coupon)
    notify(shop, "coupon.updated", id)
    return coupon


def delete(shop: Shop, id: int, *, force: bool) -> Json:
    """The coupon as it was. In the trash coupon.deleted is owed; forced away, nothing is."""
    coupon = one(Coupon, id, INVALID_ID)
    before = present(coupon)
    if force:
        shop.store.remove(coupon)
        return before
    if coupon.status == "trash":
        refuse(410, "woocommerce_rest_already_trashed", "The shop_coupon has already been deleted.")
    now = shop.clock.now()
    put_meta(shop, coupon.meta, "_wp_trash_meta_status", coupon.status)
    put_meta(shop, coupon.meta, "_wp_trash_meta_time", str(int(now.timestamp())))
    put_meta(shop, coupon.meta, "_wp_desired_post_slug", coupon.code)
    coupon.status, coupon.modified = "trash", now
    shop.store.save(coupon)
    notify(shop, "coupon.deleted", id)
    return before


def _need_free(shop: Shop, code: str, own_id: int) -> None:
    if shop.store.count(Coupon, "name = ? AND status != 'trash' AND id != ?", (fold(code), own_id)):
        refuse(400, "woocommerce_rest_coupon_code_already_exists", "The coupon code already exists")


def _apply(shop: Shop, coupon: Coupon, given: Json) -> None:
    for name, value in given.items():
        if name == "code":
            coupon.code = fold(value)
        elif name == "amount":
            coupon.amount = _amount(coupon, value)
        elif name in MONEY:
            setattr(coupon, name, cents(value))
        elif name == "date_expires":
            coupon.date_expires = _expiry(value)
        elif name == "email_restrictions":
            coupon.email_restrictions = [each for each in value if _is_email(each)]  # others are dropped silently
        elif name == "meta_data":
            for entry in value:
                put_meta(shop, coupon.meta, str(entry.get("key", "")), entry.get("value"))
        else:
            setattr(coupon, name, value)
    if coupon.discount_type == "percent" and coupon.amount > 100_00:
        coupon.amount = 0  # more than 100 percent is stored as nothing, with a 201


def _amount(coupon: Coupon, written: str) -> int:
    amount = cents(written)  # "abc" is 0.00, "5,50" is 550.00
    if amount < 0 or (coupon.discount_type == "percent" and amount > 100_00):
        refuse(400, "coupon_invalid_amount", "Invalid discount amount.")
    return amount


def _expiry(written: str) -> datetime | None:
    """Site time unless a zone is written; a bare day is its first second; what cannot be read is 1970."""
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written).replace(microsecond=0)
    except ValueError:
        return NEVER
    return moment.astimezone(UTC) if moment.tzinfo else from_site_time(moment)


def _is_email(text: str) -> bool:
    return bool(re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", text))
