"""A visitor's basket: what is in it, which coupons it took, what it costs."""

from __future__ import annotations

import hashlib
import html
import re
import secrets
from dataclasses import dataclass

from demo.coupons import CouponRefused, coupons_enabled, fold, usable
from demo.discounts import Item, work_out
from demo.records import Cart, Coupon, Product
from demo.shop import Shop

POSTAGE = 495
FREE_POSTAGE_FROM = 5000
ALREADY_ALONE = (
    "Sorry, coupon &quot;{}&quot; has already been applied and cannot be used in conjunction with other coupons."
)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A basket added up; money in cents."""

    items: list[Item]
    coupons: list[Coupon]
    taken: dict[str, int]
    goods: int
    postage: int

    @property
    def total(self) -> int:
        return self.goods - sum(self.taken.values()) + self.postage

    @property
    def pieces(self) -> int:
        return sum(item.quantity for item in self.items)


def new_cart() -> Cart:
    """An empty basket under a token nobody can guess."""
    return Cart(token=f"t_{secrets.token_hex(15)}")


def put_in(shop: Shop, cart: Cart, product_id: int, quantity: int) -> bool:
    """So many more of the product are in the basket; False when the shop has no such product."""
    product = shop.store.find(Product, product_id)
    if product is None or product.status != "publish" or quantity < 1:
        return False
    cart.items[product_id] = min(cart.items.get(product_id, 0) + quantity, 99)
    return True


def set_quantity(cart: Cart, product_id: int, quantity: int) -> None:
    """The basket has so many of the product; 0 takes it out."""
    if quantity > 0 and product_id in cart.items:
        cart.items[product_id] = min(quantity, 99)
    else:
        cart.items.pop(product_id, None)


def items_of(shop: Shop, cart: Cart) -> list[Item]:
    """What is in the basket and still sold."""
    found = [(shop.store.find(Product, id), quantity) for id, quantity in cart.items.items()]
    return [Item(product, quantity) for product, quantity in found if product and product.status == "publish"]


def apply_coupon(shop: Shop, cart: Cart, code: str) -> None:
    """The basket has the coupon; one for individual use has silently put out the others.

    Raises CouponRefused with the shop's reason.
    """
    if not coupons_enabled(shop):
        raise CouponRefused(code, "Coupons are disabled.")
    if fold(code) in cart.coupons:
        raise CouponRefused(code, f"Coupon code &quot;{fold(code)}&quot; has already been applied.")
    items, email = items_of(shop, cart), cart.billing.get("email")
    coupon = usable(shop, code, items, email)
    for other in cart.coupons:
        if not coupon.individual_use and usable(shop, other, items, email).individual_use:
            raise CouponRefused(code, ALREADY_ALONE.format(other))
    cart.coupons = [coupon.code] if coupon.individual_use else [*cart.coupons, coupon.code]


def reckon(shop: Shop, cart: Cart, email: str | None = None) -> Reckoning:
    """The basket added up. Coupons that may not be used (any more) have left it, and a notice says why."""
    items = items_of(shop, cart)
    coupons = []
    for code in list(cart.coupons):
        try:
            coupons.append(usable(shop, code, items, email or cart.billing.get("email")))
        except CouponRefused as refused:
            cart.coupons.remove(code)
            if items:
                cart.notices.append(f"“{code}” was removed from the cart. {plain(refused.message)}")
    taken = {code: sum(off) for code, off in work_out(coupons, items).items()}
    goods = sum(item.subtotal for item in items)
    free = any(coupon.free_shipping for coupon in coupons) or goods - sum(taken.values()) >= FREE_POSTAGE_FROM
    return Reckoning(items, coupons, taken, goods, 0 if free or not items else POSTAGE)


def fingerprint(cart: Cart) -> str:
    """The hash that WooCommerce calls the cart hash: 32 hex digits that change with the basket."""
    text = repr((sorted(cart.items.items()), cart.coupons))
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def plain(message: str) -> str:
    """A message of WooCommerce without its markup."""
    return html.unescape(re.sub(r"<[^>]*>", "", message))
