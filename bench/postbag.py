"""Requests made ready as bytes: signed webhooks of six kilobytes, share links, hellos.

The order is a real one, recorded from WooCommerce 10 (tests/integrations), made larger by more lines. It is signed by
lines of its own here, not by the code under test.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

RECORDED = (
    Path(__file__).resolve().parents[1]
    / "tests/integrations/woocommerce/fixtures/hook_order_2_set_paid__order_created.http"
)
SIZE = 6 * 1024
FIRST_ORDER = 1_000_000
Arguments = Mapping[str, str | int]
# What differs from order to order; placeholders of a fixed shape keep the making cheap.
ID, CODE = "987654321", "QQQQQQQQQ"


def prepared(kind: str, arguments: Arguments, count: int) -> list[bytes]:
    """`count` whole HTTP requests of that kind, each different from the others where its kind allows."""
    make = KINDS[kind]
    return [make(number, arguments) for number in range(count)]


def webhook(number: int, arguments: Arguments) -> bytes:
    """A signed order.created delivery; `first` keeps the orders of several rounds apart."""
    order = int(arguments["first"]) + number
    body = order_body(order, code_of(number, arguments), str(arguments["now"]))
    return post(str(arguments["path"]), headers_of(order, body, str(arguments["secret"])), body)


def visit(number: int, arguments: Arguments) -> bytes:
    """Somebody opens a share link in a browser."""
    return (
        f"GET {arguments['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html,application/xhtml+xml\r\n"
        "Accept-Language: en\r\nSec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\n"
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\r\n"
    ).encode()


def hello(_number: int, arguments: Arguments) -> bytes:
    """A request that costs as little as the server lets it."""
    return f"GET {arguments['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


KINDS: dict[str, Callable[[int, Arguments], bytes]] = {"webhook": webhook, "visit": visit, "hello": hello}


def code_of(number: int, arguments: Arguments) -> str | None:
    """The friend's code on this order: each of `codes` once, on every `every`th order."""
    codes = [each for each in str(arguments.get("codes", "")).split(",") if each]
    place, rest = divmod(number, int(arguments.get("every", 1)))
    return codes[place] if rest == 0 and place < len(codes) else None


def order_body(order: int, code: str | None, now: str) -> bytes:
    """The order as WooCommerce would write it, placed and paid at one instant by somebody new."""
    body = _template(code is not None, now)
    body = body.replace(ID.encode(), str(FIRST_ORDER + order).encode())
    return body.replace(CODE.encode(), code.lower().encode()) if code else body


def headers_of(order: int, body: bytes, secret: str) -> list[tuple[str, str]]:
    """The headers of a delivery, with its signature."""
    signature = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    delivery = f"{FIRST_ORDER + order:032x}"
    return [
        ("Host", "127.0.0.1"),
        ("User-Agent", "WooCommerce/10.0.2 Hookshot (WordPress/6.8.8)"),
        ("Accept", "*/*"),
        ("Content-Type", "application/json"),
        ("X-WC-Webhook-Source", "http://127.0.0.1/"),
        ("X-WC-Webhook-Topic", "order.created"),
        ("X-WC-Webhook-Resource", "order"),
        ("X-WC-Webhook-Event", "created"),
        ("X-WC-Webhook-Signature", signature),
        ("X-WC-Webhook-ID", "2"),
        ("X-WC-Webhook-Delivery-ID", delivery),
    ]


def post(path: str, headers: list[tuple[str, str]], body: bytes) -> bytes:
    """A whole POST request."""
    rows = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"POST {path} HTTP/1.1\r\n{rows}Content-Length: {len(body)}\r\n\r\n".encode() + body


@cache
def _template(has_code: bool, now: str) -> bytes:
    order: dict[str, Any] = json.loads(RECORDED.read_bytes().partition(b"\r\n\r\n")[2])
    for name in order:
        if name.startswith("date_") and order[name]:
            order[name] = now
    order |= {"id": int(ID), "number": ID, "total": "57.00", "discount_total": "3.00" if has_code else "0.00"}
    order["billing"] |= {"email": f"friend{ID}@mail.test", "phone": f"+31{ID}", "first_name": f"Cara{ID}"}
    order["line_items"][0] |= {"quantity": 3, "subtotal": "60.00", "total": "57.00" if has_code else "60.00"}
    order["coupon_lines"] = [each | {"code": CODE} for each in order["coupon_lines"]] if has_code else []
    line = {**order["line_items"][0], "subtotal": "0.00", "total": "0.00", "name": "A sample of tea, free of charge"}
    while len(written(order)) < SIZE - len(written(line)) // 2:
        order["line_items"].append({**line, "id": 100 + len(order["line_items"])})
    return written(order)


def written(value: object) -> bytes:
    """JSON without spaces, as the store writes it."""
    return json.dumps(value, separators=(",", ":")).encode()
