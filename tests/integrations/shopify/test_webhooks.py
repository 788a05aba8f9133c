"""What is peculiar to Shopify's webhooks, each with the decision taken here; the known answers are Shopify's own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.contract import RawRequest
from integrations.errors import PayloadInvalid, SignatureInvalid
from integrations.events import (
    AppUninstalled,
    Money,
    OrderSeen,
    OrderSnapshot,
    OrderStatus,
    OrderTouched,
    StoreEvent,
    StoreRedacted,
)
from integrations.shopify import PLATFORM
from tests.integrations.conformance.material import recordings
from tests.integrations.shopify.oracle import expected
from tests.integrations.shopify.recorded import SECRET, SHOP, body_of, payload_of, sign, webhook

SOURCE = PLATFORM.webhooks
ORDER = "derived_orders_paid_referral"
NOW = datetime(2026, 11, 25, tzinfo=UTC)
SAMPLES = [each for each in recordings() if each.platform is PLATFORM]


def said(topic: str, payload: object, **headers: str) -> StoreEvent:
    (event,) = SOURCE.translate(webhook(topic, payload, **headers))
    return event


def order(**changes: Any) -> OrderSnapshot:
    """The sample of a paid order with these fields changed, as the adapter reads it."""
    event = said("orders/updated", payload_of(ORDER) | changes)
    assert isinstance(event, OrderSeen)
    return event.order


def line(price: str, quantity: int = 1, **other: Any) -> dict[str, Any]:
    """A line of goods."""
    return payload_of(ORDER)["line_items"][0] | {"price": price, "price_set": None, "quantity": quantity} | other


def tax(amount: str) -> dict[str, Any]:
    return {"price": amount, "rate": 0.2, "title": "VAT"}


def dollars(minor: int) -> Money:
    return Money(minor, "USD")


# --- signatures ---


def test_the_documents_known_answer_verifies() -> None:
    body = body_of("orders_create")
    assert sign(body) == "oxcNBbjiSY5h8X+UJr8aW6LJJfRAVUWY5pYhPRzcshk="
    SOURCE.verify(webhook("orders/create", body), [SECRET], NOW)


@pytest.mark.parametrize("prefix", ["X-Shopify-", "Shopify-", "x-shopify-", "shopify-"])
def test_both_kinds_of_headers_are_read(prefix: str) -> None:
    request = webhook("orders/paid", payload_of(ORDER), prefix=prefix)
    SOURCE.verify(request, [b"new", SECRET], NOW)
    assert SOURCE.locate(request).store_ref == SHOP
    assert isinstance(SOURCE.translate(request)[0], OrderSeen)


def test_the_two_kinds_of_headers_are_never_mixed() -> None:
    signed = webhook("orders/paid", payload_of(ORDER))
    both = replace(signed, headers=(*signed.headers, ("Shopify-Hmac-Sha256", sign(signed.body))))
    with pytest.raises(SignatureInvalid):
        SOURCE.verify(both, [SECRET], NOW)
    others = tuple((name.replace("X-Shopify-", "Shopify-"), value) for name, value in signed.headers[1:])
    half = replace(signed, headers=(signed.headers[0], *others))  # signed without X-, its topic with it
    with pytest.raises(SignatureInvalid):
        SOURCE.locate(half)


@pytest.mark.parametrize(
    "shop",
    [
        "evil.example",
        "jsmith.myshopify.com.evil.example",
        "-.myshopify.com",
        "jsmith.myshopify.com\n",
        "a/b.myshopify.com",
    ],
)
def test_only_a_shop_of_shopify_is_located(shop: str) -> None:
    with pytest.raises(SignatureInvalid):
        SOURCE.locate(webhook("orders/paid", payload_of(ORDER), Shop_Domain=shop))


def key(request: RawRequest) -> str:
    return SOURCE.locate(request).delivery_key


def test_a_retry_is_the_same_delivery_and_one_action_may_be_two() -> None:
    made = webhook("orders/create", payload_of(ORDER))
    assert key(made) == key(webhook("orders/create", payload_of(ORDER), API_Version="2027-01"))
    paid = webhook("orders/paid", payload_of(ORDER), Webhook_Id="another")  # of the same Event-Id
    assert dict(paid.headers)["X-Shopify-Event-Id"] == dict(made.headers)["X-Shopify-Event-Id"]
    assert key(paid) != key(made)


# --- the shop itself ---


def test_what_is_signed_may_speak_of_no_other_shop() -> None:
    redact = {"shop_id": 954889, "shop_domain": SHOP}
    assert said("shop/redact", redact) == StoreRedacted(SHOP)
    with pytest.raises(PayloadInvalid):
        said("shop/redact", redact, Shop_Domain="other.myshopify.com")
    with pytest.raises(PayloadInvalid):
        said("app/uninstalled", payload_of("app_uninstalled") | {"myshopify_domain": "other.myshopify.com"})
    assert said("app/uninstalled", payload_of("app_uninstalled")) == AppUninstalled(SHOP)


# --- money ---


def test_ids_above_two_to_the_53_stay_exact() -> None:
    assert order(id=18446744073709551615).order_ref == "18446744073709551615"
    with pytest.raises(PayloadInvalid):
        order(id=18446744073709551616)


def test_gift_cards_tips_and_tax_are_no_goods() -> None:
    found = order(
        taxes_included=True,
        current_subtotal_price="180.00",
        total_price="190.00",
        line_items=[
            line("60.00", 2, tax_lines=[tax("20.00")], current_quantity=2),
            line("60.00", gift_card=True, current_quantity=1),
            line("10.00", tip={"payment_gateway": "bogus"}, current_quantity=1),
        ],
    )
    assert found.goods == dollars(10_000)
    assert [each.total for each in found.lines] == [dollars(10_000)]


def test_the_shops_own_currency_counts() -> None:
    pair = {
        "shop_money": {"amount": "10.00", "currency_code": "USD"},
        "presentment_money": {"amount": "9.20", "currency_code": "EUR"},
    }
    found = order(presentment_currency="EUR", line_items=[line("10.00") | {"price_set": pair}])
    assert (found.currency, found.lines[0].total) == ("USD", dollars(1000))


def refund(*lines: dict[str, Any], paid: str | None, ref: int = 7, **other: Any) -> dict[str, Any]:
    """A refund row of these lines, for which so much went back."""
    moved = [{"kind": "refund", "status": "success", "amount": paid, "currency": "USD"}] if paid else []
    when = "2026-11-22T10:00:00-05:00"
    return {"id": ref, "created_at": when, "refund_line_items": list(lines), "transactions": moved} | other


def given_back(subtotal: float, total_tax: float = 0, **line_item: Any) -> dict[str, Any]:
    return {"quantity": 1, "subtotal": subtotal, "total_tax": total_tax, "line_item": line(str(subtotal), **line_item)}


def test_what_is_left_is_shopifys_own_and_refunds_lead_to_it() -> None:
    """R7: goods before the refunds, less what they took, is the present subtotal."""
    found = order(
        financial_status="partially_refunded",
        current_subtotal_price="60.00",
        refunds=[refund(given_back(30.0), paid="36.00"), refund(given_back(10.0), paid="10.00", ref=8)],
    )
    assert (found.goods, found.refunded) == (dollars(10_000), dollars(4600))
    assert [each.goods for each in found.refunds] == [dollars(3000), dollars(1000)]
    assert found.refunds[0].at == datetime(2026, 11, 22, 15, tzinfo=UTC)


def test_a_refund_without_lines_is_a_bare_sum_and_one_of_shipping_takes_no_goods() -> None:
    shipping = {"subtotal_amount_set": {"shop_money": {"amount": "10.00", "currency_code": "USD"}}}
    found = order(refunds=[refund(paid="5.00"), refund(paid="10.00", ref=8, refund_shipping_lines=[shipping])])
    assert [each.goods for each in found.refunds] == [None, dollars(0)]


def test_a_refund_that_failed_gave_nothing_back() -> None:
    failed = refund(paid="5.00")
    failed["transactions"][0]["status"] = "failure"
    assert order(refunds=[failed]).refunded == dollars(0)


def test_goods_removed_by_an_edit_are_gone_without_money() -> None:
    found = order(current_subtotal_price="70.00", refunds=[refund(given_back(30.0), paid=None)])
    assert (found.goods, found.refunded, found.refunds[0].goods) == (dollars(10_000), dollars(0), dollars(3000))


# --- states ---


@pytest.mark.parametrize(
    ("money", "sent", "status", "owed"),
    [
        ("pending", None, OrderStatus.PENDING, True),
        ("authorized", None, OrderStatus.PENDING, True),
        ("partially_paid", None, OrderStatus.PENDING, True),
        ("paid", None, OrderStatus.PROCESSING, False),
        ("paid", "partial", OrderStatus.PROCESSING, False),
        ("paid", "fulfilled", OrderStatus.COMPLETED, False),
        ("partially_refunded", "fulfilled", OrderStatus.COMPLETED, False),
        ("refunded", "fulfilled", OrderStatus.REFUNDED, False),
        ("voided", None, OrderStatus.CANCELLED, True),
        ("expired", None, OrderStatus.FAILED, True),
        ("a_word_of_tomorrow", None, OrderStatus.PENDING, True),
        (None, None, OrderStatus.PENDING, True),
    ],
)
def test_states(money: str | None, sent: str | None, status: OrderStatus, owed: bool) -> None:
    """R6: paid is paid; whatever else the word is, something is still to come."""
    found = order(financial_status=money, fulfillment_status=sent)
    assert (found.status, found.outstanding.minor > 0, found.paid_at is None) == (status, owed, owed)


def parcel(shipment: str | None, day: int) -> dict[str, Any]:
    when = f"2026-11-{day}T12:00:00Z"
    return {"status": "success", "shipment_status": shipment, "created_at": when, "updated_at": when}


def test_delivered_is_when_the_last_parcel_arrived() -> None:
    both = [parcel("delivered", 22), parcel("delivered", 24)]
    found = order(fulfillment_status="fulfilled", fulfillments=both)
    assert found.delivered_at == found.completed_at == datetime(2026, 11, 24, 12, tzinfo=UTC)
    under_way = order(fulfillment_status="fulfilled", fulfillments=[both[0], parcel("in_transit", 24)])
    assert (under_way.delivered_at, under_way.completed_at) == (None, datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert order(fulfillment_status="partial", fulfillments=[both[0]]).delivered_at is None


@pytest.mark.parametrize(
    ("source", "channel"),
    [("web", "checkout"), ("pos", "pos"), ("shopify_draft_order", "draft"), ("subscription_contract", "subscription"),
     ("580111", "api"), ("amazon", "amazon")],
)  # fmt: skip
def test_how_an_order_was_made(source: str, channel: str) -> None:
    assert order(source_name=source).channel == channel


def test_a_buyer_who_may_not_be_seen_is_nobody() -> None:
    """Without approval for personal data every field of it is null."""
    hidden = dict.fromkeys(("email", "contact_email", "phone", "customer", "billing_address", "shipping_address"))
    buyer = order(**hidden).buyer
    assert (buyer.customer_ref, buyer.email, buyer.phone, buyer.name, buyer.address) == (None,) * 5


def test_only_our_own_attributes_are_kept() -> None:
    rows = [{"name": "_goodword_claim", "value": "token"}, {"name": "gift_note", "value": "for Ana"}]
    assert order(note_attributes=rows).attributes == (("_goodword_claim", "token"),)


def test_a_topic_that_was_rewritten_makes_us_look() -> None:
    assert said("orders/delete", payload_of(ORDER)) == OrderTouched("6200354537772", "full_body_on_deletion")
    assert said("orders/updated", {"id": 5}) == OrderTouched("5", "thin_body")


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_the_expected_files_are_what_the_oracle_works_out(sample: Any) -> None:
    wanted = json.loads(sample.path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    assert wanted == expected(sample.path.read_bytes())
