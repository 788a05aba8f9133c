"""What the store says of itself: the public index, its currency, a few settings, its system status."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request

from demo import shapes
from demo.clock import SITE_ZONE, site_time
from demo.money import CURRENCY
from demo.rest.answers import answer, root
from demo.rest.auth import need
from demo.rest.errors import refuse
from demo.rest.parameters import body
from demo.shop import NAME, VERSION, WORDPRESS

routes = Blueprint("facts", __name__)

NAMESPACES = ["oembed/1.0", "wc/v3", "wc/v1", "wc/store", "wc/store/v1", "wc/v2", "wp/v2"]
YES_NO = {"yes": "Yes", "no": "No"}
# group, id: label, description, type, default, options
SETTINGS: dict[tuple[str, str], tuple[str, str, str, str, dict[str, str]]] = {
    ("general", "woocommerce_currency"): (
        "Currency",
        "This controls what currency prices are listed at in the catalog and which currency gateways will take "
        "payments in.",
        "select",
        "USD",
        {"EUR": "Euro (&euro;) \u2014 EUR", "USD": "United States (US) dollar (&#36;) \u2014 USD"},
    ),
    ("general", "woocommerce_enable_coupons"): (
        "Enable coupons",
        "Enable the use of coupon codes",
        "checkbox",
        "yes",
        {},
    ),
    ("general", "woocommerce_calc_taxes"): ("Enable taxes", "Enable tax rates and calculations", "checkbox", "no", {}),
    # This one stands in the group of tax settings: asked for as a general one it is a 404.
    ("tax", "woocommerce_prices_include_tax"): ("Prices entered with tax", "", "radio", "no", YES_NO),
}
CHANGEABLE = {"woocommerce_enable_coupons"}


@routes.get("/", strict_slashes=False)
def index() -> Response:
    """What a visitor without keys may know."""
    offset = SITE_ZONE.utcoffset(site_time(g.shop.clock.now()))
    minutes = int(offset.total_seconds()) // 60 if offset else 0
    return answer(
        {
            "name": NAME,
            "description": "Small-batch teas, honestly poured",
            "url": g.shop.home,
            "home": root(),
            "gmt_offset": minutes / 60 if minutes % 60 else minutes // 60,
            "timezone_string": SITE_ZONE.key,
            "namespaces": NAMESPACES,
            "authentication": [],
            "routes": {},
        },
        allow="GET",
    )


@routes.get("/wc/v3/data/currencies/current")
def currency() -> Response:
    """The store's currency."""
    need(g.key, "view")
    linked = shapes.links(root(), "data/currencies", CURRENCY, ["GET"])
    return answer({"code": CURRENCY, "name": "Euro", "symbol": "&euro;", "_links": linked}, allow="GET")


@routes.route("/wc/v3/settings/<group>/<name>", methods=["GET", "POST", "PUT", "PATCH"])
def setting(group: str, name: str) -> Response:
    """One setting; coupons can be switched on and off."""
    need(g.key, "view" if request.method in {"GET", "HEAD"} else "edit")
    g.allow = "GET, POST, PUT, PATCH"
    if (group, name) not in SETTINGS:
        refuse(404, "rest_setting_setting_invalid", "Invalid setting.")
    value = body().get("value")
    if request.method not in {"GET", "HEAD"} and value in YES_NO and name in CHANGEABLE:
        g.shop.store.set_option(name, value)
    return answer(_setting(group, name), allow=g.allow)


def _setting(group: str, name: str) -> dict[str, Any]:
    label, description, kind, default, options = SETTINGS[group, name]
    value = CURRENCY if name == "woocommerce_currency" else g.shop.store.option(name, default)
    return {
        "id": name,
        "label": label,
        "description": description,
        "type": kind,
        "default": default,
        **({"options": options} if options else {}),
        **({"tip": description} if kind == "select" else {}),
        "value": value,
        "group_id": group,
        "_links": shapes.links(root(), f"settings/{group}", name, ["GET", "POST", "PUT", "PATCH"]),
    }


@routes.get("/wc/v3/system_status")
def system_status() -> Response:
    """Versions and the settings that an application asks for."""
    need(g.key, "view")
    return answer({"environment": _environment(), "settings": _status_settings()}, allow="GET")


def _environment() -> dict[str, Any]:
    return {
        "home_url": g.shop.home,
        "site_url": g.shop.home,
        "store_id": g.shop.store.option("store_id"),
        "version": VERSION,
        "wp_version": WORDPRESS,
        "wp_multisite": False,
        "wp_debug_mode": False,
        "wp_cron": True,
        "language": "en_US",
        "external_object_cache": None,
        "server_info": "Leaf & Kettle demo store",
        "default_timezone": "UTC",
    }


def _status_settings() -> dict[str, Any]:
    return {
        "api_enabled": False,
        "force_ssl": False,
        "currency": CURRENCY,
        "currency_symbol": "&euro;",
        "currency_position": "left",
        "thousand_separator": ",",
        "decimal_separator": ".",
        "number_of_decimals": 2,
        "geolocation_enabled": False,
        "taxonomies": {"external": "external", "grouped": "grouped", "simple": "simple", "variable": "variable"},
        "product_visibility_terms": {"featured": "featured", "outofstock": "outofstock"},
        "woocommerce_com_connected": "no",
        "enforce_approved_download_dirs": True,
        "order_datastore": r"Automattic\WooCommerce\Internal\DataStores\Orders\OrdersTableDataStore",
        "HPOS_enabled": True,
        "HPOS_sync_enabled": False,
        "enabled_features": ["order_attribution", "custom_order_tables"],
    }
