"""Who calls the REST API. Over TLS: HTTP Basic or keys in the query. Over plain http: OAuth 1.0a one-legged only.

TLS is what a proxy says in X-Forwarded-Proto. Timestamps and nonces are checked against real time, not the moved clock.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from urllib.parse import quote, unquote, unquote_plus, urlsplit

from flask import Request

from demo.records import ApiKey
from demo.rest.errors import refuse, unauthenticated
from demo.shop import Shop

WINDOW_SECONDS = 15 * 60
DIGESTS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
OAUTH = ("oauth_consumer_key", "oauth_timestamp", "oauth_nonce", "oauth_signature", "oauth_signature_method")
DENIALS = {
    "view": ("woocommerce_rest_cannot_view", "Sorry, you cannot view this resource."),
    "list": ("woocommerce_rest_cannot_view", "Sorry, you cannot list resources."),
    "create": ("woocommerce_rest_cannot_create", "Sorry, you are not allowed to create resources."),
    "edit": ("woocommerce_rest_cannot_edit", "Sorry, you are not allowed to edit this resource."),
    "delete": ("woocommerce_rest_cannot_delete", "Sorry, you are not allowed to delete this resource."),
    "batch": ("woocommerce_rest_cannot_batch", "Sorry, you are not allowed to batch manipulate this resource."),
}


def sees_tls(request: Request) -> bool:
    """Whether the proxy in front says that the caller used https."""
    return request.headers.get("X-Forwarded-Proto", "").lower() == "https"


def identify(shop: Shop, request: Request) -> ApiKey | None:
    """The key pair that the caller proves to have; None for nobody, which includes an unknown key.

    Raises RestError when a known key comes with a wrong proof.
    """
    key = _by_basic(shop, request) if sees_tls(request) else None
    return key or _by_oauth(shop, request)


def check_permission(key: ApiKey, method: str) -> None:
    """The key may do what the method does. Raises RestError."""
    wanted = "read" if method in {"GET", "HEAD"} else "write"
    if wanted not in key.permissions:
        raise unauthenticated(f"The API key provided does not have {wanted} permissions.")


def need(key: ApiKey | None, action: str) -> None:
    """Somebody is known. Raises RestError in the words for the action."""
    if key is None:
        code, message = DENIALS[action]
        refuse(401, code, message)


def _find(shop: Shop, key: str) -> ApiKey | None:
    found = shop.store.select(ApiKey, "name = ?", (key,))
    return found[0] if found else None


def _by_basic(shop: Shop, request: Request) -> ApiKey | None:
    name, secret = request.args.get("consumer_key"), request.args.get("consumer_secret")
    header = request.headers.get("Authorization", "")
    if not (name and secret) and header.lower().startswith("basic "):
        try:
            name, _, secret = base64.b64decode(header[6:]).decode().partition(":")
        except ValueError:
            return None
    if not (name and secret):
        return None
    key = _find(shop, name)
    if key is not None and not hmac.compare_digest(key.secret.encode(), secret.encode()):
        raise unauthenticated("Consumer secret is invalid.")
    return key


def _by_oauth(shop: Shop, request: Request) -> ApiKey | None:
    given = _oauth_parameters(request)
    if not any(name in given for name in OAUTH):
        return None
    absent = [name for name in OAUTH if name not in given]
    if absent:
        plural = "s" if len(absent) > 1 else ""
        raise unauthenticated(f"Missing OAuth parameter{plural} {', '.join(absent)}")
    key = _find(shop, given["oauth_consumer_key"])
    if key is None:
        raise unauthenticated("Consumer key is invalid.")
    _check_signature(shop, request, given, key.secret)
    _check_freshness(shop, key, given["oauth_timestamp"], given["oauth_nonce"])
    return key


def _oauth_parameters(request: Request) -> dict[str, str]:
    """The request's query with what an OAuth header adds to it."""
    header = request.headers.get("Authorization", "")
    given = dict(_query(request))
    if header[:6].lower() == "oauth ":
        for part in header[6:].split(","):
            name, _, value = part.strip().partition("=")
            if name.startswith("oauth_"):
                given[unquote(name)] = unquote(value.strip('"'))
    return given


def _query(request: Request) -> list[tuple[str, str]]:
    text = request.query_string.decode("ascii", "replace")
    pairs = (part.partition("=") for part in text.split("&") if part)
    return [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs]


def _check_signature(shop: Shop, request: Request, given: Mapping[str, str], secret: str) -> None:
    digest = DIGESTS.get(given["oauth_signature_method"])
    if digest is None:
        raise unauthenticated("Invalid signature - signature method is invalid.")
    signed = {name: value for name, value in given.items() if name != "oauth_signature"}
    pairs = sorted((_encode(name), _encode(value)) for name, value in signed.items())
    query = "&".join(f"{name}={value}" for name, value in pairs)
    address = f"http://{urlsplit(shop.home).netloc}{quote(request.path)}"
    if sees_tls(request):
        address = "https" + address[4:]
    base = "&".join([request.method, _encode(address), _encode(query)])
    expected = base64.b64encode(hmac.new(f"{secret}&".encode(), base.encode(), digest).digest())
    if not hmac.compare_digest(expected, given["oauth_signature"].encode()):
        raise unauthenticated("Invalid signature - provided signature does not match.")


def _encode(text: str) -> str:
    return quote(text, safe="-._~")


def _check_freshness(shop: Shop, key: ApiKey, timestamp: str, nonce: str) -> None:
    now = int(time.time())
    if not timestamp.isdigit() or abs(now - int(timestamp)) > WINDOW_SECONDS:
        raise unauthenticated("Invalid timestamp.")
    with shop.store.transaction():
        shop.store.rows("DELETE FROM nonces WHERE used < ?", (now - 2 * WINDOW_SECONDS,))
        fresh = shop.store.rows(
            "INSERT OR IGNORE INTO nonces VALUES (?, ?, ?) RETURNING 1", (key.id, nonce, int(timestamp))
        )
    if not fresh:
        raise unauthenticated("Invalid nonce - nonce has already been used.")
