"""The JSON of a product: long, and mostly the same for every product of this shop."""

from __future__ import annotations

from typing import Any

from demo import shapes
from demo.catalogue import CATEGORIES
from demo.money import decimals, price_html
from demo.records import Product

Json = dict[str, Any]


def product(product: Product, root: str, *, changing: bool = False) -> Json:
    """A simple product that is always in stock; the answer to a change has two members more."""
    page = f"{root}/product/{product.slug}/"
    return {
        "id": product.id,
        "name": product.title,
        "slug": product.slug,
        "permalink": page,
        "date_created": shapes.local(product.created),
        "date_created_gmt": shapes.gmt(product.created),
        "date_modified": shapes.local(product.modified),
        "date_modified_gmt": shapes.gmt(product.modified),
        "type": "simple",
        "status": product.status,
        "description": product.description,
        "short_description": "",
        "sku": product.sku,
        "price": decimals(product.price),
        "regular_price": decimals(product.regular_price),
        "sale_price": decimals(product.price) if product.on_sale else "",
        "on_sale": product.on_sale,
        **_always_the_same(),
        "categories": [_category(product.category)],
        "price_html": price_html(product.price),
        **({"permalink_template": f"{root}/product/%pagename%/", "generated_slug": product.slug} if changing else {}),
        "_links": shapes.links(root, "products", product.id),
    }


def _category(name: str) -> Json:
    return {"id": CATEGORIES.get(name, 15), "name": name or "Uncategorized", "slug": (name or "uncategorized").lower()}


def _always_the_same() -> Json:
    nothing: list[str] = ["downloads", "upsell_ids", "cross_sell_ids", "brands", "tags", "images", "attributes"]
    nothing += ["default_attributes", "variations", "grouped_products", "related_ids", "meta_data"]
    blank = ["external_url", "button_text", "tax_class", "weight", "shipping_class", "purchase_note"]
    blank += ["post_password", "global_unique_id"]
    unset = ["date_on_sale_from", "date_on_sale_from_gmt", "date_on_sale_to", "date_on_sale_to_gmt"]
    unset += ["stock_quantity", "low_stock_amount"]
    no = ["featured", "virtual", "downloadable", "manage_stock", "backorders_allowed", "backordered"]
    no += ["sold_individually", "has_options"]
    yes = ["purchasable", "shipping_required", "shipping_taxable", "reviews_allowed"]
    zero = ["total_sales", "shipping_class_id", "rating_count", "parent_id", "menu_order"]
    return {
        **{name: [] for name in nothing},
        **dict.fromkeys(blank, ""),
        **dict.fromkeys(unset),
        **dict.fromkeys(no, False),
        **dict.fromkeys(yes, True),
        **dict.fromkeys(zero, 0),
        "catalog_visibility": "visible",
        "download_limit": -1,
        "download_expiry": -1,
        "tax_status": "taxable",
        "backorders": "no",
        "dimensions": {"length": "", "width": "", "height": ""},
        "average_rating": "0",
        "stock_status": "instock",
    }
