"""What each sample must become, worked out from the raw bytes by code that shares nothing with the adapter.

`python -m tests.integrations.shopify.oracle` writes the .expected.json files of new samples; read them before
committing. The tests hold the files against this oracle and the adapter against the files.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent / "fixtures"
WHOLE_ORDERS = ("orders/create", "orders/paid", "orders/updated", "orders/cancelled")
SETTLED = ("paid", "partially_refunded", "refunded")


def expected(recorded: bytes) -> dict[str, Any]:
    """The envelope and events that a sample must become; all samples are in dollars."""
    head, body = recorded.split(b"\r\n\r\n", 1)
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    shop, topic = headers["X-Shopify-Shop-Domain"], headers["X-Shopify-Topic"]
    spoken = f"{shop}\n{headers['X-Shopify-Webhook-Id']}\n{topic}\n\n".encode()
    return {
        "envelope": {
            "store_ref": shop,
            "topic": topic,
            "delivery_key": hashlib.sha256(spoken + body).hexdigest(),
        },
        "events": [_event(topic, shop, json.loads(body))],
    }


def _event(topic: str, shop: str, payload: dict[str, Any]) -> dict[str, Any]:
    if topic in WHOLE_ORDERS:
        return {"type": "OrderSeen", "order": _order(payload)}
    if topic in ("customers/data_request", "customers/redact"):
        person = payload["customer"]
        buyer = _nobody() | {"customer_ref": str(person["id"]), "email": person["email"], "phone": person["phone"]}
        if topic == "customers/data_request":
            return {"type": "DataRequested", "buyer": buyer, "request_ref": str(payload["data_request"]["id"])}
        refs = [str(ref) for ref in payload["orders_to_redact"]]
        return {"type": "CustomerRedacted", "buyer": buyer, "order_refs": refs}
    if topic in ("customers/create", "customers/update"):
        return {"type": "CustomerSeen", "buyer": _customer(payload), "orders_count": None, "marketing_consent": None}
    plain: dict[str, dict[str, Any]] = {
        "orders/edited": {
            "type": "OrderTouched",
            "order_ref": str(payload.get("order_edit", {}).get("order_id")),
            "reason": "edited",
        },
        "refunds/create": {"type": "OrderTouched", "order_ref": str(payload.get("order_id")), "reason": "refund"},
        "orders/delete": {"type": "OrderGone", "order_ref": str(payload.get("id"))},
        "discounts/delete": {"type": "CouponGone", "coupon_ref": payload.get("admin_graphql_api_id")},
        "discounts/redeemcode_removed": {
            "type": "CouponGone",
            "coupon_ref": payload.get("redeem_code", {}).get("id"),
        },
        "app/uninstalled": {"type": "AppUninstalled", "store_ref": shop},
        "shop/redact": {"type": "StoreRedacted", "store_ref": shop},
    }
    return plain.get(topic, {"type": "Ignored", "topic": topic, "reason": "topic_not_needed"})


def _order(payload: dict[str, Any]) -> dict[str, Any]:
    """The samples have neither refund rows, tax, gift cards nor parcels: what those do is tested by itself."""
    assert not payload["refunds"]
    assert not payload["fulfillments"]
    paid = payload["financial_status"] in SETTLED
    billing = payload["billing_address"]
    street = [billing[key] for key in ("address1", "address2", "zip", "city", "country_code")]
    return {
        "order_ref": payload["admin_graphql_api_id"].rpartition("/")[2],
        "number": payload["name"],
        "status": "cancelled"
        if payload["cancelled_at"]
        else {"pending": "pending"}.get(payload["financial_status"], "processing"),
        "status_word": payload["financial_status"],
        "currency": "USD",
        "goods": _dollars(payload["current_subtotal_price"]),
        "discount": _dollars(payload["total_discounts"]),
        "tax": _dollars("0"),
        "shipping": _dollars(payload["total_shipping_price_set"]["shop_money"]["amount"]),
        "total": _dollars(payload["total_price"]),
        "refunded": _dollars("0"),
        "outstanding": _dollars("0" if paid else payload["total_price"]),
        "codes": [
            {"code": row["code"], "discount": _dollars(row["amount"]), "coupon_ref": None}
            for row in payload["discount_codes"]
        ],
        "lines": [
            {
                "product_ref": str(row["product_id"] or ""),
                "variant_ref": str(row["variant_id"] or ""),
                "quantity": row["quantity"],
                "total": _dollars(row["price"]),
                "tax": _dollars("0"),
            }
            for row in payload["line_items"]
        ],
        "refunds": [],
        "buyer": {
            "customer_ref": payload["customer"]["admin_graphql_api_id"].rpartition("/")[2],
            "email": payload["email"],
            "phone": billing["phone"],
            "name": f"{billing['first_name']} {billing['last_name']}",
            "address": ", ".join(filter(None, street)),
            "country": "US",
        },
        "gateway": payload["payment_gateway_names"][0],
        "channel": "checkout",
        "attributes": [],
        "tags": payload["tags"].split(", "),
        "prices_include_tax": False,
        "is_test": payload["test"],
        "parent_ref": None,
        "prior_orders": None,
        "placed_at": _utc(payload["created_at"]),
        "updated_at": _utc(payload["updated_at"]),
        "paid_at": _utc(payload["processed_at"]) if paid else None,
        "completed_at": None,
        "delivered_at": None,
        "cancelled_at": _utc(payload["cancelled_at"]) if payload["cancelled_at"] else None,
    }


def _customer(payload: dict[str, Any]) -> dict[str, Any]:
    home = payload["default_address"]
    return {
        "customer_ref": str(payload["id"]),
        "email": payload["email"],
        "phone": home["phone"],
        "name": f"{payload['first_name']} {payload['last_name']}",
        "address": f"{home['address1']}, {home['zip']}, {home['city']}, {home['country_code']}",
        "country": home["country_code"],
    }


def _nobody() -> dict[str, Any]:
    return dict.fromkeys(("customer_ref", "email", "phone", "name", "address", "country"))


def _dollars(text: str) -> dict[str, Any]:
    return {"minor": int(Decimal(text) * 100), "currency": "USD"}


def _utc(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    for recording in sorted(FIXTURES.glob("*.http")):
        file = recording.with_suffix(".expected.json")
        file.write_text(json.dumps(expected(recording.read_bytes()), indent=2, ensure_ascii=False) + "\n")
