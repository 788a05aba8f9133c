"""OAuth 1.0a as a real store checks it: signatures are worked out here, and these lines agree with the recordings."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import pytest
import requests
from pytest_httpserver import HTTPServer
from werkzeug import Request

from app.outbound.http import open_session
from app.outbound.signers import OneLegged
from integrations.contract import AuthScheme, Credentials
from tests.integrations.woocommerce.recorded import exchange

# The throw-away store's key stands in its Basic recordings too, with the secret.
KEY, SECRET = (
    base64.b64decode(
        dict(exchange("rest_auth_basic_over_https")["request"]["headers"])["Authorization"].removeprefix("Basic ")
    )
    .decode()
    .split(":")
)


def signature(method: str, url: str, parameters: dict[str, str], secret: str) -> str:
    """RFC 5849, section 3.4: HMAC over method, address and sorted parameters; one-legged, so the key ends with &."""

    def escape(text: str) -> str:
        return quote(text, safe="-._~")

    parts = urlsplit(url)
    pairs = sorted(
        (escape(name), escape(value))
        for name, value in [*parse_qsl(parts.query, keep_blank_values=True), *parameters.items()]
        if name != "oauth_signature"
    )
    listed = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join([method, escape(f"{parts.scheme}://{parts.netloc}{parts.path}"), escape(listed)])
    return base64.b64encode(hmac.new(f"{secret}&".encode(), base.encode(), hashlib.sha256).digest()).decode()


def parameters_of(header: str) -> dict[str, str]:
    return {name: unquote(value) for name, value in re.findall(r'(oauth_\w+)="([^"]*)"', header)}


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("rest_auth_oauth1_header_over_http", True),
        ("rest_auth_oauth1_query_over_http", True),
        ("rest_auth_oauth1_bad_signature", False),
        ("rest_auth_oauth1_old_timestamp", True),
    ],
)
def test_these_lines_agree_with_the_recorded_store(name: str, good: bool) -> None:
    request = exchange(name)["request"]
    method, target, _ = request["line"].split(" ")
    headers = dict(request["headers"])
    sent = parameters_of(headers.get("Authorization", "")) or dict(parse_qsl(urlsplit(target).query))
    url = f"http://{headers['Host']}{urlsplit(target).path}"
    assert (signature(method, url, sent, SECRET) == sent["oauth_signature"]) is good


def signed_request(httpserver: HTTPServer, method: str, query: dict[str, str]) -> Request:
    httpserver.expect_request(re.compile(".*")).respond_with_json({})
    credentials = Credentials(AuthScheme.OAUTH1, KEY, SECRET)
    with open_session(httpserver.url_for("").rstrip("/"), credentials, allow_private=True) as store:
        store.call(method, "/wp-json/wc/v3/coupons", query=query, json=None if method == "GET" else {"a": 1})
    return httpserver.log[-1][0]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "query",
    [{}, {"force": "true"}, {"search": "a b+c&d=é~", "_fields": "id,code", "modified_after": "2026-11-22T18:43:27Z"}],
    ids=["none", "one", "awkward"],
)
def test_requests_are_signed_as_the_store_will_check_them(
    method: str, query: dict[str, str], httpserver: HTTPServer
) -> None:
    request = signed_request(httpserver, method, query)
    sent = parameters_of(request.headers["Authorization"])
    assert sent["oauth_signature_method"] == "HMAC-SHA256"
    assert sent["oauth_consumer_key"] == KEY
    assert abs(time.time() - int(sent["oauth_timestamp"])) < 60
    assert sent["oauth_signature"] == signature(method, request.url, sent, SECRET)
    assert request.args.to_dict() == query
    assert SECRET not in str(request.headers)


def test_no_nonce_is_used_twice(httpserver: HTTPServer) -> None:
    nonces = [parameters_of(signed_request(httpserver, "GET", {}).headers["Authorization"]) for _ in range(3)]
    assert len({each["oauth_nonce"] for each in nonces}) == 3


def test_behind_a_proxy_that_hides_tls_the_http_form_is_signed() -> None:
    prepared = requests.Request("GET", "https://shop.example/wp-json/wc/v3/orders?per_page=1").prepare()
    OneLegged(KEY, SECRET)(prepared)
    sent = parameters_of(str(prepared.headers["Authorization"]))
    assert prepared.url == "https://shop.example/wp-json/wc/v3/orders?per_page=1"
    wanted = signature("GET", "http://shop.example/wp-json/wc/v3/orders?per_page=1", sent, SECRET)
    assert sent["oauth_signature"] == wanted
