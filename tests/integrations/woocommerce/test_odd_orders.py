"""Orders as other versions, plugins and mischief write them: read, or refused as a whole, and never a crash."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.errors import PayloadInvalid
from integrations.events import Money, OrderTouched
from tests.integrations.woocommerce.recorded import payload_of
from tests.integrations.woocommerce.test_snapshots import ORDER, order, said

LEFT_OUT = [
    *(("refunds", None), ("coupon_lines", None), ("meta_data", None), ("fee_lines", None), ("billing", None)),
    *(("shipping", None), ("shipping", ""), ("billing", False), ("payment_method", False), ("payment_method", 5)),
    *(("created_via", None), ("prices_include_tax", None), ("prices_include_tax", "no"), ("customer_id", "")),
    *(("parent_id", ""), ("parent_id", "0"), ("customer_id", None), ("number", None), ("number", 130)),
    *(("id", "130"), ("meta_data", [{"id": 1, "key": "x", "value": {"a": [1]}}]), ("meta_data", {"7": {"key": "x"}})),
    *(("coupon_lines", [{"code": "x", "discount": 5.5, "meta_data": None}]), ("refunds", {})),
    *(
        ("coupon_lines", [{"code": "x", "meta_data": [{"key": "coupon_data", "value": {"id": 13}}]}]),
        ("status", "wc-x"),
    ),
    *(("date_paid_gmt", ""), ("date_completed_gmt", None), ("date_created_gmt", "0000-00-00T00:00:00")),
    *(("date_completed_gmt", "-0001-11-30T00:00:00"), ("line_items", []), ("tax_lines", None), ("total", 38.95)),
]


@pytest.mark.parametrize(("field", "value"), LEFT_OUT, ids=str)
def test_what_other_versions_and_plugins_leave_out_or_write_otherwise_is_read(field: str, value: object) -> None:
    seen = order(**{field: value})
    assert (seen.order_ref, seen.total) == (str(value) if field == "id" else str(payload_of(ORDER)["id"]), EUR_TOTAL)


EUR_TOTAL = Money(3895, "EUR")


def test_empty_references_are_nobodys() -> None:
    seen = order(customer_id="", parent_id="0", prices_include_tax="no", payment_method=False)
    assert (seen.buyer.customer_ref, seen.parent_ref, seen.prices_include_tax, seen.gateway) == (None, None, False, "")
    seen = order(customer_id="7", parent_id="9", prices_include_tax="yes")
    assert (seen.buyer.customer_ref, seen.parent_ref, seen.prices_include_tax) == ("7", "9", True)


HUGE = [
    *({"total": "1" + "0" * 30}, {"total": "9" * 14}, {"total": 1e300}, {"total": "NaN"}, {"total": "1e14"}),
    *({"currency": "IRHT", "total": "9" * 12}, {"currency": "BTC", "total": "9" * 9}, {"currency": "EUROS"}),
    *({"currency": "€"}, {"currency": ""}, {"id": 10**30}, {"date_paid_gmt": "9999-12-31T23:59:59"}),
    *({"date_created_gmt": "0001-01-01T00:00:00+05:00"}, {"date_modified_gmt": "9999-12-31T23:59:59-05:00"}),
    *({"date_created_gmt": "0001-01-01T00:00:00"}, {"refunds": [{"id": 1, "total": "-" + "9" * 14}]}),
    {"line_items": [{"product_id": 1, "quantity": 1, "total": "9" * 13}] * 100},
]


@pytest.mark.parametrize("changes", HUGE, ids=str)
def test_what_no_shop_means_is_an_unreadable_message(changes: dict[str, Any]) -> None:
    """Whatever is read fits the database's columns, and a year to either side can be counted with."""
    with pytest.raises(PayloadInvalid):
        order(**changes)


def test_long_number_is_cut() -> None:
    assert order(number="N" * 500).number == "N" * 64


def test_order_without_utc_dates_is_read_back() -> None:
    """Webhooks of older formats tell the shop's own time alone."""
    undated = {key: value for key, value in payload_of(ORDER).items() if not key.endswith("_gmt")}
    assert said("order.updated", undated) == OrderTouched(str(undated["id"]), "order_undated")
    assert said("order.updated", payload_of(ORDER) | {"line_items": None}) == OrderTouched(
        str(undated["id"]), "thin_body"
    )
