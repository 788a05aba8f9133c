"""Encryption at rest with rotating keys, and keyed hashes that let us recognise a person without reading them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Vault:
    """Seals with the newest key and opens with any of them."""

    def __init__(self) -> None:
        self._fernet: MultiFernet | None = None
        self._newest: Fernet | None = None

    def configure(self, keys: Sequence[str]) -> None:
        """seal() uses the first key from here on."""
        self._newest = Fernet(keys[0])
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, plain: bytes) -> bytes:
        """The plain bytes, encrypted and authenticated."""
        return self._keys().encrypt(plain)

    def open(self, sealed: bytes) -> bytes:
        """The plain bytes. Raises cryptography.fernet.InvalidToken when no key opens them."""
        return self._keys().decrypt(sealed)

    def reseal(self, sealed: bytes) -> bytes | None:
        """The same plain bytes under the newest key; None where they are already.

        Raises cryptography.fernet.InvalidToken when no key opens them.
        """
        keys = self._keys()
        return None if self._is_newest(sealed) else keys.rotate(sealed)

    def _is_newest(self, sealed: bytes) -> bool:
        assert self._newest is not None  # noqa: S101 - _keys() has said so before
        try:
            self._newest.extract_timestamp(sealed)  # checks the token's HMAC, and decrypts nothing
        except InvalidToken:
            return False
        return True

    def _keys(self) -> MultiFernet:
        if self._fernet is None:
            raise RuntimeError("the vault has no keys: create_app() or connect() first")
        return self._fernet


def new_key() -> bytes:
    """A fresh 32-byte key for keyed hashes."""
    return secrets.token_bytes(32)


def keyed_digest(key: bytes, kind: str, value: str) -> str:
    """A hash that only the holder of `key` can make: equal values of one kind meet, nothing can be read back."""
    return hmac.new(key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()
