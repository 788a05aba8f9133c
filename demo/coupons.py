"""When a coupon may be used: the checks of WooCommerce, in its order and with its words."""

from __future__ import annotations

import html
from collections.abc import Sequence
from fnmatch import fnmatchcase

from demo.catalogue import CATEGORIES
from demo.discounts import Item, eligible
from demo.money import price_html
from demo.records import Coupon, Product
from demo.shop import Shop


class CouponRefused(Exception):
    """The shop does not take the coupon; `message` is what WooCommerce says, HTML-escaped as it is there."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def fold(code: str) -> str:
    """A code as it is stored and compared: lower case, without tags and outer spaces, ampersands escaped."""
    plain = html.unescape(code)
    while "<" in plain and ">" in plain[plain.index("<") :]:
        start = plain.index("<")
        plain = plain[:start] + plain[plain.index(">", start) + 1 :]
    return plain.strip().lower().replace("&", "&amp;")


def find_coupon(shop: Shop, code: str) -> Coupon | None:
    """The coupon that a shopper's code means: not a trashed one, the oldest if there are several."""
    found = shop.store.select(Coupon, "name = ? AND status != 'trash'", (fold(code),))
    return found[0] if found else None


def coupons_enabled(shop: Shop) -> bool:
    """Whether the shop takes coupons at all."""
    return shop.store.option("woocommerce_enable_coupons", "yes") == "yes"


def usable(shop: Shop, code: str, items: Sequence[Item], email: str | None) -> Coupon:
    """The coupon, when it may be used on these items. `email` None means that nobody has been asked yet (a cart).

    Raises CouponRefused with the first reason against it.
    """
    coupon = find_coupon(shop, code)
    shown = f"&quot;{fold(code)}&quot;"
    if coupon is None:
        raise CouponRefused(code, f"Coupon {shown} cannot be applied because it does not exist.")
    _check_usage(coupon, email, shown)
    if coupon.date_expires and shop.clock.now() > coupon.date_expires:
        raise CouponRefused(code, f"Coupon {shown} has expired.")
    _check_spend(coupon, sum(item.subtotal for item in items), shown)
    _check_products(coupon, items, shown)
    _check_email(coupon, email, shown)
    return coupon


def _check_usage(coupon: Coupon, email: str | None, shown: str) -> None:
    mine = sum(user.lower() == (email or "").lower() for user in coupon.used_by) if email else 0
    used_up = coupon.usage_limit and len(coupon.used_by) >= coupon.usage_limit
    mine_up = coupon.usage_limit_per_user and mine >= coupon.usage_limit_per_user
    if used_up or mine_up:
        raise CouponRefused(coupon.code, f"Usage limit for coupon {shown} has been reached.")


def _check_spend(coupon: Coupon, subtotal: int, shown: str) -> None:
    for limit, word, broken in (
        (coupon.minimum_amount, "minimum", subtotal < coupon.minimum_amount),
        (coupon.maximum_amount, "maximum", subtotal > coupon.maximum_amount),
    ):
        if limit and broken:
            raise CouponRefused(coupon.code, f"The {word} spend for coupon {shown} is {price_html(limit)}.")


def _check_products(coupon: Coupon, items: Sequence[Item], shown: str) -> None:
    sold = [item.product for item in items if item.product]
    if not any(eligible(coupon, product) for product in sold):
        if coupon.exclude_sale_items and any(product.on_sale for product in sold):
            raise CouponRefused(coupon.code, f"Sorry, coupon {shown} is not valid for sale items.")
        raise CouponRefused(coupon.code, f"Sorry, coupon {shown} is not applicable to selected products.")
    if coupon.discount_type == "fixed_cart":
        _check_whole_basket(coupon, sold, shown)


def _check_whole_basket(coupon: Coupon, sold: Sequence[Product], shown: str) -> None:
    """An amount off the whole basket is refused for one thing in it that is excluded."""
    if coupon.exclude_sale_items and any(product.on_sale for product in sold):
        raise CouponRefused(coupon.code, f"Sorry, coupon {shown} is not valid for sale items.")
    products = [each.title for each in sold if each.id in coupon.excluded_product_ids]
    if products:
        message = f"Sorry, coupon {shown} is not applicable to the products: {', '.join(products)}."
        raise CouponRefused(coupon.code, message)
    excluded = coupon.excluded_product_categories
    categories = dict.fromkeys(each.category for each in sold if CATEGORIES.get(each.category, 0) in excluded)
    if categories:
        message = f"Sorry, coupon {shown} is not applicable to the categories: {', '.join(categories)}."
        raise CouponRefused(coupon.code, message)


def _check_email(coupon: Coupon, email: str | None, shown: str) -> None:
    if not coupon.email_restrictions:
        return
    if not email:
        message = f"Please enter a valid email at checkout to use coupon code {shown}."
        raise CouponRefused(coupon.code, message)
    if not any(fnmatchcase(email.lower(), pattern.lower()) for pattern in coupon.email_restrictions):
        raise CouponRefused(coupon.code, f"Please enter a valid email to use coupon code {shown}.")


def count_use(shop: Shop, code: str, user: str) -> None:
    """One more use stands on the coupon. Neither its date nor a webhook tells of it."""
    coupon = find_coupon(shop, code)
    if coupon is not None:
        coupon.used_by.append(user)
        shop.store.save(coupon)


def give_back_use(shop: Shop, code: str, user: str) -> None:
    """One use less stands on the coupon, when that user had one."""
    coupon = find_coupon(shop, code)
    if coupon is not None and user in coupon.used_by:
        coupon.used_by.remove(user)
        shop.store.save(coupon)
