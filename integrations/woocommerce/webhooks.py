"""WooCommerce's webhooks: bytes in, facts out.

The signature covers the body and nothing else. Topic, source and ids are headers that anybody who saw one delivery
can rewrite, so a body is believed only as far as its shape goes, and OrderGone and CouponGone are claims to look up.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from integrations.contract import Envelope, RawRequest
from integrations.errors import PayloadInvalid, SignatureInvalid
from integrations.events import (
    SENDER_SEES_NOTHING,
    CouponGone,
    CustomerSeen,
    Ignored,
    OrderGone,
    OrderSeen,
    OrderStatus,
    OrderTouched,
    StoreEvent,
    StoreEvents,
)
from integrations.signatures import only_header, verify_hmac_base64
from integrations.woocommerce.refunds import refunds_are_bare
from integrations.woocommerce.snapshots import LARGEST_ID, decode, read_customer, read_order

SIGNATURE = "X-WC-Webhook-Signature"
TOPIC = "X-WC-Webhook-Topic"
SOURCE = "X-WC-Webhook-Source"
WEBHOOK_ID = "X-WC-Webhook-ID"
DELIVERY_ID = "X-WC-Webhook-Delivery-ID"

_ADDRESS = re.compile(r"(?:/.*)?/webhooks/woocommerce/([A-Za-z0-9_-]{1,64})/?")
_PING = re.compile(rb"webhook_id=\d{1,20}")
_SLUG = re.compile(r"[^a-z0-9_]+")


class _Shape(msgspec.Struct):
    """Just enough of a body to see what it is."""

    id: int | None = None
    code: str | None = None
    line_items: msgspec.Raw = msgspec.Raw()


class WooWebhooks:
    """The webhooks of WooCommerce 10."""

    def is_ping(self, request: RawRequest) -> bool:
        """Whether this is what WordPress posts while a webhook is being made: a form, unsigned, without our headers."""
        signed = any(name.lower().startswith("x-wc-webhook-") for name, _ in request.headers)
        return request.method == "POST" and not signed and _PING.fullmatch(request.body) is not None

    def locate(self, request: RawRequest) -> Envelope:
        """The envelope of any bytes. Raises SignatureInvalid where there is none.

        Delivery-ID hashes webhook id and second, so two orders may share one: the key digests the body as well.
        """
        topic = only_header(request, TOPIC)
        emission = [only_header(request, WEBHOOK_ID), only_header(request, DELIVERY_ID), topic]
        digest = hashlib.sha256("\n".join(emission).encode("ascii") + b"\n\n" + request.body)
        address = _ADDRESS.fullmatch(request.path)
        store_ref = address.group(1) if address else only_header(request, SOURCE)
        return Envelope(store_ref, digest.hexdigest(), topic)

    def verify(self, request: RawRequest, secrets: Sequence[bytes], now: datetime) -> None:
        """Returns when one of the secrets signed exactly this body; there is no time in it. Raises SignatureInvalid."""
        verify_hmac_base64(request, SIGNATURE, secrets)

    def translate(self, request: RawRequest) -> StoreEvents:
        """What the message says. Raises PayloadInvalid."""
        try:
            topic = only_header(request, TOPIC)
        except SignatureInvalid as error:
            raise PayloadInvalid("topic_unreadable") from error
        translator = _TRANSLATORS.get(topic)
        if translator is None:
            return (Ignored(topic, "topic_not_needed"),)
        shape = decode(request.body, _Shape)
        if shape.id is None and shape.code:
            # WooCommerce signs its own REST errors: the order was erased before delivery, or the webhook's owner lost
            # the right to see it. Which order it was is not said, so it is for reconciliation to find.
            if shape.code == "woocommerce_rest_cannot_view":
                return (Ignored(topic, SENDER_SEES_NOTHING),)
            return (Ignored(topic, f"error_object:{_SLUG.sub('_', shape.code.lower())[:80]}"),)
        if shape.id is None or not 0 < shape.id <= LARGEST_ID:
            raise PayloadInvalid("id_missing")
        return (translator(topic, shape, request.body),)


def _order(topic: str, shape: _Shape, body: bytes) -> StoreEvent:
    if bytes(shape.line_items) in (b"", b"null"):
        return OrderTouched(str(shape.id), "thin_body")
    try:
        order = read_order(body)
    except PayloadInvalid as error:
        if error.reason != "order_undated":
            raise
        return OrderTouched(str(shape.id), error.reason)  # an older format of the webhook: REST v3 tells in UTC
    if order.status is OrderStatus.DRAFT:
        return Ignored(topic, "draft_order")
    if refunds_are_bare(order):
        return OrderTouched(order.order_ref, "refund_parts")  # its rows are sums: whether goods went back is not said
    return OrderSeen(order)


def _order_gone(topic: str, shape: _Shape, body: bytes) -> StoreEvent:
    if bytes(shape.line_items):
        return OrderTouched(str(shape.id), "full_body_on_deletion")  # a rewritten topic: the real body is an id alone
    return OrderGone(str(shape.id))


def _coupon_gone(topic: str, shape: _Shape, body: bytes) -> StoreEvent:
    # Also fired for trashed products and, in the old order storage, trashed orders, with their ids.
    return CouponGone(str(shape.id))


def _customer(topic: str, shape: _Shape, body: bytes) -> StoreEvent:
    return CustomerSeen(read_customer(body))


_TRANSLATORS: dict[str, Callable[[str, _Shape, bytes], StoreEvent]] = {
    "order.created": _order,
    "order.updated": _order,
    "order.restored": _order,
    "order.deleted": _order_gone,
    "coupon.deleted": _coupon_gone,
    "customer.created": _customer,
    "customer.updated": _customer,
}
