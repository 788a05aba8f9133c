"""Hiding what a page must not show: people's addresses, secrets in headers, whatever is personal in a payload.

Payloads are masked by what is allowed, not by what is known to be personal: a text is shown only where its key speaks
of nobody and it is a number or a date, or where its key is one of those under which machines put their own words.
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
_NUMBER_OR_DATE = re.compile(r"-?\d+(\.\d+)?|\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")
_MACHINE_KEY = re.compile(
    r"(^|_)(status|state|topic|event|action|type|kind|currency|code|version|via|channel|gateway|method|source|reason)$",
    re.I,
)
_MACHINE_WORD = re.compile(r"[A-Z]{3}|[a-z0-9]+([._-][a-z0-9]+)*")  # EUR, order.updated, on-hold


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
    if not isinstance(value, str) or _NUMBER_OR_DATE.fullmatch(value):
        return True
    return _MACHINE_KEY.search(key) is not None and _MACHINE_WORD.fullmatch(value) is not None
