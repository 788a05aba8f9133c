"""Every platform's webhooks: recordings become what their files say, and nothing untrue gets past verify()."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.contract import Platform, RawRequest
from integrations.errors import PayloadInvalid, SignatureInvalid
from integrations.events import Ignored, Money, OrderSeen
from integrations.registry import PLATFORMS
from tests.integrations.conformance.material import Recording, material_of, recordings
from tests.integrations.conformance.plain import plain_event

NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
ALL = recordings()
each_recording = pytest.mark.parametrize("recording", ALL, ids=str)
each_platform = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.key)


def expected(recording: Recording) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(recording.path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    return found


SIGNED = [recording for recording in ALL if "envelope" in expected(recording)]
each_signed = pytest.mark.parametrize("recording", SIGNED, ids=str)


def first_signed(platform: Platform) -> Recording:
    return next(each for each in SIGNED if each.platform is platform)


@each_platform
def test_the_platform_has_recordings_and_says_where_from(platform: Platform) -> None:
    folder = first_signed(platform).path.parent
    sources = (folder / "SOURCES.md").read_text(encoding="utf-8")
    assert [each.name for each in folder.glob("*.http") if each.stem.split("__")[0] not in sources] == []


@each_recording
def test_recording_verifies_and_becomes_what_its_file_says(recording: Recording) -> None:
    source, request, wanted = recording.platform.webhooks, recording.request, expected(recording)
    assert source.is_ping(request) is bool(wanted.get("ping"))
    if "envelope" not in wanted:
        with pytest.raises(SignatureInvalid):
            source.locate(request)
        return
    envelope = source.locate(request)
    source.verify(request, [material_of(recording.platform).secret], NOW)
    found = {
        "envelope": {field: getattr(envelope, field) for field in ("store_ref", "topic", "delivery_key")},
        "events": [plain_event(event) for event in source.translate(request)],
    }
    assert found == wanted


@each_recording
def test_recordings_are_kept_byte_for_byte(recording: Recording) -> None:
    sent = dict(recording.request.headers)
    assert int(sent["Content-Length"]) == len(recording.request.body)


@each_signed
def test_the_signature_is_the_one_that_the_tests_work_out(recording: Recording) -> None:
    material = material_of(recording.platform)
    assert dict(recording.request.headers)[material.signature_header] == material.sign(recording.request.body)


@each_signed
def test_translating_twice_is_equal(recording: Recording) -> None:
    source, request = recording.platform.webhooks, recording.request
    assert source.translate(request) == source.translate(request)
    assert source.locate(request) == source.locate(request)


def verify(platform: Platform, request: RawRequest, secrets: Sequence[bytes] | None = None) -> None:
    platform.webhooks.verify(request, [material_of(platform).secret] if secrets is None else secrets, NOW)


def with_signature(recording: Recording, *values: str) -> RawRequest:
    """The recorded request with these values (none, one, several) of its signature header."""
    name, request = material_of(recording.platform).signature_header, recording.request
    others = tuple(each for each in request.headers if each[0] != name)
    return replace(request, headers=(*others, *((name, value) for value in values)))


@each_signed
def test_a_changed_byte_is_refused(recording: Recording) -> None:
    request = recording.request
    for place in {0, len(request.body) // 2, len(request.body) - 1}:
        changed = bytearray(request.body)
        changed[place] ^= 1
        with pytest.raises(SignatureInvalid):
            verify(recording.platform, replace(request, body=bytes(changed)))


@each_platform
@pytest.mark.parametrize("body", [b"", b"\x00", b"{}"], ids=["empty", "nul", "object"])
def test_another_body_is_refused(platform: Platform, body: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        verify(platform, replace(first_signed(platform).request, body=body))


@each_platform
def test_a_byte_more_or_less_is_refused(platform: Platform) -> None:
    request = first_signed(platform).request
    for body in (request.body + b"\n", request.body[:-1], b" " + request.body):
        with pytest.raises(SignatureInvalid):
            verify(platform, replace(request, body=body))


@each_platform
@pytest.mark.parametrize("secrets", [[b"wrong"], [b""], [], [b"wrong", b""]], ids=str)
def test_wrong_secrets_are_refused(platform: Platform, secrets: list[bytes]) -> None:
    with pytest.raises(SignatureInvalid):
        verify(platform, first_signed(platform).request, secrets)


@each_platform
def test_an_empty_secret_signs_nothing(platform: Platform) -> None:
    request = first_signed(platform).request
    forged = base64.b64encode(hmac.new(b"", request.body, hashlib.sha256).digest()).decode()
    with pytest.raises(SignatureInvalid):
        verify(platform, with_signature(first_signed(platform), forged), [b""])


@each_platform
def test_current_and_previous_secret_both_pass(platform: Platform) -> None:
    secret = material_of(platform).secret
    verify(platform, first_signed(platform).request, [secret, b"previous"])
    verify(platform, first_signed(platform).request, [b"current", secret])


def spoilt(good: str) -> dict[str, tuple[str, ...]]:
    """Signature headers that are nearly right."""
    return {
        "missing": (),
        "repeated": (good, good),
        "repeated, one wrong": (good, "A" * 43 + "="),
        "empty": ("",),
        "blank": (" ",),
        "not ASCII": (good[:-2] + "é=",),
        "full-width": ("".join(chr(ord(letter) + 0xFEE0) for letter in good),),
        "no padding": (good.rstrip("="),),
        "too much padding": (good + "=",),
        "space before": (" " + good,),
        "newline after": (good + "\n",),
        "newline inside": (good[:10] + "\n" + good[10:],),
        "cut": (good[:-5],),
        "another case": (good.swapcase(),),
        "URL alphabet": ("-_" + good[2:],),
        "two in one": (f"{good},{good}",),
        "scheme before": (f"sha256={good}",),
        "huge": (good * 1000,),
        "NUL inside": (good[:10] + "\x00" + good[11:],),
        "stray low bits": (good[:-2] + chr(ord(good[-2]) + 1) + "=",),
        "lone surrogate": ("\udc80" + good[1:],),
    }


@each_platform
@pytest.mark.parametrize("fault", spoilt("A" * 43 + "="))
def test_a_spoilt_signature_header_is_refused_and_nothing_else(platform: Platform, fault: str) -> None:
    recording = first_signed(platform)
    good = material_of(platform).sign(recording.request.body)
    verify(platform, with_signature(recording, good))
    with pytest.raises(SignatureInvalid):
        verify(platform, with_signature(recording, *spoilt(good)[fault]))


@each_platform
def test_header_names_are_read_in_any_case(platform: Platform) -> None:
    request = first_signed(platform).request
    lower = replace(request, headers=tuple((name.lower(), value) for name, value in request.headers))
    verify(platform, lower)
    assert platform.webhooks.locate(lower) == platform.webhooks.locate(request)


RAW_REQUESTS = st.builds(
    RawRequest,
    method=st.sampled_from(["POST", "GET", "", "post"]),
    path=st.text(max_size=80),
    query=st.text(max_size=40),
    headers=st.lists(st.tuples(st.text(max_size=20), st.text(max_size=60)), max_size=6).map(tuple),
    body=st.binary(max_size=200),
)


@each_platform
@given(request=RAW_REQUESTS)
def test_any_request_is_located_or_refused(platform: Platform, request: RawRequest) -> None:
    try:
        platform.webhooks.locate(request)
    except SignatureInvalid:
        return


@each_platform
@given(request=RAW_REQUESTS)
def test_no_request_of_strangers_verifies(platform: Platform, request: RawRequest) -> None:
    platform.webhooks.is_ping(request)
    with pytest.raises(SignatureInvalid):
        verify(platform, request)


@each_signed
@settings(max_examples=20)
@given(junk=st.binary(max_size=60), place=st.floats(0, 1))
def test_any_body_is_translated_or_refused(recording: Recording, junk: bytes, place: float) -> None:
    request = recording.request
    cut = int(place * len(request.body))
    for body in (junk, request.body[:cut] + junk + request.body[cut:], request.body[:cut]):
        try:
            recording.platform.webhooks.translate(replace(request, body=body))
        except PayloadInvalid:
            continue


@each_platform
@pytest.mark.parametrize("body", [b"null", b"[]", b"7", b'"x"', b"{}", b"[" * 100_000, b'{"id":' * 100_000], ids=len)
def test_a_body_of_another_shape_is_refused_or_ignored(platform: Platform, body: bytes) -> None:
    for recording in (each for each in SIGNED if each.platform is platform):
        try:
            events = platform.webhooks.translate(replace(recording.request, body=body))
        except PayloadInvalid:
            continue
        assert [type(event) for event in events] == [Ignored]


@each_platform
def test_an_unknown_topic_is_ignored(platform: Platform) -> None:
    request, name = first_signed(platform).request, material_of(platform).topic_header
    headers = tuple((key, "weather.changed" if key == name else value) for key, value in request.headers)
    (event,) = platform.webhooks.translate(replace(request, headers=headers))
    assert isinstance(event, Ignored)
    assert event.topic == "weather.changed"


@each_signed
def test_unknown_fields_are_harmless(recording: Recording) -> None:
    request = recording.request
    payload = json.loads(request.body)
    wider = {"a_new_field": {"deep": [1, None]}, **payload, "zzz": "1"}
    events = recording.platform.webhooks.translate(replace(request, body=json.dumps(wider).encode()))
    assert events == recording.platform.webhooks.translate(request)


@each_platform
@pytest.mark.parametrize(
    ("currency", "text", "minor"),
    [
        ("EUR", "19.99", 1999),
        ("EUR", "20", 2000),
        ("JPY", "1980", 1980),
        ("JPY", "1980.00", 1980),
        ("KWD", "1.250", 1250),
    ],
)
def test_amounts_are_exact_minor_units(platform: Platform, currency: str, text: str, minor: int) -> None:
    (event,) = platform.webhooks.translate(material_of(platform).order_message(currency, text))
    assert isinstance(event, OrderSeen)
    assert event.order.goods == Money(minor, currency)


@each_signed
def test_nothing_of_a_message_shows_in_reprs_or_errors(recording: Recording) -> None:
    request = recording.request
    assert "body" not in repr(request)
    events = repr(recording.platform.webhooks.translate(request))
    assert "@example" not in events
    with pytest.raises(SignatureInvalid) as caught:
        verify(recording.platform, request, [b"some-other-secret"])
    assert "some-other-secret" not in repr(caught.value) + str(caught.value)
