"""Shopify's webhooks: bytes in, facts out.

One secret, the app's, signs the webhooks of every shop, and it signs the body alone: topic, shop and ids are headers.
What a message about privacy or removal is about is therefore read from its body.
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
    AppUninstalled,
    Buyer,
    CouponGone,
    CustomerRedacted,
    CustomerSeen,
    DataRequested,
    Ignored,
    OrderGone,
    OrderSeen,
    OrderTouched,
    StoreEvent,
    StoreEvents,
    StoreRedacted,
)
from integrations.shopify.shapes import LARGEST_ID, Word, decode, text_of
from integrations.shopify.snapshots import read_customer, read_order
from integrations.signatures import only_header, verify_hmac_base64

# The headers of webhooks, and those of the Events that are to follow them. A message has one kind or the other.
PREFIXES = ("X-Shopify-", "Shopify-")
SIGNATURE, TOPIC, SHOP, WEBHOOK_ID = "Hmac-Sha256", "Topic", "Shop-Domain", "Webhook-Id"
_SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,99}\.myshopify\.com")


class _Shape(msgspec.Struct):
    """Just enough of a body to see what it is about."""

    id: int | None = None
    shop_id: int | None = None
    order_id: int | None = None
    line_items: msgspec.Raw = msgspec.Raw()
    admin_graphql_api_id: str = ""
    myshopify_domain: str | None = None
    shop_domain: str | None = None


class _Edit(msgspec.Struct):
    order_id: int


class _Edited(msgspec.Struct):
    order_edit: _Edit


class _RedeemCode(msgspec.Struct):
    id: str


class _RedeemCodeGone(msgspec.Struct):
    redeem_code: _RedeemCode


class _Person(msgspec.Struct):
    id: int
    email: Word = None
    phone: Word = None


class _Request(msgspec.Struct):
    id: int


class _About(msgspec.Struct):
    """A message about a person's own rights."""

    customer: _Person | None = None
    orders_to_redact: list[int] = []
    data_request: _Request | None = None


class ShopifyWebhooks:
    """The webhooks of Shopify 2026-10."""

    def is_ping(self, request: RawRequest) -> bool:
        """Shopify says no hello."""
        return False

    def locate(self, request: RawRequest) -> Envelope:
        """The envelope of any bytes. Raises SignatureInvalid where there is none.

        Webhook-Id is equal on every retry and, unlike Event-Id, on nothing else; since it is not signed, the key
        digests topic and body as well.
        """
        prefix = _prefix(request)
        shop = only_header(request, prefix + SHOP).lower()
        if _SHOP.fullmatch(shop) is None:
            raise SignatureInvalid("shop_unreadable")
        topic = only_header(request, prefix + TOPIC)
        emission = [shop, only_header(request, prefix + WEBHOOK_ID), topic]
        digest = hashlib.sha256("\n".join(emission).encode("ascii") + b"\n\n" + request.body)
        return Envelope(shop, digest.hexdigest(), topic)

    def verify(self, request: RawRequest, secrets: Sequence[bytes], now: datetime) -> None:
        """Returns when one of the app's secrets signed exactly this body: after a change the oldest that was not yet
        revoked still signs. Raises SignatureInvalid."""
        verify_hmac_base64(request, _prefix(request) + SIGNATURE, secrets)

    def translate(self, request: RawRequest) -> StoreEvents:
        """What the message says. Raises PayloadInvalid."""
        try:
            prefix = _prefix(request)
            topic, shop = only_header(request, prefix + TOPIC), only_header(request, prefix + SHOP).lower()
        except SignatureInvalid as error:
            raise PayloadInvalid("headers_unreadable") from error
        if topic in _OF_THE_SHOP:
            return (_OF_THE_SHOP[topic](_same_shop(request.body, shop)),)
        translator = _TRANSLATORS.get(topic)
        return (translator(request.body),) if translator else (Ignored(topic, "topic_not_needed"),)


def _prefix(request: RawRequest) -> str:
    """How the headers of this message begin. Raises SignatureInvalid where it was signed in both ways or in none."""
    names = {name.lower() for name, _ in request.headers}
    signed = [prefix for prefix in PREFIXES if (prefix + SIGNATURE).lower() in names]
    if len(signed) != 1:
        raise SignatureInvalid("header_repeated" if signed else "header_missing")
    return signed[0]


def _ref(number: int | None) -> str:
    if number is None or not 0 < number <= LARGEST_ID:
        raise PayloadInvalid("id_missing")
    return str(number)


def _order(body: bytes) -> StoreEvent:
    if bytes(decode(body, _Shape).line_items) in (b"", b"null"):
        return OrderTouched(_ref(decode(body, _Shape).id), "thin_body")
    return OrderSeen(read_order(body))


def _order_gone(body: bytes) -> StoreEvent:
    shape = decode(body, _Shape)
    if bytes(shape.line_items):
        return OrderTouched(_ref(shape.id), "full_body_on_deletion")  # a rewritten topic: the real body is an id alone
    return OrderGone(_ref(shape.id))


def _order_edited(body: bytes) -> StoreEvent:
    return OrderTouched(_ref(decode(body, _Edited).order_edit.order_id), "edited")


def _refund(body: bytes) -> StoreEvent:
    # Sent whether money moved or not, and without the rest of the order, which alone says what is left.
    return OrderTouched(_ref(decode(body, _Shape).order_id), "refund")


def _customer(body: bytes) -> StoreEvent:
    return CustomerSeen(read_customer(body))


def _discount_gone(body: bytes) -> StoreEvent:
    ref = decode(body, _Shape).admin_graphql_api_id
    if not ref:
        raise PayloadInvalid("id_missing")
    return CouponGone(ref)


def _code_gone(body: bytes) -> StoreEvent:
    return CouponGone(decode(body, _RedeemCodeGone).redeem_code.id)


def _data_requested(body: bytes) -> StoreEvent:
    about = decode(body, _About)
    if about.data_request is None:
        raise PayloadInvalid("request_missing")
    return DataRequested(_buyer(about), str(about.data_request.id))


def _customer_redacted(body: bytes) -> StoreEvent:
    about = decode(body, _About)
    return CustomerRedacted(_buyer(about), tuple(_ref(order) for order in about.orders_to_redact))


def _buyer(about: _About) -> Buyer:
    if about.customer is None:
        raise PayloadInvalid("customer_missing")
    person = about.customer
    return Buyer(customer_ref=_ref(person.id), email=text_of(person.email), phone=text_of(person.phone))


def _same_shop(body: bytes, shop: str) -> str:
    """The shop, where what is signed speaks of no other one than the header, which is not."""
    shape = decode(body, _Shape)
    named = shape.shop_domain or shape.myshopify_domain
    if shape.shop_id is None and shape.id is None:
        raise PayloadInvalid("id_missing")
    if _SHOP.fullmatch(shop) is None or (named and named.lower() != shop):
        raise PayloadInvalid("shop_differs")
    return shop


_TRANSLATORS: dict[str, Callable[[bytes], StoreEvent]] = {
    "orders/create": _order,
    "orders/paid": _order,
    "orders/updated": _order,
    "orders/cancelled": _order,
    "orders/fulfilled": _order,
    "orders/edited": _order_edited,
    "orders/delete": _order_gone,
    "refunds/create": _refund,
    "customers/create": _customer,
    "customers/update": _customer,
    "discounts/delete": _discount_gone,
    "discounts/redeemcode_removed": _code_gone,
    "customers/data_request": _data_requested,
    "customers/redact": _customer_redacted,
}
# Messages about the shop as a whole.
_OF_THE_SHOP: dict[str, Callable[[str], StoreEvent]] = {"app/uninstalled": AppUninstalled, "shop/redact": StoreRedacted}
