"""Webhooks over REST: made, listed, paused, switched on again, deleted."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, request

from demo import shapes
from demo.records import Webhook
from demo.rest.answers import ITEM, Listing, answer, created, listed, one, root
from demo.rest.auth import need
from demo.rest.errors import refuse
from demo.rest.parameters import body, boolean, one_of, read, text
from demo.shop import Shop
from demo.webhooks import HOOKS, ping

Json = dict[str, Any]
routes = Blueprint("webhooks", __name__, url_prefix="/wc/v3/webhooks")

GONE = ("woocommerce_rest_shop_webhook_invalid_id", "ID is invalid.")
STATUSES = ("active", "paused", "disabled")
SCHEMA = {
    "name": text,
    "status": one_of(*STATUSES),
    "topic": text,
    "delivery_url": text,
    "secret": text,
}


def present(webhook: Webhook) -> Json:
    """The webhook as this answer shows it."""
    return shapes.webhook(webhook, root(), HOOKS[webhook.topic])


@routes.get("")
def list_webhooks() -> Response:
    """Webhooks, the newest first."""
    need(g.key, "list")
    listing = Listing(order_by="id DESC")
    status = request.args.get("status", "all")
    if status != "all":
        listing.add("status = ?", status)
    return listed(Webhook, listing, present)


@routes.post("")
def post_webhook() -> Response:
    """A new webhook, whatever the ping to its address met; the same topic and address twice is two webhooks."""
    need(g.key, "create")
    g.allow = "GET, POST"
    given = read(body(), SCHEMA, required=["topic", "delivery_url"])
    _check(given)
    shop: Shop = g.shop
    now = shop.clock.now()
    with shop.store.transaction():
        webhook = Webhook(
            id=shop.store.next(Webhook.sequence),
            created=now,
            modified=now,
            status=given.get("status", "active"),
            title=given.get("name") or f"Webhook created on {now:%b %d, %Y @ %I:%M %p}",
            topic=given["topic"],
            delivery_url=given["delivery_url"],
            secret=given.get("secret") or secrets.token_urlsafe(38)[:50],
        )
        shop.store.save(webhook)
    response = created(present(webhook), "webhooks")
    ping(shop, webhook)  # inside this request and outside any lock: the receiver may call back while it answers
    return response


def _check(given: Json) -> None:
    if "topic" in given and given["topic"] not in HOOKS:
        message = "Webhook topic is required and must be valid."
        refuse(400, "woocommerce_rest_shop_webhook_invalid_topic", message)
    address = urlsplit(given.get("delivery_url", "http://x"))
    if address.scheme not in {"http", "https"} or not address.hostname:
        message = "Webhook delivery URL must be a valid URL starting with http:// or https://."
        refuse(400, "woocommerce_rest_shop_webhook_invalid_delivery_url", message)


@routes.get("/<int:id>")
def get_webhook(id: int) -> Response:
    """One webhook; neither its secret nor its failures."""
    need(g.key, "view")
    g.allow = ITEM
    return answer(present(one(Webhook, id, *GONE)))


@routes.route("/<int:id>", methods=["POST", "PUT", "PATCH"])
def put_webhook(id: int) -> Response:
    """The webhook with the changes. Made active again it keeps its count of failures; nothing is pinged."""
    need(g.key, "edit")
    g.allow = ITEM
    given = read(body(), SCHEMA)
    _check(given)
    shop: Shop = g.shop
    with shop.store.transaction():
        webhook = one(Webhook, id, *GONE)
        webhook.title = given.get("name", webhook.title)
        for name in ("status", "topic", "delivery_url", "secret"):
            setattr(webhook, name, given.get(name, getattr(webhook, name)))
        webhook.modified, webhook.touched = shop.clock.now(), True
        shop.store.save(webhook)
        return answer(present(webhook))


@routes.delete("/<int:id>")
def delete_webhook(id: int) -> Response:
    """The webhook as it was, gone now; only with force."""
    need(g.key, "delete")
    g.allow = ITEM
    shop: Shop = g.shop
    with shop.store.transaction():
        webhook = one(Webhook, id, *GONE)
        if not read(body(), {"force": boolean}).get("force"):
            refuse(501, "woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.")
        shop.store.remove(webhook)
        return answer(present(webhook))
