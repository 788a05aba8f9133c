"""What lies sealed opens with its key, only with its key, and only unchanged."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet, InvalidToken

from app.vault import MARK, Vault

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def vault(*keys: str) -> Vault:
    made = Vault()
    made.configure(keys)
    return made


@pytest.mark.parametrize("plain", [b"", b"sara@mail.test", bytes(range(256)) * 100])
def test_what_was_sealed_opens_again(plain: bytes) -> None:
    sealed = vault(NEW).seal(plain)
    assert vault(NEW).open(sealed) == plain
    assert plain not in sealed or not plain


def test_equal_secrets_lie_unlike() -> None:
    assert vault(NEW).seal(b"secret") != vault(NEW).seal(b"secret")


def test_an_older_key_opens_what_it_sealed() -> None:
    sealed = vault(OLD).seal(b"secret")
    assert vault(NEW, OLD).open(sealed) == b"secret"
    with pytest.raises(InvalidToken):
        vault(NEW).open(sealed)


def test_a_changed_byte_anywhere_opens_nothing() -> None:
    sealed = vault(NEW, OLD).seal(b"secret")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(InvalidToken):
            vault(NEW, OLD).open(bytes(changed))


@pytest.mark.parametrize("junk", [b"", MARK, MARK + bytes(20), b"never sealed"])
def test_what_was_never_sealed_opens_nothing(junk: bytes) -> None:
    with pytest.raises(InvalidToken):
        vault(NEW).open(junk)


def test_a_cut_message_opens_nothing() -> None:
    sealed = vault(NEW).seal(b"secret")
    for length in range(len(sealed)):
        with pytest.raises(InvalidToken):
            vault(NEW).open(sealed[:length])


def test_what_fernet_sealed_before_opens_and_moves_to_the_newest_form() -> None:
    before = Fernet(OLD).encrypt(b"secret")
    assert vault(NEW, OLD).open(before) == b"secret"
    after = vault(OLD).reseal(before)
    assert after is not None
    assert after.startswith(MARK)
    assert vault(OLD).open(after) == b"secret"
    assert vault(OLD).reseal(after) is None


def test_resealing_says_so_where_the_message_was_changed() -> None:
    with pytest.raises(InvalidToken):
        vault(NEW).reseal(vault(NEW).seal(b"secret")[:-1])
