"""Many orders in one call: by their references, and the references of a span."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from integrations.events import OrderStatus
from integrations.woocommerce import PLATFORM
from tests.integrations.woocommerce.recorded import payload_of
from tests.integrations.woocommerce.shop import Call, Reply, Shop

assert PLATFORM.orders is not None
ORDERS = PLATFORM.orders
START = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
ORDER = payload_of("hook_order_1_completed__order_updated")
GONE = (404, {"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID.", "data": {"status": 404}})


def order(number: int, status: str = "processing", **changes: Any) -> dict[str, Any]:
    return ORDER | {"id": number, "number": str(number), "status": status} | changes


def test_many_orders_are_read_by_their_ids_in_one_call_and_what_the_list_hides_alone() -> None:
    rows = {number: order(number) for number in (1, 2)}
    hidden = order(3, status="trash")

    def reply(call: Call) -> Reply:
        if call.path == "/orders":
            assert sorted(call.query["include"].split(",")) == ["1", "2", "3", "4"]
            assert call.query["status"] == "any"
            return 200, list(rows.values())
        return (200, hidden) if call.path == "/orders/3" else GONE

    shop = Shop(reply)
    found = ORDERS.by_refs(shop, ["1", "2", "3", "4"])
    status = {ref: each.status if each else None for ref, each in found.items()}
    assert status == {
        "1": OrderStatus.PROCESSING, "2": OrderStatus.PROCESSING, "3": OrderStatus.TRASHED, "4": None
    }  # fmt: skip
    assert sorted(shop.asked) == ["GET /orders", "GET /orders/3", "GET /orders/4"]
    assert ORDERS.by_refs(shop, []) == {}


def test_an_unreadable_order_among_many_is_left_out() -> None:
    broken = order(2, total="much")
    assert set(ORDERS.by_refs(Shop(lambda _: (200, [order(1), broken])), ["1", "2"])) == {"1"}


def test_orders_placed_in_a_span_are_named_page_by_page_without_drafts() -> None:
    rows = [{"id": number, "status": "processing"} for number in range(1, 251)] + [
        {"id": 300, "status": "checkout-draft"}
    ]

    def reply(call: Call) -> Reply:
        assert (call.query["after"], call.query["before"]) == ("2026-11-22T17:59:59Z", "2026-11-23T18:00:00Z")
        page = int(call.query["page"])
        return 200, rows[(page - 1) * 100 : page * 100]

    found = list(ORDERS.placed(Shop(reply), START, START + timedelta(days=1)))
    assert found == [str(number) for number in range(1, 251)]
