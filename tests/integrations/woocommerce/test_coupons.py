"""Making coupons: what is sent, and wrong values that WooCommerce stores with a 201."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from integrations.contract import CouponSpec, DiscountKind, Issued, Refused
from integrations.errors import RemoteOutcomeUnknown, RemoteRejected
from integrations.events import Money
from integrations.woocommerce import PLATFORM
from tests.integrations.woocommerce.keeping import keeping, sent
from tests.integrations.woocommerce.material import FIXED
from tests.integrations.woocommerce.recorded import answer_of, body_of, exchange
from tests.integrations.woocommerce.shop import Call, Reply, Shop

assert PLATFORM.coupons is not None
COUPONS = PLATFORM.coupons


def spec(code: str = "BCDFGHJKM", **changes: Any) -> CouponSpec:
    return replace(CouponSpec(code=code, kind=DiscountKind.PERCENT, basis_points=1000), **changes)


# --- what is sent ---


@pytest.mark.parametrize(("points", "text"), [(1000, "10.00"), (1250, "12.50"), (1, "0.01"), (10000, "100.00")])
def test_percentages_are_strings_with_a_point(points: int, text: str) -> None:
    shop = keeping()
    assert COUPONS.issue(shop, [spec(basis_points=points)]) == [Issued("BCDFGHJKM", "100")]
    assert sent(shop)["amount"] == text


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (Money(500, "EUR"), "EUR", "5.00"),
        (Money(123456789, "EUR"), "EUR", "1234567.89"),
        (Money(500, "JPY"), "JPY", "500.00"),
        (Money(1250, "KWD"), "KWD", "1.25"),
        (Money(150_000_000, "IRR"), "IRT", "150000.00"),
        (Money(150_000_000, "IRR"), "IRR", "1500000.00"),
    ],
)
def test_fixed_amounts_are_in_the_shops_currency(amount: Money, currency: str, text: str) -> None:
    shop = keeping(currency=currency)
    wanted = spec(kind=DiscountKind.FIXED, amount=amount, minimum=amount)
    assert COUPONS.issue(shop, [wanted]) == [Issued("BCDFGHJKM", "100")]
    assert (sent(shop)["amount"], sent(shop)["minimum_amount"], sent(shop)["discount_type"]) == (
        text,
        text,
        "fixed_cart",
    )


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (spec(basis_points=10001), "amount_invalid"),  # WooCommerce would store 0.00 and say 201
        (spec(basis_points=0), "amount_invalid"),
        (spec(basis_points=-1), "amount_invalid"),
        (spec(kind=DiscountKind.FIXED), "amount_invalid"),
        (spec(kind=DiscountKind.FIXED, amount=Money(0, "EUR")), "amount_invalid"),
        (spec(kind=DiscountKind.FIXED, amount=Money(-500, "EUR")), "amount_invalid"),
        (spec(kind=DiscountKind.FIXED, amount=Money(500, "USD")), "currency_differs"),
        (spec(minimum=Money(500, "USD")), "currency_differs"),
    ],
)
def test_what_the_shop_cannot_hold_is_never_sent(wanted: CouponSpec, reason: str) -> None:
    shop = keeping()
    good = spec("ZZZZZZZZZ")
    assert COUPONS.issue(shop, [wanted, good]) == [Refused("BCDFGHJKM", reason), Issued("ZZZZZZZZZ", "100")]
    assert sent(shop)["code"] == "ZZZZZZZZZ"


def test_a_third_decimal_is_kept_and_shown_rounded() -> None:
    recorded = exchange("coupon_create_third_decimal")
    asked, shown = json.loads(recorded["request"]["body"]), body_of("coupon_create_third_decimal")
    assert (asked["amount"], asked["minimum_amount"]) == ("7.025", "30.125")
    shop = keeping(lambda row: row | {key: shown[key] for key in ("amount", "minimum_amount")}, currency="KWD")
    wanted = spec(kind=DiscountKind.FIXED, amount=Money(7025, "KWD"), minimum=Money(30125, "KWD"))
    assert COUPONS.issue(shop, [wanted]) == [Issued("BCDFGHJKM", "100")]
    assert (sent(shop)["amount"], sent(shop)["minimum_amount"]) == ("7.025", "30.125")


@pytest.mark.parametrize("shown", ["7.01", "7.04", "7.00"])
def test_what_no_rounding_explains_is_another_amount(shown: str) -> None:
    shop = keeping(lambda row: row | {"amount": shown}, currency="KWD")
    wanted = spec(kind=DiscountKind.FIXED, amount=Money(7025, "KWD"))
    assert COUPONS.issue(shop, [wanted]) == [Refused("BCDFGHJKM", "mismatch_amount")]


@pytest.mark.parametrize(("amount", "currency"), [(1_234_567, "BTC"), (12_345, "CLF"), (9, "KWD")])
def test_what_would_not_be_shown_is_never_sent(amount: int, currency: str) -> None:
    shop = keeping(currency=currency)
    wanted = spec(kind=DiscountKind.FIXED, amount=Money(amount, currency))
    assert COUPONS.issue(shop, [wanted]) == [Refused("BCDFGHJKM", "amount_too_fine")]
    assert shop.asked == ["GET /data/currencies/current"]


@pytest.mark.parametrize(
    ("expires_at", "text"),
    [
        (datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC), "2027-01-31T22:59:59Z"),
        (datetime(2027, 1, 31, 22, 59, 59, 1, tzinfo=UTC), "2027-01-31T23:00:00Z"),  # never earlier than shown
        (datetime(2027, 2, 1, 2, 29, 59, tzinfo=timezone(timedelta(hours=3.5))), "2027-01-31T22:59:59Z"),
    ],
)
def test_expiry_is_sent_as_utc(expires_at: datetime, text: str) -> None:
    shop = keeping()
    assert COUPONS.issue(shop, [spec(expires_at=expires_at)]) == [Issued("BCDFGHJKM", "100")]
    assert sent(shop)["date_expires"] == text
    assert "date_expires_gmt" not in sent(shop)  # WooCommerce ignores it: the coupon would never expire


def test_one_code_is_never_in_a_batch_twice() -> None:
    for pair in ([spec(), spec()], [spec(), spec("bcdfghjkm")]):
        with pytest.raises(ValueError, match="once"):
            COUPONS.issue(keeping(), pair)


def test_more_than_a_batch_is_never_sent() -> None:
    many = [spec(f"CODE{number}") for number in range(101)]
    with pytest.raises(ValueError, match="100"):
        COUPONS.issue(keeping(), many)
    assert len(COUPONS.issue(keeping(), many[:100])) == 100


# --- what came to be ---


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("amount", {"amount": "0.00"}),
        ("amount", {"amount": "550.00"}),
        ("discount_type", {"discount_type": "percent"}),
        ("date_expires", {"date_expires_gmt": None}),
        ("date_expires", {"date_expires_gmt": "1969-12-31T23:00:00"}),
        ("date_expires", {"date_expires_gmt": "2027-01-31T21:59:59"}),
        ("usage_limit", {"usage_limit": None}),
        ("usage_limit", {"usage_limit": 2}),
        ("individual_use", {"individual_use": True}),
        ("free_shipping", {"free_shipping": True}),
        ("exclude_sale_items", {"exclude_sale_items": True}),
        ("minimum_amount", {"minimum_amount": "0.00"}),
        ("email_restrictions", {"email_restrictions": []}),
        ("email_restrictions", {"email_restrictions": ["ana@example.org", "*@example.org"]}),
        ("status", {"status": "draft"}),
        ("code", {"code": "npqrstvw"}),
        ("mark", {"meta_data": []}),
    ],
)
def test_whatever_came_out_otherwise_is_removed(field: str, change: dict[str, Any]) -> None:
    shop = keeping(lambda row: row | change)
    wanted = replace(FIXED, expires_at=datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC))
    assert COUPONS.issue(shop, [wanted]) == [Refused(FIXED.code, f"mismatch_{field}")]
    assert shop.asked[-1] == "DELETE /coupons/100"
    assert shop.calls[-1].query == {"force": "true"}


def test_emails_are_compared_in_lower_case() -> None:
    assert COUPONS.issue(keeping(lambda row: row | {"email_restrictions": ["ana@EXAMPLE.org"]}), [FIXED]) == [
        Issued(FIXED.code, "100")
    ]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("coupon_create_percent_over_100", "amount"),
        ("coupon_create_bad_email", "email_restrictions"),
        ("coupon_create_bad_date", "date_expires"),
        ("coupon_create_date_expires_gmt_ignored", "date_expires"),
    ],
)
def test_recorded_wrong_values_with_201_are_seen(name: str, field: str) -> None:
    """The recorded answers to wrong requests, had our request been answered so in that one field."""
    status, payload, _ = answer_of(name)
    assert status == 201
    fields = {"date_expires": ("date_expires", "date_expires_gmt")}.get(field, (field,))
    wanted = replace(FIXED, expires_at=datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC))
    shop = keeping(lambda row: row | {each: payload[each] for each in fields})
    assert COUPONS.issue(shop, [wanted]) == [Refused(FIXED.code, f"mismatch_{field}")]


def test_the_recorded_batch_of_a_hundred_has_one_result_a_row() -> None:
    """The recorded rows, ours in all that our requests add; the last code was taken, by a coupon of the shop."""
    request, answered = json.loads(exchange("coupon_batch_100_one_duplicate")["request"]["body"]), None
    codes = [row["code"] for row in request["create"]]
    answered = body_of("coupon_batch_100_one_duplicate")["create"]

    def reply(call: Call) -> Reply:
        if call.path == "/coupons":
            return 200, [body_of("coupon_create_percent") | {"code": call.query["search"].lower()}]
        ours = {"usage_limit": 1, "individual_use": True}
        rows = zip(answered, call.body["create"], strict=True)
        return 200, {
            "create": [row | ours | {"meta_data": sent["meta_data"]} if row["id"] else row for row, sent in rows]
        }

    codes[-1] = "TAKEN-1"
    results = COUPONS.issue(Shop(reply), [spec(code) for code in codes])
    assert results[:99] == [Issued(code, str(23 + place)) for place, code in enumerate(codes[:99])]
    assert results[99] == Refused("TAKEN-1", "code_taken")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("coupon_invalid_amount", "amount_invalid"),
        ("rest_invalid_param", "parameter_invalid"),
        ("some_plugin_says_no", "some_plugin_says_no"),
        (None, "refused"),
    ],
)
def test_a_refused_row_has_its_reason(code: str | None, reason: str) -> None:
    row = {"id": 0, "error": {"code": code, "message": "x", "data": 500}}
    assert COUPONS.issue(keeping(lambda _: row), [spec()]) == [Refused("BCDFGHJKM", reason)]


@pytest.mark.parametrize("payload", [{}, {"create": []}, {"create": {}}, [], {"create": [1, 2]}, "x"])
def test_an_answer_with_too_few_rows_leaves_the_outcome_unknown(payload: Any) -> None:
    with pytest.raises(RemoteOutcomeUnknown):
        COUPONS.issue(Shop(lambda _: (200, payload)), [spec()])


def test_a_shop_without_coupons_says_so() -> None:
    def reply(call: Call) -> Reply:
        if call.path == "/settings/general/woocommerce_enable_coupons":
            return 200, {"id": "woocommerce_enable_coupons", "value": "no"}
        return answer_of("coupon_create_store_disabled")

    with pytest.raises(RemoteRejected) as caught:
        COUPONS.issue(Shop(reply), [spec()])
    assert (caught.value.reason, caught.value.code) == ("coupons_disabled", "woocommerce_rest_cannot_create")


def test_a_key_without_rights_is_told_apart_from_a_shop_without_coupons() -> None:
    def reply(call: Call) -> Reply:
        return (200, {"value": "yes"}) if "settings" in call.path else answer_of("coupon_create_store_disabled")

    with pytest.raises(RemoteRejected) as caught:
        COUPONS.issue(Shop(reply), [spec()])
    assert caught.value.reason == "role_missing"
