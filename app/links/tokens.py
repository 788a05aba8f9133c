"""Signing and reading tokens with itsdangerous: SHA-256, a salt a purpose, keys that rotate (the newest signs, all
verify).

Share links are printed on paper and typed into chats, so they are kept short: three numbers as variable-length bytes
and
the first sixteen bytes of the HMAC, which is still 128 bits of proof.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, cast

from itsdangerous import BadSignature, HMACAlgorithm, Signer, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from app import clock


class TokenInvalid(Exception):
    """The token is not ours, was changed, or is too old."""


class _Derived(Signer):
    """Derives each key once: a signer lives as long as its keys."""

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        return self._derived(secret_key)

    @cached_property
    def _derived(self) -> Callable[[str | bytes | None], bytes]:
        return cache(super().derive_key)


class ShortSha256(HMACAlgorithm):
    """HMAC-SHA256 cut to 128 bits."""

    def __init__(self) -> None:
        super().__init__(hashlib.sha256)

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return super().get_signature(key, value)[:16]


class _ClockSigner(_Derived, TimestampSigner):
    """Stamps with our own clock, which development and tests can move."""

    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


class _Serializer(URLSafeTimedSerializer):
    """Makes its signer once."""

    def make_signer(self, salt: str | bytes | None = None) -> TimestampSigner:
        return self._signer

    @cached_property
    def _signer(self) -> TimestampSigner:
        return cast(TimestampSigner, super().make_signer())


@dataclass(frozen=True, slots=True)
class ShareLink:
    """What a share link says: who recommends which program."""

    program_id: int
    advocate_id: int


class Tokens:
    """The signers of this process."""

    def __init__(self) -> None:
        self._keys: list[str] = []

    def configure(self, keys: Sequence[str]) -> None:
        """The first key signs from here on; all of them verify."""
        self._keys = list(reversed(keys))  # itsdangerous signs with the last one
        self._share = self._short("share")
        self._claim = self._short("claim")
        self._serializers: dict[str, URLSafeTimedSerializer] = {}

    def share(self, link: ShareLink) -> str:
        """The token of a share link, about 30 characters."""
        return self._sign(self._share, link.program_id, link.advocate_id)

    def read_share(self, token: str) -> ShareLink:
        """What a share token says, without touching the database. Raises TokenInvalid."""
        program_id, advocate_id = self._read(self._share, token, 2)
        return ShareLink(program_id, advocate_id)

    def claim(self, claim_id: int) -> str:
        """The token of a claim: its page's address, and the signed click that may come back with an order."""
        return self._sign(self._claim, claim_id)

    def read_claim(self, token: str) -> int:
        """The claim's id. Raises TokenInvalid."""
        (claim_id,) = self._read(self._claim, token, 1)
        return claim_id

    def timed(self, purpose: str, content: Any) -> str:
        """A token for `purpose` that carries small JSON and the moment it was made."""
        return self._timed(purpose).dumps(content)

    def read_timed(self, purpose: str, token: str, max_seconds: int) -> Any:
        """The content of a token for `purpose` that is no older than `max_seconds`. Raises TokenInvalid."""
        try:
            content, made_at = self._timed(purpose).loads(token, return_timestamp=True)
        except BadSignature as error:
            raise TokenInvalid(purpose) from error
        if (clock.now() - made_at).total_seconds() > max_seconds:
            raise TokenInvalid(purpose)
        return content

    def _short(self, purpose: str) -> Signer:
        return _Derived(
            self._keys,
            salt=f"goodword.{purpose}",
            key_derivation="hmac",
            digest_method=hashlib.sha256,
            algorithm=ShortSha256(),
        )

    def _timed(self, purpose: str) -> URLSafeTimedSerializer:
        if purpose not in self._serializers:
            self._serializers[purpose] = _Serializer(
                self._keys,
                salt=f"goodword.{purpose}",
                signer=_ClockSigner,
                signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
            )
        return self._serializers[purpose]

    def _sign(self, signer: Signer, *numbers: int) -> str:
        packed = base64_encode(b"".join(_pack(number) for number in numbers))
        return signer.sign(packed).decode()

    def _read(self, signer: Signer, token: str, count: int) -> tuple[int, ...]:
        try:
            numbers = _unpack(base64_decode(signer.unsign(token)))
        except (BadSignature, ValueError) as error:
            raise TokenInvalid("short") from error
        if len(numbers) != count:
            raise TokenInvalid("short")
        return numbers


def _pack(number: int) -> bytes:
    """Seven bits a byte, the highest bit set on all but the last."""
    septets = [number & 0x7F]
    while number := number >> 7:
        septets.append(0x80 | number & 0x7F)
    return bytes(reversed(septets))


def _unpack(packed: bytes) -> tuple[int, ...]:
    numbers, value = [], 0
    for byte in packed:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    return tuple(numbers)


tokens = Tokens()
