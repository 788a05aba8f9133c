"""Our webhooks in the shop: exactly one active webhook a topic, signed with a secret that only we know."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from integrations.contract import StoreSession, Subscription
from integrations.errors import RemoteRejected
from integrations.woocommerce.api import delete, read, write

PAGE = 100
_PLAIN = re.compile(r"[A-Za-z0-9_-]{16,}")


class _Webhook(msgspec.Struct):
    id: int
    topic: str
    status: str
    delivery_url: str


class WooSubscriptions:
    """The webhooks that Goodword needs of WooCommerce 10."""

    topics: tuple[str, ...] = ("order.created", "order.updated", "order.deleted", "order.restored", "coupon.deleted")

    def subscribe(
        self, store: StoreSession, address: str, secret: str, ours: Collection[str] = (), *, anew: bool = False
    ) -> Sequence[Subscription]:
        """Exactly one active webhook a topic leads to `address`, signed with `secret`; doubles of ours are removed.

        One of `ours` that was made to lead elsewhere is led back. A webhook speaks as the user who made it, for good:
        with `anew` all are made by the user of these keys. Creating one makes the store ping `address` and
        wait for the answer, so never call this from a web request of a server that has one worker.
        """
        if not _PLAIN.fullmatch(secret):
            raise ValueError("WooCommerce unescapes HTML in secrets before signing: use hex or base64url")
        standing = _ours(_webhooks(store), address, ours)
        wanted = [_ensure(store, topic, address, secret, () if anew else standing) for topic in self.topics]
        kept = {each.id for each in wanted}
        for surplus in standing:
            if surplus.id not in kept:
                delete(store, f"/webhooks/{surplus.id}")
        return [_subscription(each) for each in wanted]

    def list(self, store: StoreSession) -> Sequence[Subscription]:
        """Every webhook of the store, ours or not."""
        return [_subscription(each) for each in _webhooks(store)]

    def remove(self, store: StoreSession, address: str) -> None:
        """No webhook leads to `address`."""
        for webhook in _ours(_webhooks(store), address, ()):
            delete(store, f"/webhooks/{webhook.id}")


def _ensure(store: StoreSession, topic: str, address: str, secret: str, standing: Sequence[_Webhook]) -> _Webhook:
    """One active webhook of the topic with our secret.

    A secret is never shown, so an active webhook is given ours again. A disabled one is replaced: switched on again, it
    would keep its count of six failures and go off at the next one.
    """
    active = [each for each in standing if each.topic == topic and each.status == "active"]
    active.sort(key=lambda each: each.delivery_url != address)
    if active:
        body = {"secret": secret, "delivery_url": address}
        answer = write(store, "PUT", f"/webhooks/{active[0].id}", body, repeatable=True)
    else:
        body = {"name": f"Goodword {topic}", "topic": topic, "delivery_url": address, "secret": secret}
        answer = write(store, "POST", "/webhooks", body)
    webhook = _read(answer.json)
    if (webhook.topic, webhook.delivery_url, webhook.status) != (topic, address, "active"):
        raise RemoteRejected("webhook_differs", answer.status)
    return webhook


def _webhooks(store: StoreSession) -> list[_Webhook]:
    found: dict[int, _Webhook] = {}
    page = 1
    while True:
        query = {"per_page": str(PAGE), "page": str(page), "orderby": "id", "order": "asc"}
        rows = read(store, "/webhooks", query).json
        found.update({each.id: each for each in map(_read, rows)})
        if len(rows) < PAGE:
            return list(found.values())
        page += 1


def _ours(webhooks: Sequence[_Webhook], address: str, ours: Collection[str]) -> list[_Webhook]:
    """Those that are known as ours, and those that lead to `address` under whatever name this server had: its path
    belongs to this store alone."""
    path = urlsplit(address).path
    return [each for each in webhooks if urlsplit(each.delivery_url).path == path or str(each.id) in ours]


def _read(row: Any) -> _Webhook:
    try:
        return msgspec.convert(row, _Webhook, strict=False)
    except msgspec.ValidationError as error:
        raise RemoteRejected("answer_unreadable") from error


def _subscription(webhook: _Webhook) -> Subscription:
    return Subscription(
        webhook_ref=str(webhook.id),
        topic=webhook.topic,
        address=webhook.delivery_url,
        active=webhook.status == "active",
    )
