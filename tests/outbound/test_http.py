"""The one HTTP client: what it sends and what comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request

from app.outbound.http import HttpSession, open_session
from app.version import VERSION
from integrations.contract import AuthScheme, Credentials

ANYWHERE = re.compile(".*")
NOBODY = Credentials(AuthScheme.NONE)


@pytest.fixture
def store(httpserver: HTTPServer) -> Iterator[HttpSession]:
    with open_session(httpserver.url_for("").rstrip("/"), NOBODY, allow_private=True) as session:
        yield session


def asked(httpserver: HTTPServer) -> Request:
    return httpserver.log[-1][0]


def test_an_answer_has_status_headers_json_and_body(store: HttpSession, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/orders").respond_with_json([{"id": 1}], headers={"X-WP-Total": "1"})
    answer = store.call("GET", "/orders", query={"status": "any", "search": "a b&c"})
    assert (answer.status, answer.json, answer.headers["x-wp-total"]) == (200, [{"id": 1}], "1")
    assert json.loads(answer.body) == answer.json
    assert asked(httpserver).args.to_dict() == {"status": "any", "search": "a b&c"}


def test_we_say_who_we_are(store: HttpSession, httpserver: HTTPServer) -> None:
    httpserver.expect_request(ANYWHERE).respond_with_json({})
    store.call("POST", "/x", json={"a": "é"})
    assert asked(httpserver).headers["User-Agent"] == f"Goodword/{VERSION}"
    assert asked(httpserver).headers["Content-Type"] == "application/json"
    assert asked(httpserver).json == {"a": "é"}


@pytest.mark.parametrize("status", [200, 201, 400, 401, 403, 404, 408, 413, 418])
def test_every_status_below_500_is_an_answer(status: int, store: HttpSession, httpserver: HTTPServer) -> None:
    httpserver.expect_request(ANYWHERE).respond_with_json({"code": "x"}, status)
    assert store.call("POST", "/x", json={}).status == status


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"[" * 200_000, b"{"])
def test_what_is_no_json_is_none(body: bytes, store: HttpSession, httpserver: HTTPServer) -> None:
    httpserver.expect_request(ANYWHERE).respond_with_data(body)
    answer = store.call("GET", "/x")
    assert (answer.json, answer.body) == (None, body)


def test_a_byte_order_mark_is_no_obstacle(store: HttpSession, httpserver: HTTPServer) -> None:
    httpserver.expect_request(ANYWHERE).respond_with_data(b'\xef\xbb\xbf{"a": 1}')
    assert store.call("GET", "/x").json == {"a": 1}


def test_the_host_is_pinned(store: HttpSession, httpserver: HTTPServer) -> None:
    httpserver.expect_request(ANYWHERE).respond_with_json({})
    for path in ("http://evil.example/", "@evil.example/", ".evil.example"):
        with pytest.raises(ValueError, match="slash"):
            store.call("GET", path)
    store.call("GET", "//evil.example/x")
    assert asked(httpserver).host == f"localhost:{httpserver.port}"


def test_cookies_are_not_kept(store: HttpSession, httpserver: HTTPServer) -> None:
    httpserver.expect_request(ANYWHERE).respond_with_json({}, headers={"Set-Cookie": "session=1; Path=/"})
    store.call("GET", "/x")
    store.call("GET", "/x")
    assert "Cookie" not in asked(httpserver).headers


def test_the_machines_proxies_and_netrc_have_no_say(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NETRC", f"{tmp_path}/netrc")
    with open(f"{tmp_path}/netrc", "w") as file:
        file.write("machine localhost login me password secret\n")
    httpserver.expect_request(ANYWHERE).respond_with_json({})
    with open_session(httpserver.url_for("").rstrip("/"), NOBODY, allow_private=True) as session:
        assert session.call("GET", "/x").status == 200
    assert "Authorization" not in asked(httpserver).headers


@pytest.mark.parametrize(
    ("scheme", "header"),
    [(AuthScheme.BASIC, "Basic Y2tfMTpjc18y"), (AuthScheme.BEARER, "Bearer cs_2"), (AuthScheme.NONE, None)],
)
def test_credentials_are_applied_by_scheme(scheme: AuthScheme, header: str | None, httpserver: HTTPServer) -> None:
    httpserver.expect_request(ANYWHERE).respond_with_json({})
    credentials = Credentials(scheme, "ck_1", "cs_2")
    with open_session(httpserver.url_for("").rstrip("/"), credentials, allow_private=True) as session:
        session.call("GET", "/x")
        assert "cs_2" not in repr(session) + repr(credentials)
        assert "ck_1" not in repr(session) + repr(credentials)
    assert asked(httpserver).headers.get("Authorization") == header
