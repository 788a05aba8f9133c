"""What the store remembers. Each record is stored whole as JSON; `Record` names the few columns that lists look at.

Products, coupons, orders and refunds share one sequence of ids, as WordPress posts do.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import msgspec


class Record(msgspec.Struct, kw_only=True):
    """A row of the store, found again by its kind and id."""

    kind: ClassVar[str]
    sequence: ClassVar[str] = "post"

    id: int
    created: datetime
    modified: datetime
    status: str = ""

    @property
    def name(self) -> str:
        """What it is looked up by, beside its id."""
        return ""

    @property
    def parent(self) -> int:
        """The record that it belongs to."""
        return 0


class Meta(msgspec.Struct):
    """One entry of meta_data."""

    id: int
    key: str
    value: Any


class Product(Record, kw_only=True):
    kind: ClassVar[str] = "product"

    slug: str
    title: str
    price: int
    sku: str = ""
    regular_price: int = 0
    description: str = ""
    category: str = ""
    origin: str = ""
    art: str = ""

    @property
    def name(self) -> str:
        return self.slug

    @property
    def on_sale(self) -> bool:
        """Whether it costs less than it usually does."""
        return self.price < self.regular_price


class Coupon(Record, kw_only=True):
    kind: ClassVar[str] = "shop_coupon"

    code: str
    amount: int = 0
    discount_type: str = "fixed_cart"
    description: str = ""
    date_expires: datetime | None = None
    individual_use: bool = False
    product_ids: list[int] = []
    excluded_product_ids: list[int] = []
    usage_limit: int = 0
    usage_limit_per_user: int = 0
    limit_usage_to_x_items: int | None = None
    free_shipping: bool = False
    product_categories: list[int] = []
    excluded_product_categories: list[int] = []
    exclude_sale_items: bool = False
    minimum_amount: int = 0
    maximum_amount: int = 0
    email_restrictions: list[str] = []
    used_by: list[str] = []
    meta: list[Meta] = []

    @property
    def name(self) -> str:
        return self.code


class Line(msgspec.Struct, kw_only=True):
    """A product on an order, or what of it a refund gives back (then with negative money)."""

    id: int
    product_id: int
    title: str
    quantity: int
    subtotal: int
    total: int
    sku: str | None = None
    meta: list[Meta] = []


class ShippingLine(msgspec.Struct, kw_only=True):
    id: int
    method_id: str
    title: str
    total: int
    instance_id: str = ""
    meta: list[Meta] = []


class CouponLine(msgspec.Struct, kw_only=True):
    """A coupon as it was when the order took it."""

    id: int
    meta_id: int
    coupon_id: int
    code: str
    discount_type: str
    amount: int
    discount: int
    free_shipping: bool = False


class Order(Record, kw_only=True):
    kind: ClassVar[str] = "shop_order"

    order_key: str
    billing: dict[str, str]
    shipping: dict[str, str]
    created_via: str
    payment_method: str = ""
    payment_method_title: str = ""
    transaction_id: str = ""
    customer_id: int = 0
    customer_ip: str = ""
    customer_agent: str = ""
    customer_note: str = ""
    cart_hash: str = ""
    paid: datetime | None = None
    completed: datetime | None = None
    meta: list[Meta] = []
    lines: list[Line] = []
    shipping_lines: list[ShippingLine] = []
    coupons: list[CouponLine] = []
    usage_counted: bool = False
    status_before_trash: str = ""

    @property
    def name(self) -> str:
        return self.billing.get("email", "").lower()

    @property
    def goods(self) -> int:
        """What the lines cost after discounts."""
        return sum(line.total for line in self.lines)

    @property
    def discount(self) -> int:
        return sum(line.subtotal for line in self.lines) - self.goods

    @property
    def postage(self) -> int:
        return sum(line.total for line in self.shipping_lines)

    @property
    def total(self) -> int:
        """What was to be paid; refunds never change it."""
        return self.goods + self.postage


class Refund(Record, kw_only=True):
    kind: ClassVar[str] = "shop_order_refund"

    order_id: int
    amount: int
    reason: str = ""
    lines: list[Line] = []

    @property
    def parent(self) -> int:
        return self.order_id


class Customer(Record, kw_only=True):
    kind: ClassVar[str] = "user"
    sequence: ClassVar[str] = "user"

    email: str
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    role: str = "customer"

    @property
    def name(self) -> str:
        return self.email.lower()


class Webhook(Record, kw_only=True):
    kind: ClassVar[str] = "webhook"
    sequence: ClassVar[str] = "webhook"

    title: str
    topic: str
    delivery_url: str
    secret: str
    failures: int = 0
    touched: bool = False  # date_modified reads null until something is saved after the creation

    @property
    def name(self) -> str:
        return self.topic


class ApiKey(Record, kw_only=True):
    kind: ClassVar[str] = "api_key"
    sequence: ClassVar[str] = "api_key"

    key: str
    secret: str
    permissions: str = "read_write"
    label: str = ""

    @property
    def name(self) -> str:
        return self.key


class Cart(msgspec.Struct, kw_only=True):
    """A visitor's basket, kept under the token in their cookie."""

    token: str
    items: dict[int, int] = {}
    coupons: list[str] = []
    notices: list[str] = []
    draft_id: int = 0
    attribution: dict[str, str] = {}
    billing: dict[str, str] = {}
