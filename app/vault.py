"""Encryption at rest with rotating keys, and keyed hashes that let us recognise a person without reading them.

Sealed bytes are a mark, the id of the key, a salt of their own, and AES-256-GCM under a key that the salt makes: there
is no number of messages after which two could meet. What was sealed before this form is Fernet's, and opens still.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = b"\x01"  # a Fernet token begins with a letter
ID_BYTES = SALT_BYTES = 16
HEAD_BYTES = len(MARK) + ID_BYTES
NONCE = bytes(12)  # each salt's key seals once


@dataclass(frozen=True, slots=True)
class _Key:
    """One of DATA_KEYS."""

    head: bytes  # of everything that this key sealed
    secret: bytes = field(repr=False)

    def cipher(self, salt: bytes) -> AESGCM:
        """The cipher of one message."""
        return AESGCM(hmac.digest(self.secret, salt, hashlib.sha256))


class Vault:
    """Seals with the newest key and opens with any of them."""

    def __init__(self) -> None:
        self._newest: _Key | None = None
        self._by_head: dict[bytes, _Key] = {}

    def configure(self, keys: Sequence[str]) -> None:
        """seal() uses the first key from here on."""
        made = [_made(key.encode()) for key in keys]
        self._newest, self._by_head = made[0], {each.head: each for each in made}
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, plain: bytes) -> bytes:
        """The plain bytes, encrypted and authenticated."""
        key, salt = self._newest_key(), secrets.token_bytes(SALT_BYTES)
        return key.head + salt + key.cipher(salt).encrypt(NONCE, plain, key.head)

    def open(self, sealed: bytes) -> bytes:
        """The plain bytes. Raises cryptography.fernet.InvalidToken when no key opens them."""
        self._newest_key()
        if not sealed.startswith(MARK):
            return self._fernet.decrypt(sealed)
        head, salt, rest = sealed[:HEAD_BYTES], sealed[HEAD_BYTES:][:SALT_BYTES], sealed[HEAD_BYTES + SALT_BYTES :]
        try:
            return self._by_head[head].cipher(salt).decrypt(NONCE, rest, head)
        except (KeyError, InvalidTag, ValueError) as error:
            raise InvalidToken from error

    def reseal(self, sealed: bytes) -> bytes | None:
        """The same plain bytes under the newest key; None where they are already.

        Raises cryptography.fernet.InvalidToken when no key opens them.
        """
        plain = self.open(sealed)
        return None if sealed.startswith(self._newest_key().head) else self.seal(plain)

    def _newest_key(self) -> _Key:
        if self._newest is None:
            raise RuntimeError("the vault has no keys: create_app() or connect() first")
        return self._newest


def _made(key: bytes) -> _Key:
    """Secret and id that a key of DATA_KEYS makes: neither tells the other, nor the key."""
    name, secret = (hmac.digest(key, purpose, hashlib.sha256) for purpose in (b"goodword.key.id", b"goodword.key.seal"))
    return _Key(MARK + name[:ID_BYTES], secret)


def new_key() -> bytes:
    """A fresh 32-byte key for keyed hashes."""
    return secrets.token_bytes(32)


def keyed_digest(key: bytes, kind: str, value: str) -> str:
    """A hash that only the holder of `key` can make: equal values of one kind meet, nothing can be read back."""
    return hmac.new(key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()
