"""Webhooks as WooCommerce 10.0.2 sends them, with every habit that an application has to live with.

An event only notes (webhook, id), once while it waits; the payload is built when it is delivered. A delivery is tried
once. Delivery-ID is a digest of webhook and second, so different orders share it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import logging
import threading

import requests

from demo import mishaps, product_shape, shapes
from demo.records import Coupon, Customer, Order, Product, Webhook
from demo.refunds import refunds_of
from demo.shop import VERSION, WORDPRESS, Shop

log = logging.getLogger("demo.webhooks")

AGENT = f"WooCommerce/{VERSION} Hookshot (WordPress/{WORDPRESS})"
ACCEPTED_FAILURES = 5
TIMEOUT_SECONDS = 60
PING_TIMEOUT_SECONDS = 5

HOOKS = {
    "order.created": ["woocommerce_new_order"],
    "order.updated": ["woocommerce_update_order", "woocommerce_order_refunded"],
    "order.deleted": ["wp_trash_post", "woocommerce_trash_order"],
    "order.restored": ["untrashed_post", "woocommerce_untrash_order"],
    "coupon.created": ["woocommerce_process_shop_coupon_meta", "woocommerce_new_coupon"],
    "coupon.updated": ["woocommerce_process_shop_coupon_meta", "woocommerce_update_coupon"],
    "coupon.deleted": ["wp_trash_post"],
    "coupon.restored": ["untrashed_post"],
    "customer.created": ["user_register", "woocommerce_created_customer", "woocommerce_new_customer"],
    "customer.updated": ["profile_update", "woocommerce_update_customer"],
    "customer.deleted": ["delete_user"],
    "customer.restored": [],
    "product.created": [
        "woocommerce_process_product_meta",
        "woocommerce_new_product",
        "woocommerce_new_product_variation",
    ],
    "product.updated": [
        "woocommerce_process_product_meta",
        "woocommerce_update_product",
        "woocommerce_update_product_variation",
    ],
    "product.deleted": ["wp_trash_post"],
    "product.restored": ["untrashed_post"],
}

_one_runner = threading.Lock()


def notify(shop: Shop, topic: str, resource: int) -> None:
    """Every active webhook of the topic owes a delivery for the resource; one that is owed already stays one."""
    for webhook in shop.store.select(Webhook, "name = ? AND status = 'active'", (topic,)):
        shop.store.rows("INSERT OR IGNORE INTO queue (webhook, resource) VALUES (?, ?)", (webhook.id, resource))


def waiting(shop: Shop) -> int:
    """How many deliveries are owed."""
    return int(shop.store.rows("SELECT count(*) FROM queue")[0][0])


def run_queue(shop: Shop) -> int:
    """What was owed when it began has been tried once; the number of tries is returned. One runner at a time."""
    with _one_runner:
        owed = shop.store.rows("SELECT id, webhook, resource FROM queue ORDER BY id")
        for row, webhook_id, resource in owed:
            shop.store.rows("DELETE FROM queue WHERE id = ?", (row,))
            webhook = shop.store.find(Webhook, webhook_id)
            if webhook is not None:  # A paused or disabled one still delivers what it owed.
                _deliver(shop, webhook, resource)
        return len(owed)


def ping(shop: Shop, webhook: Webhook) -> None:
    """The receiver has been pinged, unsigned, and whatever it answered the webhook stands."""
    try:
        requests.post(
            webhook.delivery_url,
            data={"webhook_id": webhook.id},
            headers={"User-Agent": AGENT, "Connection": "close"},
            timeout=PING_TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as problem:
        log.info("webhook %s: ping failed: %s", webhook.id, type(problem).__name__)
    with shop.store.transaction():
        kept = shop.store.find(Webhook, webhook.id)
        if kept is not None:
            _touch(shop, kept)


def payload(shop: Shop, webhook: Webhook, resource: int) -> bytes:
    """The body as it is now: the resource in its present state, its id alone, or the error that REST would answer."""
    kind, event = webhook.topic.split(".")
    if event == "deleted":
        return shapes.dump({"id": resource})
    body = _resource(shop, kind, resource)
    if body is None:
        name = kind if kind == "customer" else f"shop_{kind}"
        status = {"code": f"woocommerce_rest_{name}_invalid_id", "message": "Invalid ID.", "data": {"status": 404}}
        return shapes.dump(status)
    return shapes.dump(body)


def sign(secret: str, body: bytes) -> str:
    """The base64 HMAC-SHA256 of the raw body; a secret's HTML entities are undone first, as WooCommerce does."""
    key = html.unescape(secret).encode()
    return base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()


def delivery_id(shop: Shop, webhook: Webhook) -> str:
    """32 hex digits that all deliveries of one webhook within one second share."""
    second = int(shop.clock.now().timestamp())
    salt = shop.store.option("salt")
    return hmac.new(salt.encode(), f"{webhook.id}{second}".encode(), "md5").hexdigest()


def _resource(shop: Shop, kind: str, resource: int) -> dict[str, object] | None:
    root = shop.home
    if kind == "order" and (order := shop.store.find(Order, resource)):
        return shapes.order(order, refunds_of(shop, order), root)
    if kind == "coupon" and (coupon := shop.store.find(Coupon, resource)):
        return shapes.coupon(coupon, root)
    if kind == "product" and (product := shop.store.find(Product, resource)):
        return product_shape.product(product, root)
    if kind == "customer" and (customer := shop.store.find(Customer, resource)):
        return shapes.customer(customer, root)
    return None


def _deliver(shop: Shop, webhook: Webhook, resource: int) -> None:
    with shop.store.transaction():
        body = payload(shop, webhook, resource)
        number = delivery_id(shop, webhook)
        lost = mishaps.lose_this_webhook(shop)
    if lost:
        outcome = "lost"
    else:
        outcome = _post(shop, webhook, number, body)
        _count(shop, webhook.id, outcome)
    now = int(shop.clock.now().timestamp())
    shop.store.rows(
        "INSERT INTO deliveries (at, webhook, topic, resource, delivery_id, outcome) VALUES (?, ?, ?, ?, ?, ?)",
        (now, webhook.id, webhook.topic, resource, number, outcome),
    )


def _post(shop: Shop, webhook: Webhook, number: str, body: bytes) -> str:
    resource, event = webhook.topic.split(".")
    headers = {
        "User-Agent": AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "deflate, gzip, br, zstd",
        "Content-Type": "application/json",
        "X-WC-Webhook-Source": f"{shop.home}/",
        "X-WC-Webhook-Topic": webhook.topic,
        "X-WC-Webhook-Resource": resource,
        "X-WC-Webhook-Event": event,
        "X-WC-Webhook-Signature": sign(webhook.secret, body),
        "X-WC-Webhook-ID": str(webhook.id),
        "X-WC-Webhook-Delivery-ID": number,
        "Connection": "close",
    }
    try:
        answer = requests.post(
            webhook.delivery_url, data=body, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False
        )
    except requests.RequestException as problem:
        return type(problem).__name__
    return str(answer.status_code)


def _count(shop: Shop, webhook_id: int, outcome: str) -> None:
    """Success forgets earlier failures; the seventh failure in a row disables. A redirect counts as success."""
    with shop.store.transaction():
        webhook = shop.store.find(Webhook, webhook_id)
        if webhook is None:
            return
        if outcome.isdigit() and 200 <= int(outcome) <= 302:
            if webhook.failures:
                webhook.failures = 0
                _touch(shop, webhook)
        elif webhook.failures > ACCEPTED_FAILURES:
            webhook.status = "disabled"
            _touch(shop, webhook)
        else:
            webhook.failures += 1
            _touch(shop, webhook)


def _touch(shop: Shop, webhook: Webhook) -> None:
    webhook.modified = shop.clock.now()
    webhook.touched = True
    shop.store.save(webhook)


def start_runner(shop: Shop) -> None:
    """A background thread runs the queue every few real seconds, unless the settings say never."""
    seconds = shop.settings.queue_seconds
    if seconds > 0:
        threading.Thread(target=_run_forever, args=(shop, seconds), name="webhook-queue", daemon=True).start()


def _run_forever(shop: Shop, seconds: float) -> None:
    pause = threading.Event()
    while not pause.wait(seconds):
        try:
            run_queue(shop)
        except Exception:
            log.exception("the webhook queue stumbled and goes on")
