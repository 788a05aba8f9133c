"""Shopify's part of the conformance suite."""

from __future__ import annotations

from integrations.contract import CouponSpec, DiscountKind, RawRequest
from tests.integrations.conformance.material import Material
from tests.integrations.shopify.recorded import SECRET, payload_of, sign, webhook


def order_message(currency: str, text: str) -> RawRequest:
    payload = payload_of("derived_orders_paid_referral")
    return webhook("orders/updated", payload | {"currency": currency, "current_subtotal_price": text})


MATERIAL = Material(
    secret=SECRET,
    signature_header="X-Shopify-Hmac-Sha256",
    topic_header="X-Shopify-Topic",
    sign=sign,
    order_message=order_message,
    coupon=CouponSpec(code="BCDFGHJKM", kind=DiscountKind.PERCENT, basis_points=1250),
    scripts=(),
    coupon_calls={},
)
