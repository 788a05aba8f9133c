"""What is peculiar to WooCommerce's webhooks: FACTS of a real store, each with the decision taken here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from integrations.contract import RawRequest
from integrations.errors import PayloadInvalid, SignatureInvalid
from integrations.events import (
    SENDER_SEES_NOTHING,
    CouponGone,
    CustomerSeen,
    Ignored,
    OrderGone,
    OrderSeen,
    OrderSnapshot,
    OrderStatus,
    OrderTouched,
    StoreEvent,
)
from integrations.woocommerce import PLATFORM
from tests.integrations.conformance.material import recordings
from tests.integrations.woocommerce.recorded import payload_of, webhook

SOURCE = PLATFORM.webhooks
ORDER = "hook_order_1_completed__order_updated"


def recorded(stem: str) -> RawRequest:
    return next(each.request for each in recordings() if each.path.stem == stem)


SUBSCRIBED = ("order.created", "order.updated", "order.restored", "order.deleted", "coupon.deleted")


def said(topic: str, payload: object) -> StoreEvent:
    (event,) = SOURCE.translate(webhook(topic, payload))
    return event


def order(**changes: Any) -> OrderSnapshot:
    """The recorded order with these fields changed, as the adapter reads it."""
    event = said("order.updated", payload_of(ORDER) | changes)
    assert isinstance(event, OrderSeen)
    return event.order


# --- envelope ---


def test_two_orders_of_one_second_share_a_delivery_id_and_both_arrive() -> None:
    first, second = (webhook("order.created", payload_of(ORDER) | {"id": each}) for each in (130, 131))
    assert dict(first.headers)["X-WC-Webhook-Delivery-ID"] == dict(second.headers)["X-WC-Webhook-Delivery-ID"]
    assert SOURCE.locate(first).delivery_key != SOURCE.locate(second).delivery_key


def test_recorded_states_of_one_second_are_two_deliveries() -> None:
    done, same = recorded("hook_order_1_completed__order_updated"), recorded("hook_order_1_same_status__order_updated")
    assert dict(done.headers)["X-WC-Webhook-Delivery-ID"] == dict(same.headers)["X-WC-Webhook-Delivery-ID"]
    assert SOURCE.locate(done).delivery_key != SOURCE.locate(same).delivery_key


def test_every_recorded_emission_has_its_own_key_unless_it_is_equal_to_the_last_byte() -> None:
    signed = [each.request for each in recordings() if each.platform is PLATFORM and "__ping" not in each.path.stem]
    signed = [each for each in signed if any(name == "X-WC-Webhook-Topic" for name, _ in each.headers)]
    keys = {SOURCE.locate(each).delivery_key for each in signed}
    distinct = {(each.headers, each.body) for each in signed}
    assert len(keys) == len(distinct) == len(signed) - 1  # coupon_update and coupon_update_no_change are equal


@pytest.mark.parametrize("header", ["ID", "Delivery_ID"])
def test_the_key_depends_on_webhook_and_delivery(header: str) -> None:
    plain, other = webhook("order.deleted", {"id": 1}), webhook("order.deleted", {"id": 1}, **{header: "99"})
    assert SOURCE.locate(plain).delivery_key != SOURCE.locate(other).delivery_key


@pytest.mark.parametrize(
    "path", ["/webhooks/woocommerce/inst_7", "/webhooks/woocommerce/inst_7/", "/a/b/webhooks/woocommerce/inst_7"]
)
def test_the_store_is_the_last_part_of_our_address(path: str) -> None:
    assert SOURCE.locate(replace(webhook("order.deleted", {"id": 1}), path=path)).store_ref == "inst_7"


@pytest.mark.parametrize("path", ["/hooks/woo", "/webhooks/woocommerce/", "/webhooks/woocommerce/a/b", "/webhooks/x/a"])
def test_under_another_address_the_store_is_the_shops_home(path: str) -> None:
    request = replace(webhook("order.deleted", {"id": 1}), path=path)
    assert SOURCE.locate(request).store_ref == "https://shop.example/"


@pytest.mark.parametrize("missing", ["Topic", "ID", "Delivery-ID"])
def test_without_its_headers_a_message_has_no_envelope(missing: str) -> None:
    request = webhook("order.deleted", {"id": 1})
    headers = tuple(each for each in request.headers if each[0] != f"X-WC-Webhook-{missing}")
    with pytest.raises(SignatureInvalid):
        SOURCE.locate(replace(request, headers=headers))
    twice = (*request.headers, (f"x-wc-webhook-{missing}", "x"))
    with pytest.raises(SignatureInvalid):
        SOURCE.locate(replace(request, headers=twice))


# --- pings ---


@pytest.mark.parametrize("body", [b"webhook_id=", b"webhook_id=2&x=1", b"webhook_id=two", b"", b"webhook_id=2\n"])
def test_what_is_nearly_a_ping_is_none(body: bytes) -> None:
    ping = recorded("hook_webhook_created_ping__ping")
    assert SOURCE.is_ping(ping)
    assert not SOURCE.is_ping(replace(ping, body=body))


def test_a_ping_with_our_headers_or_by_get_is_none() -> None:
    ping = recorded("hook_webhook_created_ping__ping")
    assert not SOURCE.is_ping(replace(ping, headers=(*ping.headers, ("x-wc-webhook-topic", "order.created"))))
    assert not SOURCE.is_ping(replace(ping, method="GET"))


# --- bodies that are no orders ---


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({"code": "rest_forbidden", "message": "x", "data": 500}, "rest_forbidden"),
        ({"code": "Odd code\n%s", "message": "x"}, "odd_code_s"),
    ],
)
def test_a_signed_error_is_ignored_with_its_code(payload: dict[str, Any], reason: str) -> None:
    for topic in SUBSCRIBED:
        assert said(topic, payload) == Ignored(topic, f"error_object:{reason}")


def test_a_webhook_whose_user_lost_the_right_to_see_orders_is_told_apart() -> None:
    body = {"code": "woocommerce_rest_cannot_view", "message": "Sorry, you cannot view this resource.", "data": {}}
    for topic in SUBSCRIBED:
        assert said(topic, body) == Ignored(topic, SENDER_SEES_NOTHING)


@pytest.mark.parametrize("status", ["checkout-draft", "auto-draft", "draft"])
@pytest.mark.parametrize("topic", ["order.created", "order.updated", "order.restored"])
def test_drafts_are_no_orders(topic: str, status: str) -> None:
    assert said(topic, payload_of(ORDER) | {"status": status}) == Ignored(topic, "draft_order")


def test_an_order_in_the_trash_is_seen_as_such() -> None:
    assert order(status="trash").status is OrderStatus.TRASHED


def test_refunds_are_read_back_since_their_rows_are_only_sums() -> None:
    partly = payload_of("hook_order_1_partial_refund__order_updated")["refunds"]
    for refunds in (partly, [*partly, {"id": 125, "total": "-28.95"}]):
        assert said("order.updated", payload_of(ORDER) | {"refunds": refunds}) == OrderTouched("123", "refund_parts")


def test_one_refund_of_all_is_plain() -> None:
    assert order(refunds=[{"id": 125, "total": "-38.95"}]).refunded.minor == 3895
    assert order(refunds=[{"id": 125, "total": "-8.95"}], status="refunded").refunded.minor == 895


def test_a_restored_order_is_seen_in_full() -> None:
    event = said("order.restored", payload_of(ORDER))
    assert isinstance(event, OrderSeen)


def test_an_id_alone_is_read_back_where_an_order_was_expected() -> None:
    assert said("order.updated", {"id": 130}) == OrderTouched("130", "thin_body")


def test_a_full_order_under_a_rewritten_topic_deletes_nothing() -> None:
    assert said("order.deleted", payload_of(ORDER)) == OrderTouched("123", "full_body_on_deletion")


def test_deletions_are_claims_with_an_id() -> None:
    assert said("order.deleted", {"id": 130}) == OrderGone("130")
    assert said("coupon.deleted", {"id": 176}) == CouponGone("176")  # may be a product, or an order of old storage


@pytest.mark.parametrize("payload", [{}, {"id": 0}, {"id": -1}, {"id": None}, {"id": "x"}, {"id": 1.5}, {"id": True}])
def test_a_deletion_without_an_id_is_unreadable(payload: dict[str, Any]) -> None:
    with pytest.raises(PayloadInvalid):
        said("order.deleted", payload)


@pytest.mark.parametrize("topic", ["customer.deleted", "coupon.created", "product.updated", "action.woocommerce_x"])
def test_topics_that_say_nothing_to_us_are_ignored_whatever_the_body(topic: str) -> None:
    (event,) = SOURCE.translate(webhook(topic, b"\xff not json"))
    assert event == Ignored(topic, "topic_not_needed")


def test_an_order_is_no_customer() -> None:
    with pytest.raises(PayloadInvalid):
        said("customer.updated", payload_of(ORDER))


def test_a_customer_has_the_account_email_and_the_billing_address() -> None:
    payload = payload_of("hook_customer_create__customer_created")
    payload["billing"] |= {"phone": "+31 6", "address_1": "S 1", "city": "U", "country": "NL", "email": "b@example.net"}
    event = said("customer.updated", payload)
    assert isinstance(event, CustomerSeen)
    assert (event.buyer.email, event.buyer.phone, event.buyer.address) == ("helen@example.net", "+31 6", "S 1, U, NL")
