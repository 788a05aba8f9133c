"""What each recording must become, worked out from the raw bytes by code that shares nothing with the adapter.

`python -m tests.integrations.woocommerce.oracle` writes the .expected.json files of new recordings; read them before
committing. The tests hold the files against this oracle and the adapter against the files.
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent / "fixtures"
DRAFTS = ("checkout-draft", "auto-draft", "draft")
WORDS = {"on-hold": "on_hold", "trash": "trashed"}
NEEDED = ("order.created", "order.updated", "order.restored", "order.deleted", "coupon.deleted")
UNTOLD = {"goods": None, "at": None, "lines": []}  # of a refund, in an order
UNPAID = ("pending", "on-hold", "failed")


def expected(recorded: bytes) -> dict[str, Any]:
    """The envelope and events that a recording must become; all recordings are in euros."""
    head, body = recorded.split(b"\r\n\r\n", 1)
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    if "X-WC-Webhook-Topic" not in headers:
        return {"ping": True} if body.startswith(b"webhook_id=") else {"refused": "SignatureInvalid"}
    topic = headers["X-WC-Webhook-Topic"]
    spoken = f"{headers['X-WC-Webhook-ID']}\n{headers['X-WC-Webhook-Delivery-ID']}\n{topic}\n\n".encode()
    return {
        "envelope": {
            "store_ref": headers["X-WC-Webhook-Source"],
            "topic": topic,
            "delivery_key": hashlib.sha256(spoken + body).hexdigest(),
        },
        "events": [_event(topic, json.loads(body))],
    }


def _event(topic: str, payload: dict[str, Any]) -> dict[str, Any]:
    if topic.startswith("customer."):
        return _customer(payload)
    if topic not in NEEDED:
        return {"type": "Ignored", "topic": topic, "reason": "topic_not_needed"}
    if "id" not in payload:
        return {"type": "Ignored", "topic": topic, "reason": f"error_object:{payload['code']}"}
    if topic == "order.deleted":
        return {"type": "OrderGone", "order_ref": str(payload["id"])}
    if topic == "coupon.deleted":
        return {"type": "CouponGone", "coupon_ref": str(payload["id"])}
    if payload["status"] in DRAFTS:
        return {"type": "Ignored", "topic": topic, "reason": "draft_order"}
    given_back = sum(-Decimal(row["total"]) for row in payload["refunds"])
    all_of_it = given_back >= Decimal(payload["total"]) or payload["status"] == "refunded"
    if len(payload["refunds"]) > all_of_it:
        return {"type": "OrderTouched", "order_ref": str(payload["id"]), "reason": "refund_parts"}
    return {"type": "OrderSeen", "order": _order(payload)}


def _order(payload: dict[str, Any]) -> dict[str, Any]:
    lines = [
        {
            "product_ref": str(line["product_id"]),
            "variant_ref": str(line["variation_id"] or ""),
            "quantity": line["quantity"],
            "total": _euros(line["total"]),
            "tax": _euros(line["total_tax"]),
        }
        for line in payload["line_items"]
    ]
    refunds = [
        {"refund_ref": str(row["id"]), "amount": _euros(row["total"].lstrip("-"))} | UNTOLD
        for row in payload["refunds"]
    ]
    unpaid = payload["date_paid_gmt"] is None or payload["status"] in UNPAID
    return {
        "order_ref": str(payload["id"]),
        "number": payload["number"],
        "status": WORDS.get(payload["status"], payload["status"]),
        "status_word": payload["status"],
        "currency": "EUR",
        "goods": {"minor": sum(line["total"]["minor"] for line in lines), "currency": "EUR"},
        "discount": _euros(payload["discount_total"]),
        "tax": _euros(payload["total_tax"]),
        "shipping": _euros(payload["shipping_total"]),
        "total": _euros(payload["total"]),
        "refunded": {"minor": sum(refund["amount"]["minor"] for refund in refunds), "currency": "EUR"},
        "outstanding": _euros(payload["total"] if unpaid else "0"),
        "codes": [_code(row) for row in payload["coupon_lines"]],
        "lines": lines,
        "refunds": refunds,
        "buyer": _buyer(payload),
        "gateway": payload["payment_method"],
        "channel": payload["created_via"],
        "attributes": [
            [row["key"], row["value"]]
            for row in payload["meta_data"]
            if row["key"].startswith(("_goodword", "_wc_order_attribution_utm_")) and row["value"]
        ],
        "tags": [],
        "prices_include_tax": payload["prices_include_tax"],
        "is_test": False,
        "parent_ref": None,
        "prior_orders": None,
        "placed_at": _zulu(payload["date_created_gmt"]),
        "updated_at": _zulu(payload["date_modified_gmt"]),
        "paid_at": _zulu(payload["date_paid_gmt"]),
        "completed_at": _zulu(payload["date_completed_gmt"]),
        "delivered_at": None,
        "cancelled_at": None,
    }


def _code(row: dict[str, Any]) -> dict[str, Any]:
    told = next(json.loads(meta["value"]) for meta in row["meta_data"] if meta["key"] == "coupon_info")
    return {"code": row["code"].upper(), "discount": _euros(row["discount"]), "coupon_ref": str(told[0])}


def _buyer(payload: dict[str, Any]) -> dict[str, Any]:
    billing = payload["billing"]
    street = [billing["address_1"], billing["address_2"], billing["postcode"], billing["city"]]
    return {
        "customer_ref": str(payload["customer_id"]) if payload["customer_id"] else None,
        "email": billing["email"] or None,
        "phone": billing["phone"] or None,
        "name": f"{billing['first_name']} {billing['last_name']}".strip() or None,
        "address": ", ".join(part for part in [*street, billing["country"]] if part) if any(street) else None,
        "country": billing["country"] or None,
    }


def _customer(payload: dict[str, Any]) -> dict[str, Any]:
    buyer = {
        "customer_ref": str(payload["id"]),
        "email": payload["email"],
        "phone": payload["billing"]["phone"] or None,
        "name": f"{payload['first_name']} {payload['last_name']}".strip() or None,
        "address": None,
        "country": payload["billing"]["country"] or None,
    }
    return {"type": "CustomerSeen", "buyer": buyer, "orders_count": None, "marketing_consent": None}


def _euros(text: str) -> dict[str, Any]:
    cents = Decimal(text) * 100
    assert cents == int(cents), text
    return {"minor": int(cents), "currency": "EUR"}


def _zulu(text: str | None) -> str | None:
    return f"{text}Z" if text else None


def main() -> None:
    """Every recording has its expected file."""
    for recording in sorted(FIXTURES.glob("*.http")):
        text = json.dumps(expected(recording.read_bytes()), indent=2, ensure_ascii=False)
        recording.with_suffix(".expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
