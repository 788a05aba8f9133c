"""The recorded REST exchanges, and webhooks made from recordings and signed here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from integrations.contract import RawRequest

FIXTURES = Path(__file__).parent / "fixtures"
SECRET = b"s3cr3t-hook-key"


def exchange(name: str) -> dict[str, Any]:
    """One recorded request and its answer."""
    found: dict[str, Any] = json.loads((FIXTURES / "rest" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def answer_of(name: str) -> tuple[int, Any, dict[str, str]]:
    """Status, decoded body and headers (lower-case names) of a recorded answer."""
    response = exchange(name)["response"]
    headers = {key.lower(): value for key, value in response["headers"]}
    return int(response["status_line"].split()[1]), json.loads(response["body"]), headers


def body_of(name: str) -> Any:
    """The decoded body of a recorded answer."""
    return answer_of(name)[1]


def payload_of(name: str) -> Any:
    """The decoded body of a recorded webhook."""
    return json.loads((FIXTURES / f"{name}.http").read_bytes().split(b"\r\n\r\n", 1)[1])


def sign(body: bytes) -> str:
    """The signature that WooCommerce sends for a body."""
    return base64.b64encode(hmac.new(SECRET, body, hashlib.sha256).digest()).decode()


def webhook(topic: str, payload: object, **headers: str) -> RawRequest:
    """A webhook as WooCommerce would send it to our address."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    named = {
        "X-WC-Webhook-Source": "https://shop.example/",
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Signature": sign(body),
        "X-WC-Webhook-ID": "3",
        "X-WC-Webhook-Delivery-ID": "9eca289536a2fce563431e9246420683",
    }
    named |= {f"X-WC-Webhook-{key.replace('_', '-')}": value for key, value in headers.items()}
    return RawRequest("POST", "/webhooks/woocommerce/inst_7", "", tuple(named.items()), body)
