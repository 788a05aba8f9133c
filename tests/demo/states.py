"""States of the store in which exchanges were recorded: which things there were, under which ids."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from demo.orders import new_order
from demo.records import ApiKey
from demo.shop import add_key
from tests.demo.replay import load, send
from tests.demo.stage import KEY, Stage

Scene = Callable[[Stage], None]
LIMITS = {"usage_limit": 50, "usage_limit_per_user": 1, "minimum_amount": "15.00", "individual_use": True}
META = [{"key": "_ref_campaign", "value": "c1"}, {"key": "_ref_advocate", "value": {"id": 7, "n": "Ana"}}]
FRIEND = {
    **LIMITS,
    "discount_type": "percent",
    "description": "Referral: Ana",
    "exclude_sale_items": True,
    "date_expires": "2027-01-31T23:59:59",
    "meta_data": META,
}
REWARD = {
    "discount_type": "fixed_cart",
    "usage_limit": 1,
    "email_restrictions": ["ana@example.org"],
    "product_ids": [11],
}
CARA = {"payment_method": "cod", "set_paid": True, "coupon_lines": [{"code": "friend-ana-7q"}]}
EVE = {"status": "processing", "coupon_lines": [{"code": "friend-ana-7q"}]}


def nothing(stage: Stage) -> None:
    """An empty store will do."""


def key(permissions: str, name: str, stage: Stage) -> None:
    """The request's keys exist, with these permissions."""
    pair = load(name).key_pair
    assert pair is not None
    if pair[0] != KEY:
        add_key(stage.shop, permissions, *pair)


def revoked(stage: Stage) -> None:
    """The request's keys existed once."""
    key("read_write", "rest_auth_revoked_key", stage)
    stage.shop.store.remove(stage.shop.store.select(ApiKey)[-1])


def next_post(id: int, stage: Stage) -> None:
    """The next product, coupon, order or refund gets this id."""
    stage.next_id(id)


def friend(stage: Stage, amount: str = "10", **fields: Any) -> None:
    """The coupon friend-ana-7q."""
    stage.product()
    stage.coupon(13, "FRIEND-Ana-7Q", amount, **{**FRIEND, **fields})


def reward(stage: Stage) -> None:
    """The coupon reward-xk2p, beside the friend's."""
    friend(stage, "15")
    stage.coupon(14, "REWARD-XK2P", "5.00", **REWARD)


def changed(stage: Stage) -> None:
    """The friend's coupon after its update."""
    friend(stage)
    stage.made(
        stage.rest("PUT", "coupons/13", {"amount": "15", "meta_data": [{"key": "_ref_campaign", "value": "c2"}]})
    )


def named(id: int, code: str, amount: str, stage: Stage, **fields: Any) -> None:
    """One coupon."""
    stage.coupon(id, code, amount, **fields)


def trashed_coupon(stage: Stage) -> None:
    """The coupon to-trash, in the trash; the next thing is number 22."""
    stage.coupon(21, "to-trash", "1")
    stage.made(stage.rest("DELETE", "coupons/21"))
    stage.next_id(22)


def eight_coupons(stage: Stage) -> None:
    """The eight coupons that stood there when pages were recorded."""
    for id, code in (
        (13, "friend-ana-7q"), (14, "reward-xk2p"), (15, "pct-120"), (16, "abc-amt"),
        (17, "bad-mail"), (18, "bad-date"), (19, "wild-mail"), (20, "sp ace-1"),
    ):  # fmt: skip
        stage.coupon(id, code)


def before_batch(stage: Stage) -> None:
    """The friend's coupon exists, the batch's last row wants its code."""
    friend(stage)
    stage.next_id(23)


def coupons_off(stage: Stage) -> None:
    """The shop takes no coupons."""
    stage.keep("coupons-enabled", value="no")


def bob(stage: Stage, *statuses: str) -> None:
    """Bob's order 123, as it was recorded, taken through statuses."""
    friend(stage, "15")
    stage.next_id(123)
    stage.made(send(stage.browser, load("order_create_with_coupon")))
    for status in statuses:
        stage.made(stage.rest("PUT", "orders/123", {"status": status}))


def at(scene: Scene, id: int, stage: Stage) -> None:
    """After another scene, the next post gets this id."""
    scene(stage)
    stage.next_id(id)


def delivered(stage: Stage) -> None:
    """Bob's order is completed; a refund would be number 124."""
    bob(stage, "processing", "completed")
    stage.next_id(124)


def refunded_in_part(stage: Stage) -> None:
    """10.00 of Bob's order came back; the next refund would be number 125."""
    delivered(stage)
    stage.made(send(stage.browser, load("refund_partial")))


def refunded(stage: Stage) -> None:
    """All of Bob's order came back in two refunds."""
    refunded_in_part(stage)
    stage.clock.advance(seconds=1)
    stage.made(send(stage.browser, load("refund_rest")))


def one_refund_deleted(stage: Stage) -> None:
    """The second refund was deleted again."""
    refunded(stage)
    stage.made(stage.rest("DELETE", "orders/123/refunds/125?force=true"))


def cara(stage: Stage, *statuses: str) -> None:
    """Cara's order 126, paid at once, beside Bob's."""
    bob(stage)
    stage.order(126, "cara@example.net", **CARA)
    for status in statuses:
        stage.made(stage.rest("PUT", "orders/126", {"status": status}))


def cara_with_name(stage: Stage, *statuses: str) -> None:
    """Cara's order as it was recorded."""
    bob(stage)
    stage.next_id(126)
    stage.made(send(stage.browser, load("order_create_set_paid")))
    for status in statuses:
        stage.made(stage.rest("PUT", "orders/126", {"status": status}))


def cara_failed(stage: Stage) -> None:
    """Cara's order was cancelled and failed then."""
    cara_with_name(stage, "cancelled", "failed")


def once_before(stage: Stage) -> None:
    """The same signed request came before."""
    stage.made(send(stage.browser, load("rest_auth_oauth1_nonce_replay")))


def eve(stage: Stage) -> None:
    """Eve's order 130, beside Bob's."""
    bob(stage)
    billing = {**json.loads(load("order_create_set_paid").body)["billing"], "first_name": "Eve"}
    stage.next_id(130)
    lines = {"line_items": [{"product_id": 11, "quantity": 1}], **EVE}
    stage.made(stage.rest("POST", "orders", {"billing": {**billing, "email": "eve@example.net"}, **lines}))


def eve_trashed(stage: Stage) -> None:
    """Eve's order is in the trash."""
    eve(stage)
    stage.made(stage.rest("DELETE", "orders/130"))


def eve_restored(stage: Stage) -> None:
    """Eve's order came back through PUT."""
    eve_trashed(stage)
    stage.made(stage.rest("PUT", "orders/130", {"status": "processing"}))


def eve_gone(stage: Stage) -> None:
    """Eve's order was deleted for good."""
    eve(stage)
    stage.made(stage.rest("DELETE", "orders/130?force=true"))


def reward_used(stage: Stage) -> None:
    """The reward's one use is spent, the friend's coupon was used by Bob; another product is number 12."""
    reward(stage)
    stage.product(12, 900, "Mug", "MUG-1")
    stage.order(123, coupon_lines=[{"code": "friend-ana-7q"}])
    stage.order(129, "ana@example.org", coupon_lines=[{"code": "reward-xk2p"}])


def refusing(code: str, id: int, stage: Stage, **fields: Any) -> None:
    """A coupon that will not do; the draft that stays behind gets this id."""
    stage.product()
    stage.coupon(131, code, "5", **fields)
    stage.next_id(id)


def sixteen_orders(stage: Stage) -> None:
    """The orders of the recorded lists, with their own ids, statuses and dates."""
    names = ("orders_query_plain", "orders_query_modified_after_gmt", "orders_query_include")
    rows = {row["id"]: row for name in names for row in json.loads(load(name).answer)}
    for id, row in rows.items():
        order = new_order(stage.shop, "rest-api", row["status"])
        order.id = id
        order.created = datetime.fromisoformat(row["date_created_gmt"]).replace(tzinfo=UTC)
        order.modified = datetime.fromisoformat(row["date_modified_gmt"]).replace(tzinfo=UTC)
        order.billing["email"] = "bob@example.net" if id in {123, 137} else "somebody@example.net"
        stage.shop.store.save(order)
    assert len(rows) == 16


def one_in_the_trash(stage: Stage) -> None:
    """Order 160 is in the trash."""
    stage.product()
    stage.order(160)
    stage.made(stage.rest("DELETE", "orders/160"))


def next_webhook(id: int, stage: Stage) -> None:
    """The next webhook gets this id, at the recorded hour."""
    stage.clock.at = datetime(2026, 11, 22, 18, 40, 51, tzinfo=UTC)
    stage.next_id(id, "webhook")


def hook(id: int, topic: str, url: str, stage: Stage, **fields: Any) -> None:
    """One webhook."""
    stage.webhook(id, topic, url, **fields)


def ten_webhooks(stage: Stage) -> None:
    """The ten webhooks of the recorded list."""
    for row in json.loads(load("webhook_list").answer):
        stage.webhook(row["id"], row["topic"], row["delivery_url"])


def helen(stage: Stage) -> None:
    """Helen has an account."""
    stage.made(stage.rest("POST", "customers", {"email": "helen@example.net", "first_name": "Helen"}))
