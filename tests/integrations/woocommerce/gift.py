"""A product for free, as it is asked for: written out by hand."""

from __future__ import annotations

from integrations.contract import CouponSpec, DiscountKind
from integrations.events import Money
from tests.integrations.conformance.material import Exchange

GIFT = CouponSpec(code="BCDFGHJKM", kind=DiscountKind.FREE_PRODUCT, product="31", minimum=Money(3000, "EUR"))
GIFT_BODY = {
    "code": "BCDFGHJKM",
    "discount_type": "percent",
    "amount": "100.00",
    "usage_limit": 1,
    "individual_use": True,
    "free_shipping": False,
    "product_ids": [31],
    "limit_usage_to_x_items": 1,
    "exclude_sale_items": False,
    "minimum_amount": "30.00",
    "email_restrictions": [],
    "description": "",
    "meta_data": [{"key": "_goodword", "value": "BCDFGHJKM"}],
}
SELLING = Exchange(
    method="GET",
    path="/wp-json/wc/v3/products",
    query={"include": "31", "status": "publish", "_fields": "id", "per_page": "100", "page": "1"},
    answer=[{"id": 31}],
)
