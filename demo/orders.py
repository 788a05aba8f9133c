"""An order's life: filled, placed, moved between statuses, trashed, restored, erased, and what each step sets off."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping, Sequence

from demo.coupons import count_use, give_back_use
from demo.discounts import Item, work_out
from demo.records import Coupon, CouponLine, Line, Meta, Order, Refund, ShippingLine
from demo.refunds import RefundRefused, add_refund, refunds_of, remaining
from demo.shop import Shop
from demo.webhooks import notify

STATUSES = (
    "auto-draft",
    "pending",
    "processing",
    "on-hold",
    "completed",
    "cancelled",
    "refunded",
    "failed",
    "checkout-draft",
)
COUNTING = {"pending", "processing", "on-hold", "completed"}
BILLING = ("first_name", "last_name", "company", "address_1", "address_2", "city", "state", "postcode", "country",
           "email", "phone")  # fmt: skip
SHIPPING = tuple(field for field in BILLING if field != "email")


def address(fields: tuple[str, ...], given: Mapping[str, str]) -> dict[str, str]:
    """An address with every field, empty where nothing is given."""
    return {field: str(given.get(field, "")).strip() for field in fields}


def new_order(shop: Shop, created_via: str, status: str = "checkout-draft") -> Order:
    """An empty order with an id and a key of its own, not stored yet."""
    now = shop.clock.now()
    letters = string.ascii_letters + string.digits
    return Order(
        id=shop.store.next(Order.sequence),
        created=now,
        modified=now,
        status=status,
        order_key="wc_order_" + "".join(secrets.choice(letters) for _ in range(13)),
        billing=address(BILLING, {}),
        shipping=address(SHIPPING, {}),
        created_via=created_via,
    )


def fill(shop: Shop, order: Order, items: Sequence[Item], coupons: Sequence[Coupon]) -> None:
    """The order has these items, with these coupons' discounts spread over them."""
    taken = work_out(coupons, items)
    order.lines = [
        Line(
            id=shop.store.next("item"),
            product_id=item.product.id if item.product else 0,
            title=item.product.title if item.product else "",
            sku=item.product.sku if item.product else None,
            quantity=item.quantity,
            subtotal=item.subtotal,
            total=item.subtotal - sum(off[n] for off in taken.values()),
        )
        for n, item in enumerate(items)
    ]
    order.coupons = [
        CouponLine(
            id=shop.store.next("item"),
            meta_id=shop.store.next("meta"),
            coupon_id=coupon.id,
            code=coupon.code,
            discount_type=coupon.discount_type,
            amount=coupon.amount,
            discount=sum(taken[coupon.code]),
            free_shipping=coupon.free_shipping,
        )
        for coupon in coupons
    ]


def shipping_line(shop: Shop, method_id: str, title: str, total: int, instance_id: str = "") -> ShippingLine:
    """How the parcel travels and what that costs."""
    return ShippingLine(
        id=shop.store.next("item"), method_id=method_id, title=title, total=total, instance_id=instance_id
    )


def set_status(shop: Shop, order: Order, status: str) -> None:
    """The order has the status, with what WooCommerce does on the way there. Nothing is said to webhooks yet."""
    if status == order.status:
        return
    order.status = status
    now = shop.clock.now()
    # Cash on delivery counts as paid at completion only: recorded with set_paid, which took a cod order straight to
    # completed (tests/demo/captures/order_create_set_paid.json), while other gateways are paid at processing.
    paying = {"completed"} if order.payment_method == "cod" else {"processing", "completed"}
    if order.paid is None and status in paying:
        order.paid = now
    if status == "completed":
        order.completed = now
    if status == "refunded" and remaining(shop, order) > 0:
        add_refund(shop, order, remaining(shop, order), "Order fully refunded.")
    _count_coupons(shop, order)


def _count_coupons(shop: Shop, order: Order) -> None:
    user = str(order.customer_id or order.billing["email"])
    if order.status in COUNTING and not order.usage_counted:
        order.usage_counted = True
        for line in order.coupons:
            count_use(shop, line.code, user)
    elif order.status in {"cancelled", "trash"} and order.usage_counted:
        order.usage_counted = False
        for line in order.coupons:
            give_back_use(shop, line.code, user)


def save_order(shop: Shop, order: Order, *topics: str) -> None:
    """The order is stored as modified now, and webhooks of these topics will hear of it."""
    order.modified = shop.clock.now()
    shop.store.save(order)
    for topic in topics:
        notify(shop, topic, order.id)


def change_status(shop: Shop, order: Order, status: str) -> None:
    """The order is stored under the status. Coming back from the trash this way is silent, as in the real one."""
    silent = order.status == "trash"
    set_status(shop, order, status)
    save_order(shop, order, *([] if silent else ["order.updated"]))


def refund(
    shop: Shop, order: Order, amount: int, reason: str = "", lines: Mapping[int, tuple[int, int]] | None = None
) -> Refund:
    """So much of the order is refunded and order.updated is owed; when nothing is left its status is refunded.

    Raises RefundRefused for nothing, or more than is left.
    """
    if not 0 < amount <= remaining(shop, order):
        raise RefundRefused
    made = add_refund(shop, order, amount, reason, lines)
    if remaining(shop, order) == 0:
        set_status(shop, order, "refunded")
    save_order(shop, order, "order.updated")
    return made


def trash(shop: Shop, order: Order) -> None:
    """The order is in the trash and order.deleted is owed. Its coupon uses are given back."""
    order.meta += [
        shop.meta("_wp_trash_meta_status", f"wc-{order.status}"),
        shop.meta("_wp_trash_meta_time", str(int(shop.clock.now().timestamp()))),
    ]
    order.status_before_trash, order.status = order.status, "trash"
    _count_coupons(shop, order)
    save_order(shop, order, "order.deleted")


def untrash(shop: Shop, order: Order) -> None:
    """The order is back the way the admin pages do it: as it was, and order.restored is owed."""
    order.meta = [each for each in order.meta if not each.key.startswith("_wp_trash_meta_")]
    order.status, order.status_before_trash = order.status_before_trash or "pending", ""
    _count_coupons(shop, order)
    save_order(shop, order, "order.restored")


def erase(shop: Shop, order: Order) -> None:
    """The order and its refunds are gone, and nobody is told: a force delete fires no webhook."""
    for refund in refunds_of(shop, order):
        shop.store.remove(refund)
    shop.store.remove(order)


def put_meta(shop: Shop, meta: list[Meta], key: str, value: object) -> None:
    """The key has the value: replaced where it is, removed by None, added otherwise."""
    same = [each for each in meta if each.key == key]
    if value is None:
        meta[:] = [each for each in meta if each.key != key]
    elif same:
        same[0].value = value
    else:
        meta.append(shop.meta(key, value))
