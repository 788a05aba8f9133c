"""How an order of WooCommerce is read: money, collected or not, times, people, codes, attributes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.errors import PayloadInvalid
from integrations.events import (
    AppliedCode,
    Money,
    OrderSeen,
    OrderSnapshot,
    OrderStatus,
    OrderTouched,
    StoreEvent,
)
from integrations.woocommerce import PLATFORM
from tests.integrations.woocommerce.recorded import payload_of, webhook

ORDER = "hook_order_1_completed__order_updated"


def said(topic: str, payload: object) -> StoreEvent:
    (event,) = PLATFORM.webhooks.translate(webhook(topic, payload))
    return event


def order(**changes: Any) -> OrderSnapshot:
    """The recorded order with these fields changed, as the adapter reads it."""
    event = said("order.updated", payload_of(ORDER) | changes)
    assert isinstance(event, OrderSeen)
    return event.order


def test_goods_are_lines_after_discounts_and_nothing_else() -> None:
    line = payload_of(ORDER)["line_items"][0]
    seen = order(
        line_items=[line | {"total": "34.00", "total_tax": "7.14"}, line | {"total": "0.50", "total_tax": "0.11"}],
        fee_lines=[{"id": 9, "name": "Tip", "total": "3.00"}, {"id": 8, "name": "Gift card", "total": "-20.00"}],
        shipping_total="4.95",
        total_tax="7.25",
        total="49.70",
        prices_include_tax=True,
    )
    assert seen.goods == Money(3450, "EUR")
    assert (seen.tax.minor, seen.shipping.minor, seen.total.minor) == (725, 495, 4970)
    assert seen.lines[1].tax == Money(11, "EUR")
    assert seen.prices_include_tax


def test_a_refund_is_positive_and_the_total_stays_as_ordered() -> None:
    seen = order(refunds=[{"id": 125, "reason": "", "total": "-38.95"}])
    assert seen.refunded == seen.total == Money(3895, "EUR")
    assert [(each.refund_ref, each.amount.minor, each.goods) for each in seen.refunds] == [("125", 3895, None)]


def priced(currency: str, text: str) -> Money:
    line = payload_of(ORDER)["line_items"][0]
    return order(currency=currency, line_items=[line | {"total": text}]).goods


@pytest.mark.parametrize(
    ("currency", "text", "minor", "iso"),
    [
        ("IRT", "150000", 150_000_000, "IRR"),  # fifteen hundred thousand rials, with ISO's two decimals
        ("IRT", "0.1", 100, "IRR"),
        ("IRR", "1500000", 150_000_000, "IRR"),
        ("IRHT", "150", 150_000_000, "IRR"),
        ("KWD", "1.2", 1200, "KWD"),
        ("BHD", "0.005", 5, "BHD"),
        ("JPY", "1980.4", 1980, "JPY"),
        ("JPY", "1980.5", 1981, "JPY"),
        ("EUR", "0.005", 1, "EUR"),
        ("EUR", "17", 1700, "EUR"),
        ("EUR", "-3.10", -310, "EUR"),
        ("eur", "1.10", 110, "EUR"),
        ("SAR", "9007199254740.99", 900_719_925_474_099, "SAR"),
    ],
)
def test_amounts_are_exact(currency: str, text: str, minor: int, iso: str) -> None:
    assert priced(currency, text) == Money(minor, iso)


def test_what_is_below_the_minor_unit_is_summed_before_it_is_rounded() -> None:
    line = payload_of(ORDER)["line_items"][0]
    assert order(line_items=[line | {"total": "0.004"}] * 5).goods == Money(2, "EUR")


@pytest.mark.parametrize("number", [17, 17.1, "17.10"])
def test_numbers_where_strings_were_expected_are_read(number: object) -> None:
    assert priced("EUR", number).minor in (1700, 1710)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["abc", "1,000.00", "NaN", "Infinity", "1e400", "1" * 40, "--1", "0x10", "1_0e"])
def test_what_is_no_amount_is_unreadable(text: str) -> None:
    with pytest.raises(PayloadInvalid):
        priced("EUR", text)


def test_an_empty_amount_is_nothing() -> None:
    assert order(shipping_total="", discount_total=None).shipping == Money(0, "EUR")


# --- collected or not ---


@pytest.mark.parametrize(
    ("status", "paid", "outstanding"),
    [
        *(("processing", True, 0), ("completed", True, 0), ("refunded", True, 0), ("cancelled", True, 0)),
        *(("shipped", True, 0), ("trash", True, 0)),
        *(("failed", True, 3895), ("on-hold", True, 3895), ("pending", True, 3895)),
        *(("processing", False, 3895), ("completed", False, 3895), ("pending", False, 3895)),
    ],
)
def test_an_order_is_collected_by_its_paid_date_and_its_status(status: str, paid: bool, outstanding: int) -> None:
    seen = order(status=status, date_paid_gmt="2026-11-22T18:43:21" if paid else None)
    assert seen.outstanding == Money(outstanding, "EUR")
    assert seen.paid_at == (datetime(2026, 11, 22, 18, 43, 21, tzinfo=UTC) if paid else None)


def test_a_status_of_the_shops_own_making_keeps_its_word() -> None:
    seen = order(status="wc-on-the-van")
    assert (seen.status, seen.status_word) == (OrderStatus.UNKNOWN, "wc-on-the-van")


# --- times, people, codes, attributes ---


def test_times_are_utc_though_they_carry_no_z() -> None:
    seen = order(date_created_gmt="2026-07-01T10:00:00", date_created="2026-07-01T12:00:00", date_completed_gmt=None)
    assert seen.placed_at == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert seen.completed_at is None


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01T00:00:00", "1"])
def test_a_time_that_is_none_is_unreadable(text: str) -> None:
    with pytest.raises(PayloadInvalid):
        order(date_modified_gmt=text)


@pytest.mark.parametrize("missing", ["total", "line_items", "status", "currency"])
def test_an_order_without_its_facts_is_not_read_as_worth_nothing(missing: str) -> None:
    payload = payload_of(ORDER)
    del payload[missing]
    if missing == "line_items":
        assert said("order.updated", payload) == OrderTouched("123", "thin_body")
    else:
        with pytest.raises(PayloadInvalid):
            said("order.updated", payload)


def test_a_guest_has_no_customer_and_an_account_has() -> None:
    assert order(customer_id=0).buyer.customer_ref is None
    assert order(customer_id=42).buyer.customer_ref == "42"


def test_oddity_gift_order_is_of_who_pays_and_not_of_who_gets_it() -> None:
    there = {"first_name": "Nour", "last_name": "H", "address_1": "Far Street 9", "city": "Fes", "country": "MA"}
    assert order(shipping=there).buyer == order().buyer
    assert "Nour" not in str(order(shipping=there).buyer)


def test_where_billing_is_empty_shipping_says_who_it_is() -> None:
    there = {"first_name": "Ana", "last_name": "B", "address_1": "S 2", "city": "Fes", "country": "MA", "phone": "06"}
    seen = order(billing=[], shipping=there).buyer
    assert (seen.name, seen.address, seen.country, seen.phone, seen.email) == (
        "Ana B",
        "S 2, Fes, MA",
        "MA",
        "06",
        None,
    )


def test_a_country_alone_is_no_address() -> None:
    assert order(billing={"country": "NL"}, shipping={"country": "NL"}).buyer.address is None


def test_nul_never_reaches_a_database() -> None:
    seen = order(billing={"first_name": "A\x00na", "email": "a\x00@example.org"}, number="1\x002")
    assert (seen.buyer.name, seen.buyer.email, seen.number) == ("Ana", "a@example.org", "12")


def test_codes_are_ours_again_in_upper_case_with_the_coupons_id() -> None:
    assert order().codes == (AppliedCode(code="FRIEND-ANA-7Q", discount=Money(600, "EUR"), coupon_ref="13"),)


@pytest.mark.parametrize("value", ["", "not json", "[]", '["13"]', "{}", "null", 7, None, ["x"]])
def test_without_readable_coupon_info_the_code_still_counts(value: object) -> None:
    coupon = payload_of(ORDER)["coupon_lines"][0] | {"meta_data": [{"key": "coupon_info", "value": value}]}
    (code,) = order(coupon_lines=[coupon]).codes
    assert (code.code, code.coupon_ref) == ("FRIEND-ANA-7Q", None)


def test_of_the_orders_meta_only_ours_and_the_links_parameters_are_taken() -> None:
    meta = [
        {"id": 1, "key": "_goodword_claim", "value": "tok.en"},
        {"id": 2, "key": "_wc_order_attribution_utm_content", "value": "claim-7"},
        {"id": 3, "key": "_wc_order_attribution_user_agent", "value": "Mozilla"},
        {"id": 4, "key": "_wc_order_attribution_session_entry", "value": "https://shop.example/?a=b"},
        {"id": 5, "key": "_billing_iban", "value": "NL00"},
        {"id": 6, "key": "_goodword_nested", "value": {"a": 1}},
        {"id": 7, "key": "_goodword_empty", "value": ""},
        {"id": 8, "key": None, "value": "x"},
    ]
    assert order(meta_data=meta).attributes == (
        ("_goodword_claim", "tok.en"),
        ("_wc_order_attribution_utm_content", "claim-7"),
    )


def test_lists_with_gaps_come_as_objects() -> None:
    """PHP writes a list whose keys have gaps as an object."""
    payload = payload_of(ORDER)
    gaps = {
        key: dict(enumerate(payload[key], start=3)) for key in ("line_items", "refunds", "coupon_lines", "meta_data")
    }
    assert order(**gaps) == order()


def test_a_renewal_names_what_it_renews() -> None:
    assert order().parent_ref is None
    assert order(parent_id=99).parent_ref == "99"
    assert order(meta_data=[{"id": 1, "key": "_subscription_renewal", "value": "55"}]).parent_ref == "55"


def test_how_it_was_paid_and_made_is_kept_in_the_shops_words() -> None:
    seen = order(payment_method="cod", created_via="store-api")
    assert (seen.gateway, seen.channel) == ("cod", "store-api")
    assert "cod" in PLATFORM.pays_on_delivery
    assert frozenset({"processing", "completed"}) == PLATFORM.earning_statuses


def test_a_shops_own_order_number_is_kept() -> None:
    assert order(number="2026/0007").number == "2026/0007"
    assert order(number=7).number == "7"
    assert order(number="").number == "123"
