"""Orders, refunds, coupon uses and dates, by REST and by the keeper."""

from __future__ import annotations

import pytest

from demo.records import Coupon
from tests.demo.stage import Stage


@pytest.fixture
def shop_with_coupon(stage: Stage) -> Stage:
    """A Sencha for 20.00 and a coupon for a tenth of it."""
    stage.product()
    stage.coupon(13, "friend", "10", discount_type="percent")
    return stage


def uses(stage: Stage) -> tuple[int, list[str]]:
    told = stage.made(stage.rest("GET", "coupons/13"))
    return told["usage_count"], told["used_by"]


def test_uses_follow_the_order(shop_with_coupon: Stage) -> None:
    stage = shop_with_coupon
    stage.order(123, coupon_lines=[{"code": "FRIEND"}])
    assert uses(stage) == (1, ["bob@example.net"])
    for status in ("processing", "completed", "failed"):
        stage.keep("orders/123/status", status=status)
        assert uses(stage)[0] == 1
    stage.keep("orders/123/cancel")
    assert uses(stage) == (0, [])
    stage.keep("orders/123/status", status="processing")
    assert uses(stage)[0] == 1
    stage.keep("orders/123/trash")
    assert uses(stage)[0] == 0
    stage.keep("orders/123/untrash")
    assert uses(stage)[0] == 1
    stage.keep("orders/123/refund")
    assert uses(stage)[0] == 1


def test_a_use_leaves_the_coupons_date_alone(shop_with_coupon: Stage) -> None:
    stage = shop_with_coupon
    before = stage.made(stage.rest("GET", "coupons/13"))["date_modified_gmt"]
    stage.clock.advance(hours=1)
    stage.order(123, coupon_lines=[{"code": "friend"}])
    assert stage.made(stage.rest("GET", "coupons/13"))["date_modified_gmt"] == before


def test_refunds_add_up_and_the_last_cent_changes_the_status(stage: Stage) -> None:
    stage.product()
    stage.order(123, status="completed")
    assert stage.keep("orders/123/refund", amount="5.50", reason="a dent").json == {
        "id": 123,
        "status": "completed",
        "total": "20.00",
        "refunded": "5.50",
    }
    assert stage.keep("orders/123/refund", amount="14.51").status_code == 400
    assert stage.keep("orders/123/refund", amount="0").status_code == 400
    stage.keep("orders/123/refund", amount="14.49")
    assert stage.find_order(123).status == "completed"
    stage.keep("orders/123/refund", amount="0.01")
    told = stage.made(stage.rest("GET", "orders/123"))
    assert told["status"] == "refunded"
    assert told["total"] == "20.00"
    assert [each["total"] for each in told["refunds"]] == ["-0.01", "-14.49", "-5.50"]
    assert stage.keep("orders/123/refund").status_code == 400


def test_status_refunded_by_hand_refunds_what_is_left(stage: Stage) -> None:
    stage.product()
    stage.order(123, status="completed")
    stage.keep("orders/123/refund", amount="5")
    stage.keep("orders/123/status", status="refunded")
    told = stage.made(stage.rest("GET", "orders/123"))["refunds"]
    assert [(each["reason"], each["total"]) for each in told] == [("Order fully refunded.", "-15.00"), ("", "-5.00")]


@pytest.mark.parametrize(("gateway", "paid_at"), [("stripe", "processing"), ("cod", "completed")])
def test_when_an_order_counts_as_paid(stage: Stage, gateway: str, paid_at: str) -> None:
    stage.product()
    stage.order(123, payment_method=gateway)
    dates = {}
    for status in ("on-hold", "processing", "completed"):
        stage.clock.advance(hours=1)
        stage.keep("orders/123/status", status=status)
        dates[status] = stage.find_order(123).paid
    assert next(status for status, date in dates.items() if date) == paid_at
    paid = stage.find_order(123).paid
    stage.keep("orders/123/status", status="failed")
    assert stage.find_order(123).paid == paid


def test_modified_after_leaves_out_its_own_second(stage: Stage) -> None:
    stage.product()
    stage.order(123)
    stage.clock.advance(seconds=1)
    stage.order(124)

    def found(query: str) -> list[int]:
        return [row["id"] for row in stage.made(stage.rest("GET", f"orders?orderby=modified&order=asc&{query}"))]

    assert found("modified_after=2026-11-22T18:42:00Z") == [123, 124]
    assert found("modified_after=2026-11-22T18:42:01Z") == [124]
    assert found("modified_after=2026-11-22T18:42:01&dates_are_gmt=true") == [124]
    assert found("modified_after=2026-11-22T19:42:01") == [124]
    assert found("modified_after=2026-11-22T18:42:00Z&dates_are_gmt=true") == []


@pytest.mark.parametrize(
    ("written", "stored"),
    [("5,50", "550.00"), ("5.005", "5.01"), ("abc", "0.00"), ("120", "120.00"), ("1,234.5", "1234.50")],
)
def test_amounts_are_read_as_the_real_store_reads_them(stage: Stage, written: str, stored: str) -> None:
    stage.coupon(13, "x", written)
    assert stage.made(stage.rest("GET", "coupons/13"))["amount"] == stored


@pytest.mark.parametrize(
    ("written", "gmt"),
    [
        ("2027-01-31", "2027-01-30T23:00:00"),
        ("2027-07-01T00:00:00", "2027-06-30T22:00:00"),
        ("2027-01-31T22:59:59Z", "2027-01-31T22:59:59"),
        ("31/01/2027", "1969-12-31T23:00:00"),
        ("", None),
    ],
)
def test_expiry_is_site_time_unless_a_zone_is_written(stage: Stage, written: str, gmt: str | None) -> None:
    stage.coupon(13, "x", date_expires=written)
    assert stage.made(stage.rest("GET", "coupons/13"))["date_expires_gmt"] == gmt


def test_null_changes_nothing_and_an_empty_date_clears(stage: Stage) -> None:
    stage.coupon(13, "x", date_expires="2027-01-31", usage_limit=3)
    told = stage.made(stage.rest("PUT", "coupons/13", {"date_expires": None, "usage_limit": None}))
    assert (told["date_expires"], told["usage_limit"]) == ("2027-01-31T00:00:00", 3)
    told = stage.made(stage.rest("PUT", "coupons/13", {"date_expires": "", "usage_limit": 0}))
    assert (told["date_expires"], told["usage_limit"]) == (None, None)


def test_a_batch_updates_and_deletes_row_by_row(stage: Stage) -> None:
    stage.coupon(13, "a")
    stage.coupon(14, "b")
    rows = {"update": [{"id": 13, "amount": "7"}, {"id": 99, "amount": "7"}], "delete": [14, 98]}
    told = stage.made(stage.rest("POST", "coupons/batch", rows))
    assert told["update"][0]["amount"] == "7.00"
    assert told["update"][1]["error"]["data"] == {"status": 404}
    assert told["delete"][0]["id"] == 14
    assert told["delete"][1] == {"id": 98, "error": told["update"][1]["error"]}
    assert [coupon.id for coupon in stage.shop.store.select(Coupon)] == [13]
