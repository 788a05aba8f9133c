"""Connecting a shop: its address, its credentials, and proof that the key reads and writes.

The keys are pasted, or handed over by the shop (authorization.py); what follows is the same.
"""

from __future__ import annotations

import html
import ipaddress
import re
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from integrations.connecting import Authorizer, FormField, StoreFacts
from integrations.contract import Answer, AuthScheme, Credentials, StoreSession
from integrations.currencies import iso_code
from integrations.errors import RemoteRejected
from integrations.woocommerce.api import read, write
from integrations.woocommerce.authorization import WooAuthorizer
from integrations.woocommerce.coupons import coupons_enabled
from integrations.woocommerce.snapshots import rows_of

T = TypeVar("T")
INDEX = "/wp-json/"
INDEX_FIELDS = {"_fields": "name,home,timezone_string,gmt_offset,namespaces"}
NAMESPACE = "wc/v3"
OLDEST = 8  # all of REST v3 that we call is there; tried are 10.0 and 10.2
PROVEN = ("reads", "writes", "coupons_allowed", "addresses_readable")
# What people copy with the address: pages of WordPress itself, where the shop's own path ends.
_WORDPRESS = re.compile(r"/(?:wp-json|wp-admin|wp-login\.php|wp-content|wc-auth|wc-api|index\.php)(?:/.*)?$")
_INVISIBLE = re.compile("[\\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_KEY = re.compile(r"c[ks]_[!-~]{8,}")

# Shops with a manual offset name no zone: whole hours have Etc names, these are the others in use without summer time.
_ODD_OFFSETS: dict[float, str] = {
    -9.5: "Pacific/Marquesas",
    3.5: "Asia/Tehran",
    4.5: "Asia/Kabul",
    5.5: "Asia/Kolkata",
    5.75: "Asia/Kathmandu",
    6.5: "Asia/Yangon",
    8.75: "Australia/Eucla",
    9.5: "Australia/Darwin",
}


class _Index(msgspec.Struct):
    namespaces: list[str] | dict[str, str]
    name: str = ""
    home: str = ""
    timezone_string: str = ""
    gmt_offset: float = 0.0


class _Currency(msgspec.Struct):
    code: str


class _Environment(msgspec.Struct):
    version: str


class _Settings(msgspec.Struct):
    number_of_decimals: int


class _SystemStatus(msgspec.Struct):
    environment: _Environment
    settings: _Settings


class WooConnector:
    """Connects a shop of WooCommerce 10 by a consumer key and its secret, pasted or handed over."""

    fields: tuple[FormField, ...] = (FormField("consumer_key"), FormField("consumer_secret", secret=True))
    authorizer: Authorizer | None = WooAuthorizer()
    # A shop behind a proxy that hides TLS from it ignores HTTP Basic: the same keys, signed, open it.
    other_schemes: Mapping[str, AuthScheme] = {"tls_hidden": AuthScheme.OAUTH1}

    def normal_address(self, typed: str) -> str:
        """The shop's base URL: scheme and host in lower case, ASCII, no page. Raises RemoteRejected."""
        text = _INVISIBLE.sub("", typed)
        if "://" not in text:
            text = f"{_likely_scheme(text)}://{text}"
        try:
            parts = urlsplit(text)
            host, port = _normal_host(parts.hostname or ""), parts.port
        except ValueError as error:
            raise RemoteRejected("address_invalid") from error
        scheme = parts.scheme.lower()
        if scheme not in _DEFAULT_PORTS or parts.username is not None or port == 0 or "\\" in text:
            raise RemoteRejected("address_invalid")
        suffix = "" if port in (None, _DEFAULT_PORTS[scheme]) else f":{port}"
        path = _WORDPRESS.sub("", re.sub("/+", "/", parts.path)).rstrip("/")
        return f"{scheme}://{host}{suffix}{path}"

    def credentials(self, base_url: str, answers: Mapping[str, str]) -> Credentials:
        """Credentials from the pasted pair: HTTP Basic where the store sees TLS, OAuth 1.0a where it does not."""
        key, secret = (_INVISIBLE.sub("", answers.get(field.key, "")) for field in self.fields)
        if not (_KEY.fullmatch(key) and key.startswith("ck_") and _KEY.fullmatch(secret) and secret.startswith("cs_")):
            raise RemoteRejected("key_malformed")
        scheme = AuthScheme.BASIC if base_url.startswith("https://") else AuthScheme.OAUTH1
        return Credentials(scheme, key, secret)

    def look(self, store: StoreSession) -> None:
        """Returns where the shop's public index shows WooCommerce. Raises RemoteRejected."""
        _index(store)

    def facts(self, store: StoreSession) -> StoreFacts:
        """What the shop says of itself, after the key has read and, harmlessly, written.

        Raises RemoteRejected: rest_absent, permalinks_plain, woocommerce_absent, version_old, key_unknown,
        key_wrong_secret, key_write_only, key_read_only, role_missing, tls_hidden, clock_wrong, coupons_disabled,
        blocked, shop_elsewhere, redirected.
        """
        index = _index(store)
        currency = _shaped(_first_read(store, "/data/currencies/current").json, _Currency)
        status = read(store, "/system_status", {"_fields": "environment.version,settings.number_of_decimals"})
        system = _shaped(status.json, _SystemStatus)
        _refuse_old(system.environment.version)
        if not coupons_enabled(store):
            raise RemoteRejected("coupons_disabled")
        for collection in ("/orders", "/webhooks"):
            read(store, collection, {"per_page": "1", "_fields": "id"})
        _prove_writing(store)
        return StoreFacts(
            name=html.unescape(index.name),
            home_url=(index.home or store.base_url).rstrip("/"),
            currency=iso_code(currency.code),
            shown_currency=currency.code.upper(),
            currency_decimals=system.settings.number_of_decimals,
            timezone=_timezone(index),
            version=system.environment.version,
            coupons_enabled=True,
            prices_include_tax=_prices_include_tax(store),
            proven=PROVEN,
        )


def _likely_scheme(text: str) -> str:
    host = re.split(r"[/:?#]", text, maxsplit=1)[0].lower()
    return "http" if host == "localhost" or host.startswith("127.") else "https"


def _normal_host(host: str) -> str:
    """The host in lower-case ASCII. Raises ValueError (UnicodeError among them)."""
    host = host.rstrip(".")
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host)}]"
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    host = host.lower()
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise ValueError("no host")
    return host


def _index(store: StoreSession) -> _Index:
    """WordPress's public index of its API, which knows WooCommerce."""
    try:
        answer = store.call("GET", INDEX, query=INDEX_FIELDS)
    except RemoteRejected as refusal:
        if refusal.reason == "redirected" and refusal.detail.endswith(INDEX):
            # The same page of the same site under another name: with www, over https, at a new domain.
            elsewhere = refusal.detail.removesuffix(INDEX)
            raise RemoteRejected("shop_elsewhere", refusal.status, detail=elsewhere) from refusal
        raise
    if answer.status in (401, 403):
        raise RemoteRejected("blocked", answer.status)
    if answer.status >= 300 or not isinstance(answer.json, dict):
        raise RemoteRejected("permalinks_plain" if _answers_without_permalinks(store) else "rest_absent", answer.status)
    index = _shaped(answer.json, _Index)
    spaces = rows_of(index.namespaces)
    if NAMESPACE not in spaces:
        old = any(str(each).startswith("wc/v") for each in spaces)
        raise RemoteRejected("version_old" if old else "woocommerce_absent", detail=str(OLDEST) if old else "")
    return index


def _answers_without_permalinks(store: StoreSession) -> bool:
    """Whether the index answers where WordPress has it with plain permalinks; keys open nothing there."""
    answer = store.call("GET", "/", query={"rest_route": "/", **INDEX_FIELDS})
    return answer.status < 300 and isinstance(answer.json, dict) and "namespaces" in answer.json


def _refuse_old(version: str) -> None:
    major = version.partition(".")[0]
    if major.isdecimal() and int(major) < OLDEST:
        raise RemoteRejected("version_old", detail=f"{OLDEST}")


def _first_read(store: StoreSession, path: str) -> Answer:
    """The answer to the first call that the key signs. A key that may only write is told by its writing."""
    try:
        return read(store, path)
    except RemoteRejected as refusal:
        if refusal.reason == "key_wrong_secret" and _writes(store):  # said in the shop's language, so not by its words
            raise RemoteRejected("key_write_only", refusal.status, refusal.code) from refusal
        raise


def _writes(store: StoreSession) -> bool:
    try:
        _prove_writing(store)
    except RemoteRejected:
        return False
    return True


def _prove_writing(store: StoreSession) -> None:
    """A batch of nothing: refused exactly where a batch of coupons would be, and it changes nothing."""
    try:
        write(store, "POST", "/coupons/batch", {"create": []}, repeatable=True)
    except RemoteRejected as refusal:
        if refusal.reason == "key_wrong_secret":
            # The same secret has just read, so the refusal (in the shop's language) can only be about writing.
            raise RemoteRejected("key_read_only", refusal.status, refusal.code) from refusal
        raise


def _prices_include_tax(store: StoreSession) -> bool:
    try:
        setting = read(store, "/settings/tax/woocommerce_prices_include_tax").json
    except RemoteRejected as refusal:
        if refusal.status == 404:  # a shop without taxes may not have the group
            return False
        raise
    return isinstance(setting, dict) and setting.get("value") == "yes"


def _timezone(index: _Index) -> str:
    if index.timezone_string:
        return index.timezone_string
    if index.gmt_offset in _ODD_OFFSETS:
        return _ODD_OFFSETS[index.gmt_offset]
    hours = round(index.gmt_offset)
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/UTC"  # Etc names count westwards


def _shaped(payload: Any, kind: type[T]) -> T:
    try:
        return msgspec.convert(payload, kind, strict=False)
    except msgspec.ValidationError as error:
        raise RemoteRejected("answer_unreadable") from error
