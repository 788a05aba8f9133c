"""Products over REST: read, created, trashed; enough to point a campaign at one."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, g, request

from demo import product_shape, shapes
from demo.catalogue import CATEGORIES
from demo.money import cents
from demo.records import Product
from demo.rest.answers import ITEM, Listing, answer, created, listed, one, paged, root
from demo.rest.auth import need
from demo.rest.errors import refuse
from demo.rest.parameters import body, boolean, integers, page_numbers, read, text
from demo.shop import Shop
from demo.webhooks import notify

routes = Blueprint("products", __name__, url_prefix="/wc/v3/products")

INVALID_ID = "woocommerce_rest_product_invalid_id"
NAMES = {**CATEGORIES, "Uncategorized": 15}
SCHEMA = {"name": text, "regular_price": text, "sale_price": text, "sku": text, "description": text}


def _present(product: Product, *, changing: bool = False) -> dict[str, Any]:
    return product_shape.product(product, root(), changing=changing)


@routes.get("")
def list_products() -> Response:
    """Products that are not trashed."""
    need(g.key, "list")
    listing = Listing()
    listing.add("status != 'trash'")
    if include := request.args.get("include"):
        ids = read({"include": include}, {"include": integers})["include"]
        listing.add(f"id IN ({','.join('?' * len(ids))})", *ids)
    if search := request.args.get("search"):
        listing.add("instr(lower(json_extract(body, '$.title')), lower(?))", search)
    return listed(Product, listing, _present)


@routes.get("/categories")
def list_categories() -> Response:
    """The categories, by name; all of this shop's stand at the top."""
    need(g.key, "list")
    wanted = request.args.get("search", "").lower()
    rows = [_category(name, id) for name, id in sorted(NAMES.items()) if wanted in name.lower()]
    page, per_page = page_numbers(request.args)
    return paged(rows[(page - 1) * per_page : page * per_page], len(rows), page, per_page, Listing())


def _category(name: str, id: int) -> dict[str, Any]:
    shop: Shop = g.shop
    slug = name.lower()
    count = shop.store.count(Product, "status = 'publish' AND json_extract(body, '$.category') = ?", (name,))
    return {
        "id": id,
        "name": name,
        "slug": slug,
        "parent": 0,
        "description": "",
        "display": "default",
        "image": None,
        "menu_order": 0,
        "count": count,
        "_links": shapes.links(root(), "products/categories", id),
    }


@routes.post("")
def post_product() -> Response:
    """A new simple product; product.created is owed."""
    need(g.key, "create")
    g.allow = "GET, POST"
    given = read(body(), SCHEMA)
    shop: Shop = g.shop
    now = shop.clock.now()
    title = given.get("name", "Product")
    usual = cents(given.get("regular_price", "0"))
    with shop.store.transaction():
        product = Product(
            id=shop.store.next(Product.sequence),
            created=now,
            modified=now,
            status="publish",
            slug=re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-"),
            title=title,
            price=cents(given["sale_price"]) if given.get("sale_price") else usual,
            regular_price=usual,
            sku=given.get("sku", ""),
            description=given.get("description", ""),
        )
        shop.store.save(product)
        notify(shop, "product.created", product.id)
    return created(_present(product, changing=True), "products")


@routes.get("/<int:id>")
def get_product(id: int) -> Response:
    """One product."""
    need(g.key, "view")
    g.allow = ITEM
    return answer(_present(one(Product, id, INVALID_ID)))


@routes.delete("/<int:id>")
def delete_product(id: int) -> Response:
    """The product as it was. Trashed, it also owes a coupon.deleted with its own id: an old fault of the real store."""
    need(g.key, "delete")
    g.allow = ITEM
    shop: Shop = g.shop
    with shop.store.transaction():
        product = one(Product, id, INVALID_ID)
        before = _present(product, changing=True)
        if read(body(), {"force": boolean}).get("force"):
            shop.store.remove(product)
        elif product.status == "trash":
            refuse(410, "woocommerce_rest_already_trashed", "The product has already been deleted.")
        else:
            product.status, product.modified = "trash", shop.clock.now()
            shop.store.save(product)
            notify(shop, "product.deleted", id)
            notify(shop, "coupon.deleted", id)
        return answer(before)
