"""Every platform's coupons: the golden requests go out, and each failure is of the class that fixes the reaction."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from app.outbound.http import HttpSession, open_session
from integrations.contract import AuthScheme, Credentials, Platform
from integrations.errors import PlatformError, RemoteOutcomeUnknown, RemoteRejected, RemoteUnavailable
from integrations.registry import PLATFORMS
from tests.integrations.conformance.material import Exchange, Script, material_of

ANYWHERE = re.compile(".*")
SECRET = "cs_" + "0123456789abcdef" * 2
ISSUERS = [platform for platform in PLATFORMS if platform.coupons is not None]
SCRIPTS = [(platform, script) for platform in PLATFORMS for script in material_of(platform).scripts]
CALLS = [(platform, call) for platform in ISSUERS for call in material_of(platform).coupon_calls]
each_script = pytest.mark.parametrize(
    ("platform", "script"), SCRIPTS, ids=[f"{platform.key}-{script.name}" for platform, script in SCRIPTS]
)
each_call = pytest.mark.parametrize(
    ("platform", "call"), CALLS, ids=[f"{platform.key}-{call}" for platform, call in CALLS]
)


@pytest.fixture
def store(httpserver: HTTPServer) -> Iterator[HttpSession]:
    credentials = Credentials(AuthScheme.BASIC, "ck_conformance", SECRET)
    address = httpserver.url_for("").rstrip("/")
    with open_session(address, credentials, allow_private=True, read_seconds=5, write_seconds=5) as session:
        yield session


def answer_in_turn(httpserver: HTTPServer, exchanges: list[Exchange]) -> list[Exchange]:
    """The server answers as the platform did; what was asked instead of the script is left in the list returned."""
    asked: list[Exchange] = []

    def answer(request: Request) -> Response:
        wanted = exchanges[len(asked)] if len(asked) < len(exchanges) else None
        body = json.loads(request.data) if request.data else None
        got = Exchange(method=request.method, path=request.path, query=request.args.to_dict(), body=body)
        asked.append(got)
        if wanted is None:
            return Response("not in the script", 418)
        return Response(json.dumps(wanted.answer), wanted.status, content_type="application/json; charset=UTF-8")

    httpserver.expect_request(ANYWHERE).respond_with_handler(answer)
    return asked


@each_script
def test_golden_exchanges(platform: Platform, script: Script, store: HttpSession, httpserver: HTTPServer) -> None:
    asked = answer_in_turn(httpserver, list(script.exchanges))
    try:
        result: object = script.run(platform, store)
    except PlatformError as error:
        result = (type(error), error.reason)
    sent = [(each.method, each.path, dict(each.query), each.body) for each in asked]
    assert sent == [(each.method, each.path, dict(each.query), each.body) for each in script.exchanges]
    assert result == script.result


@pytest.mark.parametrize("platform", ISSUERS, ids=lambda platform: platform.key)
def test_every_call_of_the_capability_is_held_to_the_failures(platform: Platform) -> None:
    assert set(material_of(platform).coupon_calls) == {"issue", "find", "show", "narrow", "revoke"}


@each_call
def test_too_many_requests_says_when_to_come_back(
    platform: Platform, call: str, store: HttpSession, httpserver: HTTPServer
) -> None:
    httpserver.expect_request(ANYWHERE).respond_with_data("", 429, headers={"Retry-After": "7"})
    with pytest.raises(RemoteUnavailable) as caught:
        material_of(platform).coupon_calls[call](platform, store)
    assert caught.value.retry_after == 7


@each_call
@pytest.mark.parametrize("status", [400, 401, 402, 403, 405, 409, 413, 418, 422])
def test_a_refusal_is_final(
    platform: Platform, call: str, status: int, store: HttpSession, httpserver: HTTPServer
) -> None:
    httpserver.expect_request(ANYWHERE).respond_with_json({"code": "nope", "data": 500}, status)
    with pytest.raises(RemoteRejected) as caught:
        material_of(platform).coupon_calls[call](platform, store)
    assert caught.value.status == status


def lost(call: str) -> tuple[type[PlatformError], ...]:
    """Making coupons is not repeatable as it stands, so a lost answer leaves it unknown whether they were made."""
    return (RemoteOutcomeUnknown,) if call == "issue" else (RemoteUnavailable, RemoteOutcomeUnknown)


@each_call
@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
def test_a_broken_answer_is_no_answer(
    platform: Platform, call: str, status: int, store: HttpSession, httpserver: HTTPServer
) -> None:
    httpserver.expect_request(ANYWHERE).respond_with_data("<h1>Oops</h1>", status)
    with pytest.raises(lost(call)):
        material_of(platform).coupon_calls[call](platform, store)


@each_call
def test_no_answer_in_time(platform: Platform, call: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # the system accepts, and nobody ever answers
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        nothing = Credentials(AuthScheme.NONE)
        with (
            open_session(address, nothing, allow_private=True, read_seconds=0.2, write_seconds=0.2) as session,
            pytest.raises(lost(call)),
        ):
            material_of(platform).coupon_calls[call](platform, session)


@each_call
def test_a_page_instead_of_an_answer(platform: Platform, call: str, store: HttpSession, httpserver: HTTPServer) -> None:
    httpserver.expect_request(ANYWHERE).respond_with_data("<html>maintenance</html>", 200)
    with pytest.raises((RemoteRejected, RemoteOutcomeUnknown)):
        material_of(platform).coupon_calls[call](platform, store)


@each_call
def test_nobody_listens(platform: Platform, call: str) -> None:
    nothing = Credentials(AuthScheme.NONE)
    with (
        open_session("http://127.0.0.1:9", nothing, allow_private=True) as nobody,
        pytest.raises(RemoteUnavailable),
    ):
        material_of(platform).coupon_calls[call](platform, nobody)


@each_call
@pytest.mark.parametrize("status", [200, 302, 401, 429, 500])
def test_no_secret_shows_in_errors_or_logs(
    platform: Platform,
    call: str,
    status: int,
    store: HttpSession,
    httpserver: HTTPServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(0)
    httpserver.expect_request(ANYWHERE).respond_with_data(SECRET, status)
    with pytest.raises(PlatformError) as caught:
        material_of(platform).coupon_calls[call](platform, store)
    chain, error = [], caught.value
    while error is not None:
        chain.append(f"{error!r} {error}")
        error = error.__cause__  # type: ignore[assignment]
    assert SECRET not in repr(store) + "".join(chain) + caplog.text
