"""Shopify's own sample bodies, and webhooks made from them and signed here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from integrations.contract import RawRequest

FIXTURES = Path(__file__).parent / "fixtures"
SECRET = b"hush"  # of the documents' known answers
SHOP = "jsmith.myshopify.com"


def body_of(name: str) -> bytes:
    """The bytes of a sample."""
    return (FIXTURES / f"{name}.http").read_bytes().split(b"\r\n\r\n", 1)[1]


def payload_of(name: str) -> dict[str, Any]:
    """A sample, decoded."""
    found: dict[str, Any] = json.loads(body_of(name))
    return found


def sign(body: bytes) -> str:
    """The signature that Shopify sends for a body."""
    return base64.b64encode(hmac.new(SECRET, body, hashlib.sha256).digest()).decode()


def webhook(topic: str, payload: object, *, prefix: str = "X-Shopify-", **headers: str) -> RawRequest:
    """A webhook as Shopify would send it to our address."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    named = {
        "Topic": topic,
        "Hmac-Sha256": sign(body),
        "Shop-Domain": SHOP,
        "API-Version": "2026-10",
        "Webhook-Id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        "Event-Id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
    }
    named |= {key.replace("_", "-"): value for key, value in headers.items()}
    return RawRequest(
        "POST", "/webhooks/shopify", "", tuple((prefix + name, value) for name, value in named.items()), body
    )
