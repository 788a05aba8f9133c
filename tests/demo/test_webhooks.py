"""Webhooks: what is owed, what is sent, what failures do; held against recorded deliveries where there are any."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable

import pytest

from demo.records import Webhook
from demo.webhooks import sign
from tests.demo import states
from tests.demo.conftest import Receiver
from tests.demo.replay import CAPTURES, differences, load, load_delivery, send
from tests.demo.scenes import SCENES
from tests.demo.stage import HOOK_SECRET, Stage

DELIVERIES = sorted(path.stem for path in CAPTURES.glob("*.http") if "ping" not in path.stem)
TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored")
# Headers that the HTTP client of PHP or ours, and the address of the receiver, decide.
OF_THE_CLIENT = {"Host", "Content-Length", "X-WC-Webhook-Signature", "X-WC-Webhook-Delivery-ID", "X-WC-Webhook-ID"}


def trash_eve(stage: Stage) -> None:
    stage.made(stage.rest("DELETE", "orders/130"))


def created_and_trashed(stage: Stage) -> None:
    stage.order(144, "somebody@example.net", status="processing")
    stage.made(stage.rest("DELETE", "orders/144"))


def created_and_erased(stage: Stage) -> None:
    stage.order(131)
    stage.made(stage.rest("DELETE", "orders/131?force=true"))


def coalesced(stage: Stage) -> None:
    """Five changes before the queue runs."""
    stage.product()
    stage.order(128, "dave@example.net")
    for status in ("on-hold", "processing", "completed", "refunded"):
        stage.next_id(129)
        stage.made(stage.rest("PUT", "orders/128", {"status": status}))


def replayed(name: str) -> Callable[[Stage], None]:
    return lambda stage: stage.made(send(stage.browser, load(name)))


def refused(stage: Stage) -> None:
    assert send(stage.browser, load("order_coupon_unknown")).status_code == 400


# What was there before, and what happened then, for each recorded delivery.
STORIES: dict[str, tuple[states.Scene, Callable[[Stage], None]]] = {
    "hook_coupon_create_percent__coupon_created": (
        SCENES["coupon_create_percent"],
        replayed("coupon_create_percent"),
    ),
    "hook_coupon_delete_no_force__coupon_deleted": (
        SCENES["coupon_delete_no_force"],
        replayed("coupon_delete_no_force"),
    ),
    "hook_customer_create__customer_created": (states.nothing, replayed("customer_create")),
    "hook_order_1_created_pending__order_created": (
        SCENES["order_create_with_coupon"],
        replayed("order_create_with_coupon"),
    ),
    "hook_order_1_created_pending__order_updated": (
        SCENES["order_create_with_coupon"],
        replayed("order_create_with_coupon"),
    ),
    "hook_order_1_partial_refund__order_updated": (states.delivered, replayed("refund_partial")),
    "hook_order_3_coalesced__order_updated": (states.nothing, coalesced),
    "hook_order_4_trashed__order_deleted": (states.eve, trash_eve),
    "hook_order_5_deleted_before_delivery__order_updated": (
        lambda stage: stage.product(),
        created_and_erased,
    ),
    "hook_order_created_and_trashed_before_delivery__order_created": (
        lambda stage: stage.product(),
        created_and_trashed,
    ),
    "hook_product_create__product_created": (SCENES["product_create"], replayed("product_create")),
    "hook_refused_coupon_leaves_draft__order_created": (SCENES["order_coupon_unknown"], refused),
}
# Whose buyer and wares the recording does not tell, or where neighbours were counted later: the shape is compared.
SHAPES = {
    "hook_order_3_coalesced__order_updated",
    "hook_order_created_and_trashed_before_delivery__order_created",
    "hook_product_create__product_created",
}


def test_every_recorded_delivery_has_a_story() -> None:
    assert set(DELIVERIES) == set(STORIES)


@pytest.mark.parametrize("name", DELIVERIES)
def test_delivers_as_recorded(name: str, stage: Stage, receiver: Receiver) -> None:
    real = load_delivery(name)
    before, act = STORIES[name]
    before(stage)
    stage.webhook(3, real.headers["X-WC-Webhook-Topic"], receiver.url)
    act(stage)
    assert stage.deliver() == 1
    [(headers, body)] = receiver.got
    assert {k: v for k, v in headers.items() if k not in OF_THE_CLIENT} == {
        k: v for k, v in real.headers.items() if k not in OF_THE_CLIENT
    }
    assert headers["X-WC-Webhook-ID"] == "3"
    expected = hmac.new(HOOK_SECRET.encode(), body, hashlib.sha256).digest()
    assert base64.b64decode(headers["X-WC-Webhook-Signature"]) == expected
    assert list(differences(json.loads(real.body), json.loads(body), values=name not in SHAPES)) == []


@pytest.mark.parametrize("name", DELIVERIES)
def test_signs_recorded_bodies_as_the_real_store_did(name: str) -> None:
    real = load_delivery(name)
    assert sign(HOOK_SECRET, real.body) == real.headers["X-WC-Webhook-Signature"]
    assert sign("another secret", real.body) != real.headers["X-WC-Webhook-Signature"]


def test_entities_of_a_secret_are_undone_before_signing() -> None:
    assert sign("a&amp;b", b"{}") == sign("a&b", b"{}")


def test_ping_is_a_form_without_signature(stage: Stage, receiver: Receiver) -> None:
    receiver.answers = [404]
    stage.next_id(2, "webhook")
    wanted = {"topic": "order.created", "delivery_url": receiver.url, "secret": HOOK_SECRET}
    assert stage.rest("POST", "webhooks", wanted).status_code == 201
    [(headers, body)] = receiver.got
    real = load_delivery("hook_webhook_created_ping__ping")
    assert body == real.body == b"webhook_id=2"
    assert not [name for name in headers if name.lower().startswith("x-wc-")]
    assert {"User-Agent", "Content-Type"} <= headers.keys()
    assert all(headers[name] == real.headers[name] for name in ("User-Agent", "Content-Type"))
    assert stage.hook(2).failures == 0


def test_changes_merge_while_they_wait(stage: Stage, receiver: Receiver) -> None:
    stage.product()
    for number, topic in enumerate(TOPICS, start=1):
        stage.webhook(number, topic, receiver.url)
    stage.order(123)
    for status in ("on-hold", "processing", "completed", "refunded"):
        stage.keep("orders/123/status", status=status)
    assert stage.owed() == [("order.created", 123), ("order.updated", 123)]
    stage.deliver()
    assert [json.loads(body)["status"] for _, body in receiver.got] == ["refunded", "refunded"]
    assert stage.owed() == []


def test_delivery_ids_are_shared_within_a_second(stage: Stage, receiver: Receiver) -> None:
    stage.product()
    stage.webhook(2, "order.created", receiver.url)
    stage.webhook(3, "order.updated", receiver.url)
    stage.order(123)
    stage.order(124)
    stage.deliver()
    ids = {(headers["X-WC-Webhook-Topic"], headers["X-WC-Webhook-Delivery-ID"]) for headers, _ in receiver.got}
    assert len(receiver.got) == 4
    assert len(ids) == 2
    stage.clock.advance(seconds=1)
    stage.keep("orders/123/cancel")
    stage.deliver()
    last = receiver.got[-1][0]["X-WC-Webhook-Delivery-ID"]
    assert len(last) == 32
    assert last not in {id for _, id in ids}


def test_failures_disable_as_recorded(stage: Stage, receiver: Receiver) -> None:
    stage.product()
    stage.order(123)
    stage.webhook(15, "order.updated", receiver.url)
    table = json.loads((CAPTURES / "hook_failures_and_disabling.json").read_text())
    for shot in table["shots"]:
        if shot["shot"] in {20, 21}:  # each time the webhook was made active again by REST before
            stage.made(stage.rest("PUT", "webhooks/15", {"status": "active"}))
        receiver.got.clear()
        receiver.answers = [shot["receiver_answers"]["code"]]
        stage.made(stage.rest("PUT", "orders/123", {"meta_data": [{"key": "shot", "value": str(shot["shot"])}]}))
        stage.deliver()
        hook = stage.hook(15)
        assert (len(receiver.got), hook.status, hook.failures) == (
            len(shot["requests_received"]),
            shot["webhook_status"],
            shot["failure_count"],
        ), shot


def test_a_failed_delivery_is_not_tried_again(stage: Stage, receiver: Receiver) -> None:
    receiver.answers = [500]
    stage.product()
    stage.webhook(2, "order.created", receiver.url)
    stage.order(123)
    assert [stage.deliver(), stage.deliver()] == [1, 0]
    assert len(receiver.got) == 1


def test_a_paused_webhook_still_delivers_what_it_owed(stage: Stage, receiver: Receiver) -> None:
    stage.product()
    stage.webhook(2, "order.created", receiver.url)
    stage.order(123)
    stage.made(stage.rest("PUT", "webhooks/2", {"status": "paused"}))
    stage.order(124)
    stage.deliver()
    assert [json.loads(body)["id"] for _, body in receiver.got] == [123]


def test_a_deleted_webhook_delivers_nothing(stage: Stage, receiver: Receiver) -> None:
    stage.product()
    stage.webhook(2, "order.created", receiver.url)
    stage.order(123)
    stage.made(stage.rest("DELETE", "webhooks/2?force=true"))
    stage.deliver()
    assert receiver.got == []
    assert stage.shop.store.count(Webhook) == 0


def test_dropped_webhooks_are_lost_and_count_as_no_failure(stage: Stage, receiver: Receiver) -> None:
    stage.product()
    stage.webhook(2, "order.created", receiver.url)
    stage.keep("mishap", drop_percent="100")
    stage.order(123)
    stage.deliver()
    assert receiver.got == []
    assert stage.hook(2).failures == 0
    stage.keep("mishap", drop_percent="0")
    stage.order(124)
    stage.deliver()
    assert len(receiver.got) == 1


def test_what_is_silent_and_what_is_not(stage: Stage) -> None:
    stage.product()
    for number, topic in enumerate(TOPICS, start=1):
        stage.webhook(number, topic)
    stage.webhook(9, "coupon.deleted")

    def owed_after(method: str, path: str, body: object = None) -> list[tuple[str, int]]:
        stage.shop.store.rows("DELETE FROM queue")
        stage.made(stage.rest(method, path, body))
        return stage.owed()

    stage.order(123)
    assert owed_after("PUT", "orders/123", {"meta_data": [{"key": "a", "value": "b"}]}) == [("order.updated", 123)]
    assert owed_after("PUT", "orders/123", {"status": "pending"}) == [("order.updated", 123)]
    assert owed_after("POST", "orders/123/refunds", {"amount": "1.00"}) == [("order.updated", 123)]
    assert owed_after("DELETE", "orders/123/refunds/124?force=true") == []
    assert owed_after("DELETE", "orders/123") == [("order.deleted", 123)]
    assert owed_after("PUT", "orders/123", {"status": "processing"}) == []
    assert owed_after("PUT", "orders/123", {"status": "on-hold"}) == [("order.updated", 123)]
    assert owed_after("DELETE", "orders/123?force=true") == []
    assert owed_after("DELETE", "products/11") == [("coupon.deleted", 11)]
    stage.product()
    stage.order(140)
    stage.keep("orders/140/trash")
    stage.shop.store.rows("DELETE FROM queue")
    stage.keep("orders/140/untrash")
    assert stage.owed() == [("order.restored", 140)]
