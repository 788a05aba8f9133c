"""From basket to order, with the draft that WooCommerce's block checkout leaves on the way."""

from __future__ import annotations

from collections.abc import Mapping

from demo import orders
from demo.carts import Reckoning, fingerprint, reckon
from demo.records import Cart, Order
from demo.shop import Shop
from demo.webhooks import notify

GATEWAYS = {"card": ("stripe", "Credit card"), "cod": ("cod", "Cash on delivery")}
REQUIRED = ("first_name", "last_name", "email", "address_1", "city", "postcode", "country")


class CheckoutRefused(Exception):
    """The order cannot be placed; `notices` say why, `missing` names fields."""

    def __init__(self, notices: list[str], missing: list[str] | None = None) -> None:
        super().__init__("; ".join(notices))
        self.notices = notices
        self.missing = missing or []


def open_draft(shop: Shop, cart: Cart) -> Reckoning:
    """The basket added up; opening the checkout has stored a checkout-draft order and order.updated is owed."""
    reckoning = reckon(shop, cart)
    if reckoning.items:
        order = _draft(shop, cart)
        _copy(shop, order, cart, reckoning)
        orders.save_order(shop, order, "order.updated")
    return reckoning


def place_order(shop: Shop, cart: Cart, form: Mapping[str, str], extra: Mapping[str, str], agent: str) -> Order:
    """The order is placed and the basket empty; order.updated, then order.created are owed.

    Commits. Raises CheckoutRefused: the basket stays, a refused coupon has left it, the draft fired its order.updated.
    """
    _check_form(form)
    cart.billing = orders.address(orders.BILLING, form)
    with shop.store.transaction():
        before = list(cart.coupons)
        reckoning = reckon(shop, cart, form["email"].strip())
        if not reckoning.items:
            raise CheckoutRefused(["Your cart is empty."])
        order = _draft(shop, cart)
        _copy(shop, order, cart, reckoning)
        _note(shop, order, form, extra, agent)
        coupons_stand = cart.coupons == before
        if coupons_stand:
            _pay(shop, order)
        orders.save_order(shop, order, "order.updated")
        if coupons_stand:
            notify(shop, "order.created", order.id)
    if not coupons_stand:
        notices, cart.notices = cart.notices, []
        raise CheckoutRefused(notices)
    cart.items, cart.coupons, cart.draft_id = {}, [], 0
    return order


def _note(shop: Shop, order: Order, form: Mapping[str, str], extra: Mapping[str, str], agent: str) -> None:
    order.customer_agent = agent
    order.customer_ip = "127.0.0.1"
    order.customer_note = form.get("customer_note", "").strip()
    order.payment_method, order.payment_method_title = GATEWAYS[form["payment_method"]]
    for key, value in extra.items():
        orders.put_meta(shop, order.meta, key, value)


def _check_form(form: Mapping[str, str]) -> None:
    missing = [field for field in REQUIRED if not form.get(field, "").strip()]
    if "email" not in missing and "@" not in form["email"]:
        missing.append("email")
    if form.get("payment_method") not in GATEWAYS:
        missing.append("payment_method")
    if missing:
        raise CheckoutRefused(["Please fill in what is marked below."], missing)


def _draft(shop: Shop, cart: Cart) -> Order:
    order = shop.store.find(Order, cart.draft_id) if cart.draft_id else None
    if order is None or order.status != "checkout-draft":
        order = orders.new_order(shop, "store-api")
        cart.draft_id = order.id
    return order


def _copy(shop: Shop, order: Order, cart: Cart, reckoning: Reckoning) -> None:
    orders.fill(shop, order, reckoning.items, reckoning.coupons)
    title, method = ("Flat rate", "flat_rate") if reckoning.postage else ("Free shipping", "free_shipping")
    order.shipping_lines = [orders.shipping_line(shop, method, title, reckoning.postage, "1")]
    order.cart_hash = fingerprint(cart)
    order.billing = orders.address(orders.BILLING, cart.billing or {"country": "NL"})
    order.shipping = orders.address(orders.SHIPPING, order.billing)
    for name, value in cart.attribution.items():
        orders.put_meta(shop, order.meta, f"_wc_order_attribution_{name}", value)


def _pay(shop: Shop, order: Order) -> None:
    """A card pays at once. Cash on delivery is sent out unpaid: its date_paid waits for completion."""
    orders.set_status(shop, order, "pending")
    if order.payment_method != "cod":
        order.transaction_id = f"ch_{order.order_key[9:]}"
    orders.set_status(shop, order, "processing")
