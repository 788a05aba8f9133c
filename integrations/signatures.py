"""Verifying what platforms sign, over raw bytes, in constant time. Whatever is wrong is SignatureInvalid only."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

from integrations.contract import RawRequest
from integrations.errors import SignatureInvalid

LONGEST_HEADER = 1024


def only_header(request: RawRequest, name: str) -> str:
    """The value of a header that stands exactly once and is printable ASCII. Raises SignatureInvalid."""
    values = [value for key, value in request.headers if key.lower() == name.lower()]
    if len(values) != 1:
        raise SignatureInvalid("header_repeated" if values else "header_missing")
    value = values[0]
    if not value or len(value) > LONGEST_HEADER or not (value.isascii() and value.isprintable()):
        raise SignatureInvalid("header_unreadable")
    return value


def verify_hmac_base64(request: RawRequest, header: str, secrets: Sequence[bytes]) -> None:
    """Returns when `header` is the base64 of HMAC-SHA256 over the raw body under one of the secrets.

    Raises SignatureInvalid.
    """
    given = _strict_base64(only_header(request, header))
    matches = [
        hmac.compare_digest(given, hmac.digest(secret, request.body, hashlib.sha256)) for secret in secrets if secret
    ]
    if not any(matches):
        raise SignatureInvalid("signature_differs")


def _strict_base64(text: str) -> bytes:
    try:
        decoded = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureInvalid("signature_unreadable") from error
    # One digest has one spelling: spare padding and stray low bits of the last letter are refused too.
    if base64.b64encode(decoded).decode("ascii") != text:
        raise SignatureInvalid("signature_unreadable")
    return decoded
