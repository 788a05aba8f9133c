"""Calls to REST v3 and what its refusals mean. Messages come in the shop's language, so codes are read first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from integrations.contract import Answer, StoreSession
from integrations.errors import ItemRefused, RemoteOutcomeUnknown, RemoteRejected

API = "/wp-json/wc/v3"

# (status, WooCommerce's code) or the code alone, to our slug. https://woocommerce.github.io/woocommerce-rest-api-docs/
_REASONS: dict[tuple[int, str], str] = {
    (401, "woocommerce_rest_cannot_view"): "key_unknown",  # nobody at all: unknown or revoked key, or no header seen
    (401, "woocommerce_rest_cannot_create"): "key_unknown",
    (401, "woocommerce_rest_cannot_edit"): "key_unknown",
    (401, "woocommerce_rest_cannot_batch"): "key_unknown",
    (401, "woocommerce_rest_authentication_error"): "key_wrong_secret",
    (403, "woocommerce_rest_cannot_view"): "role_missing",  # a known key whose user may not do this
    (403, "woocommerce_rest_cannot_create"): "role_missing",
    (403, "woocommerce_rest_cannot_edit"): "role_missing",
    (403, "woocommerce_rest_cannot_batch"): "role_missing",
    (403, "woocommerce_rest_cannot_delete"): "role_missing",
    (404, "rest_no_route"): "rest_absent",
}
# woocommerce_rest_authentication_error stands for several faults, told apart by an English message where there is one.
_MESSAGES: dict[str, str] = {
    "Consumer key is invalid.": "key_unknown",
    "Consumer secret is invalid.": "key_wrong_secret",
    "Invalid signature - provided signature does not match.": "key_wrong_secret",
    "Invalid timestamp.": "clock_wrong",
    "The API key provided does not have write permissions.": "key_read_only",
    "The API key provided does not have read permissions.": "key_write_only",
}


def read(store: StoreSession, path: str, query: Mapping[str, str] | None = None) -> Answer:
    """The answer to GET, known to be JSON. Raises RemoteUnavailable, RemoteRejected."""
    return _accepted(store, store.call("GET", API + path, query=query))


def write(
    store: StoreSession,
    method: str,
    path: str,
    json: object = None,
    *,
    query: Mapping[str, str] | None = None,
    repeatable: bool = False,
) -> Answer:
    """The answer to a change, known to be JSON. Raises RemoteUnavailable, RemoteOutcomeUnknown, RemoteRejected."""
    answer = store.call(method, API + path, query=query, json=json, repeatable=repeatable)
    if answer.status < 300 and answer.json is None:
        raise RemoteOutcomeUnknown("answer_unreadable")
    return _accepted(store, answer)


def delete(store: StoreSession, path: str) -> None:
    """The thing is gone, past the trash; already gone is success."""
    try:
        write(store, "DELETE", path, query={"force": "true"}, repeatable=True)
    except RemoteRejected as refusal:
        if not is_gone(refusal):
            raise


def is_gone(refusal: RemoteRejected) -> bool:
    """Whether WooCommerce refused because there is no such id (404 on reading and deleting, 400 on changing)."""
    return refusal.code.endswith("_invalid_id")


def item_path(collection: str, ref: str) -> str:
    """The path of one thing. Raises ItemRefused where the reference cannot be one of WooCommerce's ids."""
    if not (ref.isascii() and ref.isdecimal()):
        raise ItemRefused("ref_invalid")
    return f"/{collection}/{ref}"


def error_code(payload: Any) -> str:
    """WooCommerce's own code in an error object, or nothing. Its `data` may be an object or a bare number."""
    code = payload.get("code") if isinstance(payload, dict) else None
    return code if isinstance(code, str) else ""


def zulu(moment: datetime) -> str:
    """The instant as REST takes it: with a Z it is UTC, without one it would be the shop's own time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _accepted(store: StoreSession, answer: Answer) -> Answer:
    if answer.status < 300 and answer.json is not None:
        return answer
    code = error_code(answer.json)
    reason = _reason(store, answer, code)
    # A code of WooCommerce's that says nothing about our key or the shop as a whole is about what was asked for.
    refused = ItemRefused if reason == f"refused_{answer.status}" and code else RemoteRejected
    raise refused(reason, answer.status, code)


def _reason(store: StoreSession, answer: Answer, code: str) -> str:
    if answer.status < 300:
        return "answer_unreadable"
    if not code:
        # Not WooCommerce speaking: no REST at this address, or a firewall or password in front of the shop.
        return {401: "blocked", 403: "blocked", 404: "rest_absent"}.get(answer.status, f"refused_{answer.status}")
    if code == "woocommerce_rest_authentication_error":
        message = str(answer.json.get("message", ""))
        return _MESSAGES.get(message, _REASONS.get((answer.status, code), "key_wrong_secret"))
    reason = _REASONS.get((answer.status, code), f"refused_{answer.status}")
    return "tls_hidden" if reason == "key_unknown" and _sees_no_tls(store, answer) else reason


def _sees_no_tls(store: StoreSession, answer: Answer) -> bool:
    """Whether a store that we call over TLS names itself http://, so that its PHP ignores HTTP Basic."""
    return store.base_url.startswith("https://") and answer.headers.get("link", "").startswith("<http://")
