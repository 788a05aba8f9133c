"""The demo store hands over keys as the real one did: recorded requests, with its departures off, and what follows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from demo.records import ApiKey
from demo.web import authorize
from tests.demo.conftest import Receiver
from tests.demo.replay import Exchange, header_differences, load, load_delivery, send
from tests.demo.stage import Stage

MESSAGE = re.compile(r'<div class="wp-die-message">(.*?)</div>')


@dataclass
class Application:
    """What the store posts is recorded here, and answered as told."""

    status: int = 200
    got: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def __call__(self, address: str, body: bytes, headers: dict[str, str]) -> int:
        self.got.append((address, body, headers))
        return self.status


@pytest.fixture
def strict() -> Iterator[Stage]:
    """A store that hands keys only where WordPress does."""
    made = Stage(strict_callbacks=True)
    yield made
    made.shop.store.close()


@pytest.fixture
def application(monkeypatch: pytest.MonkeyPatch) -> Application:
    """The application at the callback; the recording store had a filter that let it call loopback."""
    made = Application()
    monkeypatch.setattr(authorize, "post", made)
    monkeypatch.setattr(authorize, "_may_be_called", lambda _: True)
    return made


def plain(stage: Stage) -> FlaskClient:
    """A client that sends the recorded cookies, and none of its own."""
    return stage.app.test_client(use_cookies=False)


def replayed(stage: Stage, exchange: Exchange) -> TestResponse:
    """The recorded request, with the nonce that this store gives."""
    nonce = authorize._nonce(stage.shop)
    target = re.sub(r"wc_auth_nonce=\w+", f"wc_auth_nonce={nonce}", exchange.target)
    return send(plain(stage), Exchange(**{**vars(exchange), "target": target}))


def answers_alike(exchange: Exchange, ours: TestResponse) -> None:
    """Status and headers are those of the recording, and so is the message where there is one."""
    assert ours.status_code == exchange.status
    assert header_differences(exchange.answer_headers, ours) == []
    assert MESSAGE.findall(ours.text) == MESSAGE.findall(exchange.answer)


@pytest.mark.parametrize(
    "name", ["01_authorize_not_logged_in", "02_http_callback_refused", "03_missing_param", "04_bad_scope"]
)
def test_what_is_asked_is_judged_as_recorded(name: str, strict: Stage) -> None:
    exchange = load(f"wcauth_{name}")
    answers_alike(exchange, send(strict.browser, exchange))


def test_plain_permalinks_lead_to_the_same_page(strict: Stage) -> None:
    exchange = load("wcauth_11_query_form")
    answers_alike(exchange, send(strict.browser, exchange))


def test_the_page_says_what_the_recorded_one_says(strict: Stage) -> None:
    exchange = load("wcauth_05_authorize_page")
    ours = send(plain(strict), exchange)
    answers_alike(exchange, ours)

    def said(text: str) -> list[str]:
        plain = re.sub(r"<[^>]+>", " ", text).replace("&quot;", '"')
        return [word for word in re.sub(r"[“”\"]", " ", plain).split() if word]

    for sentence in ("Referral App would like to connect to your store", "Read/Write", "View and manage coupons"):
        assert all(word in said(ours.text) and word in said(exchange.answer) for word in sentence.split())
    recorded = re.search(r'access_granted/\?([^"]+)"', exchange.answer)
    made = re.search(r'access_granted/\?([^"]+)"', ours.text)
    assert recorded
    assert made
    assert asked_of(made[1]).keys() == asked_of(recorded[1]).keys()
    assert {k: v for k, v in asked_of(made[1]).items() if k != "wc_auth_nonce"} == {
        k: v for k, v in asked_of(recorded[1]).items() if k != "wc_auth_nonce"
    }


def asked_of(query: str) -> dict[str, list[str]]:
    return parse_qs(query.replace("&#038;", "&").replace("&amp;", "&"))


def test_a_callback_that_wordpress_would_not_call_gets_no_key(strict: Stage) -> None:
    before = strict.shop.store.count(ApiKey)
    exchange = load("wcauth_06_granted_callback_unreachable")
    answers_alike(exchange, replayed(strict, exchange))
    assert strict.shop.store.count(ApiKey) == before


@pytest.mark.parametrize(("name", "status"), [("07_granted_callback_500", 500), ("08_granted_callback_201", 201)])
def test_any_answer_but_200_deletes_the_key(name: str, status: int, strict: Stage, application: Application) -> None:
    before = strict.shop.store.count(ApiKey)
    application.status = status
    exchange = load(f"wcauth_{name}")
    answers_alike(exchange, replayed(strict, exchange))
    assert len(application.got) == 1
    assert strict.shop.store.count(ApiKey) == before


def test_keys_are_posted_as_recorded_and_a_replay_makes_a_second_pair(strict: Stage, application: Application) -> None:
    for name in ("09_granted_ok", "10_granted_replayed"):
        exchange = load(f"wcauth_{name}")
        answers_alike(exchange, replayed(strict, exchange))
    recorded = load_delivery("wcauth/wcauth_callback_post")
    first, second = application.got
    for address, body, headers in (first, second):
        assert address == "https://127.0.0.1:9443/woo/callback?nonce=n1"
        assert re.sub(rb"[0-9a-f]{40}|\d+", b"#", body) == re.sub(rb"[0-9a-f]{40}|\d+", b"#", recorded.body)
        assert len(body) in (len(recorded.body), len(recorded.body) + 1)
        assert {name: recorded.headers[name] for name in headers} == headers
        key = json.loads(body)
        (kept,) = strict.shop.store.select(ApiKey, "name = ?", (key["consumer_key"],))
        assert (kept.secret, kept.permissions) == (key["consumer_secret"], "read_write")
    assert json.loads(first[1])["consumer_key"] != json.loads(second[1])["consumer_key"]


def test_a_newcomer_signs_in_approves_and_comes_back(stage: Stage, receiver: Receiver) -> None:
    asked = {
        "app_name": "Goodword",
        "scope": "read_write",
        "user_id": "state-1",
        "return_url": "http://localhost:9/return",
        "callback_url": receiver.url,
    }
    browser = stage.browser
    to_login = browser.get(f"/wc-auth/v1/authorize?{urlencode(asked)}")
    there = urlsplit(to_login.location)
    assert there.path == "/wc-auth/v1/login/"
    back = browser.post(f"{there.path}?{there.query}")
    page = browser.get(back.location.removeprefix(stage.shop.home))
    found = re.search(r'href="([^"]+access_granted[^"]+)"', page.text)
    assert found
    approve = found[1].replace("&amp;", "&").removeprefix(stage.shop.home)
    done = browser.get(approve)
    assert (done.status_code, done.location) == (302, "http://localhost:9/return?success=1&user_id=state-1")
    assert len(receiver.got) == 1
    assert 'href="http://localhost:9/return?success=0&amp;user_id=state-1"' in page.text


def test_who_is_not_signed_in_or_brings_no_nonce_grants_nothing(strict: Stage, application: Application) -> None:
    exchange = load("wcauth_09_granted_ok")
    assert send(plain(strict), exchange).status_code == 401  # the recorded nonce is another store's
    stranger = strict.app.test_client()
    target = re.sub(r"wc_auth_nonce=\w+", f"wc_auth_nonce={authorize._nonce(strict.shop)}", exchange.target)
    assert stranger.get(target).status_code == 401
    assert application.got == []
