"""A shop that keeps the coupons it is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.integrations.woocommerce.material import stored
from tests.integrations.woocommerce.shop import Call, Reply, Shop


def keeping(
    change: Callable[[dict[str, Any]], dict[str, Any]] = dict, currency: str = "EUR", found: list[Any] | None = None
) -> Shop:
    """A shop that keeps what it is sent, after `change`, and finds `found`."""

    def reply(call: Call) -> Reply:
        if call.path == "/data/currencies/current":
            return 200, {"code": currency}
        if call.path == "/coupons/batch":
            rows = [change(stored(body, 100 + place)) for place, body in enumerate(call.body["create"])]
            return 200, {"create": rows}
        return 200, found if call.path == "/coupons" else {}

    return Shop(reply)


def sent(shop: Shop) -> dict[str, Any]:
    (call,) = [each for each in shop.calls if each.path == "/coupons/batch"]
    body: dict[str, Any] = call.body["create"][0]
    return body
