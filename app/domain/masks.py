"""Hiding what a page must not show: people's addresses, secrets in headers, whatever is personal in a payload.

Payloads are masked by what is allowed, not by what is known to be personal: a text is shown only under a key that
speaks of nobody, and only when it looks like a number, a date, a currency or a word of a machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

HIDDEN = "•••"

_SECRET_HEADER = re.compile(
    r"authorization|cookie|signature|hmac|token|secret|password|api-?key|forwarded|real-ip", re.I
)
_PERSONAL_KEY = re.compile(
    r"name|mail|phone|address|street|city|town|state_?code|postcode|zip|company|customer|buyer|billing|shipping_?to|ip$|ip_|"
    r"agent|note|message|comment|user|author|avatar|birth|gender|vat|key|secret|token|hash|signature|url|link|href|iban|"
    r"card|account",
    re.I,
)
_HARMLESS_KEY = re.compile(r"^(shipping|status|state)$|_(total|tax)$", re.I)
_HARMLESS_TEXT = re.compile(
    r"-?\d+(\.\d+)?"  # a number
    r"|\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?"  # a date
    r"|[A-Z]{2,3}"  # a currency, a country
    r"|[a-z]+([._-][a-z0-9]+)*"  # a machine's word: order.updated, on-hold
)


def email(address: str | None) -> str | None:
    """s•••@example.net: enough to recognise, too little to use."""
    if not address:
        return None
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}{HIDDEN}@{domain}" if domain and local else HIDDEN


def phone(number: str | None) -> str | None:
    """•••4567: the last four digits, of long numbers only."""
    if not number:
        return None
    digits = [letter for letter in number if letter.isdecimal()]
    return HIDDEN + ("".join(digits[-4:]) if len(digits) >= 8 else "")


def headers(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The headers with their secrets hidden."""
    return tuple((name, HIDDEN if _SECRET_HEADER.search(name) else value) for name, value in pairs)


def payload(value: object, key: str = "") -> object:
    """The decoded JSON with everything that may be personal or secret hidden; its shape stays."""
    if isinstance(value, dict):
        hidden = bool(_PERSONAL_KEY.search(key)) and not _HARMLESS_KEY.search(key)
        return {name: _hide(each) if hidden else payload(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [payload(each, key) for each in value]
    return value if _may_be_shown(value, key) else HIDDEN


def _hide(value: object) -> object:
    """Nothing but the shape."""
    if isinstance(value, dict):
        return {name: _hide(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_hide(each) for each in value]
    return value if value in (None, "", True, False) else HIDDEN


def _may_be_shown(value: object, key: str) -> bool:
    if value is None or isinstance(value, bool) or value == "":
        return True
    if _PERSONAL_KEY.search(key) and not _HARMLESS_KEY.search(key):
        return False
    return not isinstance(value, str) or _HARMLESS_TEXT.fullmatch(value) is not None
