"""The shop's pages. Everything is a plain form; the basket lives under the token in a cookie."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from demo import carts, mishaps
from demo.checkout import CheckoutRefused, open_draft, place_order
from demo.coupons import CouponRefused
from demo.records import Cart, Order, Product
from demo.refunds import refunds_of
from demo.shop import current_shop
from demo.web import authorize

storefront = Blueprint("storefront", __name__)

SESSION = "wp_woocommerce_session_leafandkettle"
PLUGIN_COOKIE = "goodword_claim"
DAYS = 86_400
NO_PRODUCTS = "The provided checkout link was out of date or invalid. No products were added to the cart."
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content")


@storefront.before_request
def receive() -> tuple[str, int, dict[str, str]] | None:
    """The visitor's basket is at hand, and the day's mishaps have happened."""
    g.shop = current_shop()
    time.sleep(mishaps.delay(g.shop))
    status = mishaps.fault(g.shop, "shop")
    g.cart = g.shop.store.cart(request.cookies.get(SESSION, "")) or carts.new_cart()
    if status is not None:
        return render_template("closed.html"), status, {"Retry-After": "600"}
    _note_where_from(g.cart)
    return None


@storefront.after_request
def remember(response: Response) -> Response:
    """A basket that has something to remember is kept, under a cookie; so is the plugin's click, where it is on."""
    cart: Cart = g.cart
    if cart.items or cart.coupons or cart.notices or cart.attribution or request.cookies.get(SESSION):
        g.shop.store.save_cart(cart)
        response.set_cookie(SESSION, cart.token, max_age=2 * DAYS, httponly=True, samesite="Lax")
    if cart.items:
        response.set_cookie("woocommerce_items_in_cart", "1", samesite="Lax")
        response.set_cookie("woocommerce_cart_hash", carts.fingerprint(cart), samesite="Lax")
    claim = request.args.get("goodword")
    if claim and g.shop.settings.plugin:
        response.set_cookie(PLUGIN_COOKIE, claim, max_age=30 * DAYS, httponly=True, samesite="Lax")
    return response


@storefront.app_context_processor
def shared() -> dict[str, Any]:
    """How full the basket is, for the head of every page."""
    return {"pieces": sum(g.cart.items.values()) if "cart" in g else 0}


def _note_where_from(cart: Cart) -> None:
    """The first touch with a campaign is kept, as WooCommerce's order attribution does in the browser."""
    if cart.attribution or not request.args.get("utm_source"):
        return
    cart.attribution = {
        "source_type": "utm",
        "referrer": request.referrer or "",
        **{name: request.args.get(name, "") for name in UTM},
        "session_entry": request.url,
        "session_start_time": f"{g.shop.clock.now():%Y-%m-%d %H:%M:%S}",
        "session_pages": "1",
        "session_count": "1",
        "user_agent": request.user_agent.string,
        "device_type": "Mobile" if "Mobile" in request.user_agent.string else "Desktop",
    }


@storefront.get("/")
def home() -> str | AnyResponse:
    """What there is to buy. `?add-to-cart=ID` works here as on every WooCommerce page."""
    asked: AnyResponse | None = authorize.route_in_query()
    if asked is not None:
        return asked
    _add_from_query()
    products = g.shop.store.select(Product, "status = 'publish'")
    return render_template("home.html", products=products)


def _add_from_query() -> None:
    wanted = request.args.get("add-to-cart", "")
    if wanted.isdigit():
        carts.put_in(g.shop, g.cart, int(wanted), _whole(request.args.get("quantity"), 1))


@storefront.get("/product/<slug>/")
def product(slug: str) -> str | tuple[str, int]:
    """One product."""
    found = g.shop.store.select(Product, "name = ? AND status = 'publish'", (slug,))
    if not found:
        return render_template("missing.html"), 404
    others = g.shop.store.select(Product, "status = 'publish' AND name != ?", (slug,))
    return render_template("product.html", product=found[0], others=others[:3])


@storefront.get("/cart/")
def cart() -> str:
    """The basket."""
    _add_from_query()
    error = request.args.get("wc_error")
    reckoning = carts.reckon(g.shop, g.cart)
    notices, g.cart.notices = [*g.cart.notices, *([error] if error else [])], []
    return render_template("cart.html", reckoning=reckoning, notices=notices)


@storefront.post("/cart/add")
def add() -> AnyResponse:
    """The product (product_id, quantity) is in the basket."""
    carts.put_in(g.shop, g.cart, _whole(request.form.get("product_id"), 0), _whole(request.form.get("quantity"), 1))
    return redirect(url_for("storefront.cart"), 303)


@storefront.post("/cart/update")
def update() -> AnyResponse:
    """The basket has the quantities of the fields quantity_ID."""
    for name, value in request.form.items():
        if name.startswith("quantity_"):
            carts.set_quantity(g.cart, _whole(name[9:], 0), _whole(value, 0))
    return redirect(url_for("storefront.cart"), 303)


@storefront.post("/cart/coupon")
def coupon() -> AnyResponse:
    """The code (coupon_code) is applied, or the next page says why not."""
    try:
        carts.apply_coupon(g.shop, g.cart, request.form.get("coupon_code", ""))
    except CouponRefused as refused:
        g.cart.notices.append(carts.plain(refused.message))
    return redirect(_back("storefront.cart"), 303)


@storefront.post("/cart/coupon/remove")
def remove_coupon() -> AnyResponse:
    """The code (coupon_code) is out of the basket."""
    g.cart.coupons = [code for code in g.cart.coupons if code != request.form.get("coupon_code")]
    return redirect(_back("storefront.cart"), 303)


def _back(default: str) -> str:
    return url_for("storefront.checkout") if request.form.get("back") == "checkout" else url_for(default)


@storefront.get("/checkout/")
def checkout() -> str | AnyResponse:
    """The form to buy with. A session token in the address brings its basket along."""
    brought = g.shop.store.cart(request.args.get("session", ""))
    if brought is not None:
        g.cart = brought
    with g.shop.store.transaction():
        reckoning = open_draft(g.shop, g.cart)
    if not reckoning.items:
        return redirect(url_for("storefront.cart"), 302)
    notices, g.cart.notices = g.cart.notices, []
    return render_template("checkout.html", reckoning=reckoning, notices=notices, form=g.cart.billing, missing=[])


@storefront.post("/checkout/")
def buy() -> AnyResponse | tuple[str, int]:
    """The order is placed, or the form comes back and says what is wrong: 400 for fields, 409 for a coupon."""
    extra = {}
    if g.shop.settings.plugin and request.cookies.get(PLUGIN_COOKIE):
        extra["_goodword_claim"] = request.cookies[PLUGIN_COOKIE]
    try:
        order = place_order(g.shop, g.cart, request.form, extra, request.user_agent.string)
    except CheckoutRefused as refused:
        page = render_template(
            "checkout.html",
            reckoning=carts.reckon(g.shop, g.cart),
            notices=refused.notices,
            form=request.form,
            missing=refused.missing,
        )
        return page, 400 if refused.missing else 409
    return redirect(_order_address(order), 303)


def _order_address(order: Order) -> str:
    return url_for("storefront.received", id=order.id, key=order.order_key)


@storefront.get("/checkout/order-received/<int:id>/")
def received(id: int) -> str | tuple[str, int]:
    """The buyer's own order; the key in the address is what lets them see it."""
    order = g.shop.store.find(Order, id)
    if order is None or order.order_key != request.args.get("key") or order.status in {"checkout-draft", "trash"}:
        return render_template("missing.html"), 404
    return render_template("order.html", order=order, refunds=refunds_of(g.shop, order))


@storefront.get("/track/")
def track() -> str:
    """The form by which a guest finds their order."""
    return render_template("track.html", failed=False)


@storefront.post("/track/")
def find_order() -> AnyResponse | tuple[str, int]:
    """The guest's order page, when number (order_number) and e-mail (email) belong together."""
    number = _whole(request.form.get("order_number", "").lstrip("#"), 0)
    order = g.shop.store.find(Order, number)
    if order and order.name and order.name == request.form.get("email", "").strip().lower():
        return redirect(_order_address(order), 303)
    return render_template("track.html", failed=True), 404


@storefront.get("/checkout-link")
def checkout_link_without_slash() -> AnyResponse:
    """Sent on to the address with the slash, query untouched."""
    query = request.query_string.decode("ascii", "replace")
    return redirect(f"{_base()}/checkout-link/" + (f"?{query}" if query else ""), 301)


@storefront.get("/checkout-link/")
def checkout_link() -> AnyResponse:
    """A basket with just these products and the coupon, whatever was in it before, at the checkout."""
    wanted = [part.partition(":") for part in request.args.get("products", "").split(",") if part]
    fresh = Cart(token=g.cart.token, attribution=g.cart.attribution, billing=g.cart.billing)
    for id, _, quantity in wanted:
        carts.put_in(g.shop, fresh, _whole(id, 0), _whole(quantity or "1", 1))
    if not fresh.items:
        return redirect(f"{_base()}/cart/?wc_error={quote(NO_PRODUCTS)}", 302)
    g.cart = fresh
    if code := request.args.get("coupon"):
        try:
            carts.apply_coupon(g.shop, fresh, code)
        except CouponRefused as refused:
            fresh.notices.append(carts.plain(refused.message))
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in {"products", "coupon"}]
    response = make_response(redirect(f"{_base()}/checkout/?{urlencode([*kept, ('session', fresh.token)])}", 302))
    response.headers["X-Redirect-By"] = "WordPress"
    return response


def _base() -> str:
    """Scheme and host as the visitor sees them."""
    return f"{urlsplit(request.url).scheme}://{request.host}"


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() and len(text) < 10 else default
