"""Signed tokens, held against itsdangerous used directly and against HMAC written out by hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app import clock as app_clock
from app.links.tokens import ShareLink, TokenInvalid, Tokens
from tests.engines.frozen import FrozenClock

NEW, OLD = "n" * 40, "o" * 40
IDS = st.integers(0, 2**63 - 1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[FrozenClock]:
    """Time stands still."""
    frozen = FrozenClock()
    app_clock.set_source(frozen)
    yield frozen
    app_clock.set_source(None)


def signer(*keys: str) -> Tokens:
    """Tokens under these keys, the newest first."""
    made = Tokens()
    made.configure(keys or (NEW,))
    return made


def by_hand(salt: str, numbers: tuple[int, ...], key: str) -> str:
    """A short token as its description says: seven bits a byte, and half of HMAC-SHA256 under a derived key."""
    packed = b""
    for number in numbers:
        septets = [number & 127]
        while number := number >> 7:
            septets.insert(0, 128 | number & 127)
        packed += bytes(septets)
    payload = base64.urlsafe_b64encode(packed).rstrip(b"=")
    derived = hmac.new(key.encode(), salt.encode(), hashlib.sha256).digest()
    proof = hmac.new(derived, payload, hashlib.sha256).digest()[:16]
    return (payload + b"." + base64.urlsafe_b64encode(proof).rstrip(b"=")).decode()


@given(IDS, IDS)
def test_a_share_token_is_what_its_description_says(program_id: int, advocate_id: int) -> None:
    token = signer().share(ShareLink(program_id, advocate_id))
    assert token == by_hand("goodword.share", (program_id, advocate_id), NEW)
    assert signer().read_share(token) == ShareLink(program_id, advocate_id)


@given(IDS)
def test_a_claim_token_is_what_its_description_says(claim_id: int) -> None:
    token = signer().claim(claim_id)
    assert token == by_hand("goodword.claim", (claim_id,), NEW)
    assert signer().read_claim(token) == claim_id


def test_a_timed_token_is_read_by_itsdangerous_itself() -> None:
    token = signer().timed("sign-in", [7, 0])
    theirs = URLSafeTimedSerializer(
        NEW, salt="goodword.sign-in", signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    )
    assert theirs.loads(token) == [7, 0]
    with pytest.raises(BadSignature):
        theirs.loads(token, salt="goodword.me")


@given(st.integers(0), st.integers(1, 255))
def test_any_changed_byte_is_refused(place: int, change: int) -> None:
    token = bytearray(signer().share(ShareLink(3, 70_000)).encode())
    token[place % len(token)] ^= change
    changed = token.decode("latin-1")
    try:
        read = signer().read_share(changed)
    except TokenInvalid:
        return
    # The last letter of a base64 text has bits that nobody reads: another spelling of the same bytes may pass.
    assert read == ShareLink(3, 70_000)


@given(st.text())
def test_nonsense_is_refused_and_never_breaks(text: str) -> None:
    for read in (signer().read_share, signer().read_claim):
        with pytest.raises(TokenInvalid):
            read(text)
    with pytest.raises(TokenInvalid):
        signer().read_timed("me", text, 60)


def test_one_kind_of_token_is_no_other() -> None:
    tokens = signer()
    for token in (tokens.claim(5), tokens.timed("share", [5, 5])):
        with pytest.raises(TokenInvalid):
            tokens.read_share(token)
    with pytest.raises(TokenInvalid):
        tokens.read_timed("me", tokens.timed("sign-in", [5, 5]), 60)


def test_keys_rotate_the_newest_signs_and_all_verify() -> None:
    before = signer(OLD)
    after = signer(NEW, OLD)
    assert after.read_share(before.share(ShareLink(1, 2))) == ShareLink(1, 2)
    assert after.read_timed("me", before.timed("me", 1), 60) == 1
    assert after.share(ShareLink(1, 2)) == by_hand("goodword.share", (1, 2), NEW)
    with pytest.raises(TokenInvalid):
        signer(NEW).read_share(before.share(ShareLink(1, 2)))


def test_timed_tokens_grow_old_by_our_own_clock(clock: FrozenClock) -> None:
    tokens = signer()
    token = tokens.timed("sign-in", 1)
    clock.advance(seconds=1800)
    assert tokens.read_timed("sign-in", token, 1800) == 1
    clock.advance(seconds=1)
    with pytest.raises(TokenInvalid):
        tokens.read_timed("sign-in", token, 1800)
