"""WooCommerce's part of the conformance suite."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from integrations.contract import (
    CouponIssuer,
    CouponNote,
    CouponSpec,
    CouponState,
    DiscountKind,
    Issued,
    Platform,
    RawRequest,
    Refused,
    StoreSession,
)
from integrations.errors import ItemRefused
from integrations.events import Money
from tests.integrations.conformance.material import Exchange, Material, Script
from tests.integrations.woocommerce.gift import GIFT, GIFT_BODY, SELLING
from tests.integrations.woocommerce.recorded import SECRET, body_of, payload_of, sign, webhook

API = "/wp-json/wc/v3"
EXPIRES = datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC)
PERCENT = CouponSpec(
    code="BCDFGHJKM",
    kind=DiscountKind.PERCENT,
    basis_points=1250,
    expires_at=EXPIRES,
    excludes_sale_items=True,
    note="Goodword: friend",
)
FIXED = CouponSpec(
    code="NPQRSTVWX",
    kind=DiscountKind.FIXED,
    amount=Money(500, "EUR"),
    minimum=Money(1500, "EUR"),
    combines=True,
    locked_email="Ana@Example.org",
)
SHIPPING = CouponSpec(code="YZBCDFGHJ", kind=DiscountKind.FREE_SHIPPING)

# The requests, written out by hand.
PERCENT_BODY = {
    "code": "BCDFGHJKM",
    "discount_type": "percent",
    "amount": "12.50",
    "date_expires": "2027-01-31T22:59:59Z",
    "usage_limit": 1,
    "individual_use": True,
    "free_shipping": False,
    "exclude_sale_items": True,
    "minimum_amount": "0.00",
    "email_restrictions": [],
    "description": "Goodword: friend",
    "meta_data": [{"key": "_goodword", "value": "BCDFGHJKM"}],
}
FIXED_BODY = {
    "code": "NPQRSTVWX",
    "discount_type": "fixed_cart",
    "amount": "5.00",
    "usage_limit": 1,
    "individual_use": False,
    "free_shipping": False,
    "exclude_sale_items": False,
    "minimum_amount": "15.00",
    "email_restrictions": ["ana@example.org"],
    "description": "",
    "meta_data": [{"key": "_goodword", "value": "NPQRSTVWX"}],
}
SHIPPING_BODY = {
    "code": "YZBCDFGHJ",
    "discount_type": "fixed_cart",
    "amount": "0.00",
    "usage_limit": 1,
    "individual_use": True,
    "free_shipping": True,
    "exclude_sale_items": False,
    "minimum_amount": "0.00",
    "email_restrictions": [],
    "description": "",
    "meta_data": [{"key": "_goodword", "value": "YZBCDFGHJ"}],
}


def stored(body: dict[str, Any], coupon_id: int = 13, **changes: Any) -> dict[str, Any]:
    """The recorded coupon, holding what a request asked for as WooCommerce writes it down."""
    written = body | {
        "code": body["code"].lower(),
        "date_expires_gmt": body.get("date_expires", "").rstrip("Z") or None,
    }
    written["meta_data"] = [{"id": 52, **row} for row in body["meta_data"]]
    return body_of("coupon_create_percent") | written | {"id": coupon_id} | changes


def coupons(platform: Platform) -> CouponIssuer:
    assert platform.coupons is not None
    return platform.coupons


def order_message(currency: str, text: str) -> RawRequest:
    payload = payload_of("hook_order_1_completed__order_updated")
    line = payload["line_items"][0] | {"total": text}
    return webhook("order.updated", payload | {"currency": currency, "line_items": [line]})


def searching(code: str, *found: dict[str, Any]) -> Exchange:
    return Exchange(method="GET", path=f"{API}/coupons", query={"search": code, "per_page": "100"}, answer=list(found))


def creating(*rows: tuple[dict[str, Any], dict[str, Any]]) -> Exchange:
    sent, answered = [list(each) for each in zip(*rows, strict=True)]
    return Exchange(method="POST", path=f"{API}/coupons/batch", body={"create": sent}, answer={"create": answered})


def deleting(coupon_id: int, **other: Any) -> Exchange:
    return Exchange(method="DELETE", path=f"{API}/coupons/{coupon_id}", query={"force": "true"}, **other)


CURRENCY = Exchange(method="GET", path=f"{API}/data/currencies/current", answer=body_of("store_currency_current"))
TAKEN = {"id": 0, "error": body_of("coupon_create_duplicate")}
GONE: dict[str, Any] = {"status": 404, "answer": body_of("coupon_get_missing")}
LATER = {"date_expires": "2027-01-31T22:59:59Z"}
NOTE = CouponNote(recommended_by="Sara", new_customers_only=True)
NOTED = {
    "meta_data": [{"key": "_goodword_new_customers", "value": "yes"}, {"key": "_goodword_by", "value": "Sara"}],
}


def issuing(*specs: CouponSpec) -> Callable[[Platform, StoreSession], object]:
    return lambda platform, store: list(coupons(platform).issue(store, specs))


def finding(spec: CouponSpec) -> Callable[[Platform, StoreSession], object]:
    return lambda platform, store: coupons(platform).find(store, spec)


def narrowing(platform: Platform, store: StoreSession) -> object:
    return coupons(platform).narrow(store, "13", EXPIRES)


def showing(platform: Platform, store: StoreSession) -> object:
    return coupons(platform).show(store, {"13": PERCENT})


def revoking(platform: Platform, store: StoreSession) -> object:
    return coupons(platform).revoke(store, "13")


SCRIPTS = (
    Script(
        name="issue-every-kind",
        run=issuing(PERCENT, FIXED, SHIPPING),
        exchanges=[
            CURRENCY,
            creating(
                (PERCENT_BODY, stored(PERCENT_BODY, 13)),
                (FIXED_BODY, stored(FIXED_BODY, 14)),
                (SHIPPING_BODY, stored(SHIPPING_BODY, 15)),
            ),
        ],
        result=[Issued("BCDFGHJKM", "13"), Issued("NPQRSTVWX", "14"), Issued("YZBCDFGHJ", "15")],
    ),
    Script(
        name="issue-a-free-product",
        run=issuing(GIFT),
        exchanges=[CURRENCY, SELLING, creating((GIFT_BODY, stored(GIFT_BODY, 13)))],
        result=[Issued("BCDFGHJKM", "13")],
    ),
    Script(
        name="issue-a-product-that-is-gone",
        run=issuing(GIFT),
        exchanges=[CURRENCY, replace(SELLING, answer=[])],
        result=[Refused("BCDFGHJKM", "product_gone")],
    ),
    Script(name="issue-nothing", run=issuing(), exchanges=[], result=[]),
    Script(
        name="issue-what-stands-already",
        run=issuing(PERCENT),
        exchanges=[creating((PERCENT_BODY, TAKEN)), searching("BCDFGHJKM", stored(PERCENT_BODY, 77))],
        result=[Issued("BCDFGHJKM", "77")],
    ),
    Script(
        name="issue-a-code-of-the-shop",
        run=issuing(PERCENT),
        exchanges=[
            creating((PERCENT_BODY, TAKEN)),
            searching("BCDFGHJKM", stored(PERCENT_BODY, 77, meta_data=[])),
        ],
        result=[Refused("BCDFGHJKM", "code_taken")],
    ),
    Script(
        name="issue-and-remove-what-came-out-wrong",
        run=issuing(PERCENT),
        exchanges=[creating((PERCENT_BODY, stored(PERCENT_BODY, 13, amount="0.00"))), deleting(13, answer={})],
        result=[Refused("BCDFGHJKM", "mismatch_amount")],
    ),
    Script(
        name="find",
        run=finding(PERCENT),
        exchanges=[searching("BCDFGHJKM", stored(PERCENT_BODY, usage_count=1))],
        result=CouponState(coupon_ref="13", code="BCDFGHJKM", uses=1, expires_at=EXPIRES, alive=True, matches=True),
    ),
    Script(name="find-nothing", run=finding(PERCENT), exchanges=[searching("BCDFGHJKM")], result=None),
    Script(
        name="narrow",
        run=narrowing,
        exchanges=[Exchange(method="PUT", path=f"{API}/coupons/13", body=LATER, answer=stored(PERCENT_BODY))],
        result=None,
    ),
    Script(
        name="narrow-with-a-note",
        run=lambda platform, store: coupons(platform).narrow(store, "13", EXPIRES, NOTE),
        exchanges=[Exchange(method="PUT", path=f"{API}/coupons/13", body=LATER | NOTED, answer=stored(PERCENT_BODY))],
        result=None,
    ),
    Script(
        name="narrow-what-is-gone",
        run=narrowing,
        exchanges=[Exchange(method="PUT", path=f"{API}/coupons/13", body=LATER, **(GONE | {"status": 400}))],
        result=(ItemRefused, "coupon_gone"),
    ),
    Script(
        name="revoke",
        run=revoking,
        exchanges=[
            Exchange(method="GET", path=f"{API}/coupons/13", answer=stored(PERCENT_BODY)),
            deleting(13, answer=stored(PERCENT_BODY)),
        ],
        result=None,
    ),
    Script(
        name="revoke-what-was-used",
        run=revoking,
        exchanges=[
            Exchange(method="GET", path=f"{API}/coupons/13", answer=stored(PERCENT_BODY, usage_count=1)),
            Exchange(
                method="PUT",
                path=f"{API}/coupons/13",
                body={"date_expires": "2000-01-01T00:00:00Z"},
                answer=stored(PERCENT_BODY, date_expires_gmt="2000-01-01T00:00:00"),
            ),
        ],
        result=None,
    ),
    Script(
        name="revoke-what-is-gone",
        run=revoking,
        exchanges=[Exchange(method="GET", path=f"{API}/coupons/13", **GONE)],
        result=None,
    ),
    Script(
        name="revoke-what-goes-meanwhile",
        run=revoking,
        exchanges=[
            Exchange(method="GET", path=f"{API}/coupons/13", answer=stored(PERCENT_BODY)),
            deleting(13, status=404, answer=body_of("coupon_delete_again")),
        ],
        result=None,
    ),
)

MATERIAL = Material(
    secret=SECRET,
    signature_header="X-WC-Webhook-Signature",
    topic_header="X-WC-Webhook-Topic",
    sign=sign,
    order_message=order_message,
    coupon=PERCENT,
    scripts=SCRIPTS,
    coupon_calls={
        "issue": issuing(PERCENT),
        "find": finding(PERCENT),
        "show": showing,
        "narrow": narrowing,
        "revoke": revoking,
    },
)
