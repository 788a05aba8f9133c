"""The keeper's buttons, mishaps, the clock, and keys."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, SIGNATURE_TYPE_QUERY, Client  # type: ignore[import-untyped]

from demo.clock import Clock
from demo.settings import Settings
from tests.demo.stage import CONSUMER_SECRET, HOME, KEY, Stage


@pytest.mark.parametrize(("scope", "rest", "shop"), [("both", 503, 503), ("rest", 503, 200), ("shop", 200, 503)])
def test_going_down_has_a_scope_and_an_end(stage: Stage, scope: str, rest: int, shop: int) -> None:
    told = stage.keep("mishap", down_seconds="60", down_scope=scope).json
    assert told is not None
    assert told["down_seconds"] in {59, 60}
    assert stage.rest("GET", "orders").status_code == rest
    assert stage.browser.get("/").status_code == shop
    assert stage.browser.get("/keeper").status_code == 200
    stage.keep("mishap", down_seconds="0")
    assert stage.rest("GET", "orders").status_code == 200


def test_being_broken_is_500_as_json(stage: Stage) -> None:
    stage.keep("mishap", down_seconds="60", down_status="500")
    answer = stage.rest("GET", "orders")
    assert (answer.status_code, (answer.json or {})["code"]) == (500, "internal_server_error")
    stage.keep("mishap/end")
    assert stage.rest("GET", "orders").status_code == 200


def test_being_slow_delays_the_answer(stage: Stage) -> None:
    stage.keep("mishap", slow_seconds="0.2")
    began = time.monotonic()
    stage.rest("GET", "orders")
    assert time.monotonic() - began >= 0.2


def test_nonsense_is_refused_and_changes_nothing(stage: Stage) -> None:
    stage.product()
    stage.order(123)
    for path, form in (
        ("mishap", {"down_seconds": "soon"}),
        ("mishap", {"down_seconds": "9", "down_status": "418"}),
        ("orders/123/status", {"status": "lost"}),
        ("orders/123/untrash", {}),
    ):
        assert stage.keep(path, **form).status_code == 400
    assert stage.find_order(123).status == "pending"
    assert stage.rest("GET", "orders").status_code == 200
    assert stage.keep("orders/999/cancel").status_code == 404


def test_a_form_on_another_site_presses_no_button(stage: Stage) -> None:
    answer = stage.browser.post("/keeper/mishap", data={"down_seconds": "9"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_a_browser_is_led_back_to_the_page(stage: Stage) -> None:
    stage.product()
    stage.order(123)
    answer = stage.browser.post("/keeper/orders/123/cancel")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/keeper/orders/123")
    assert "cancelled" in stage.browser.get("/keeper/orders/123").text


def test_state_tells_what_programs_need(stage: Stage) -> None:
    stage.product()
    stage.webhook(2, "order.created")
    stage.order(123)
    told = stage.browser.get("/keeper/state").json
    assert told is not None
    assert told["keys"][0]["consumer_key"] == KEY
    assert told["waiting"] == 1
    assert stage.keep("run-queue").json == {"delivered": 1, "waiting": 0}
    last = (stage.browser.get("/keeper/state").json or {})["deliveries"][0]
    assert (last["topic"], last["resource"], last["outcome"]) == ("order.created", 123, "ConnectionError")


def test_a_revoked_pair_opens_nothing(stage: Stage) -> None:
    stage.keep("keys/1/revoke")
    assert stage.rest("GET", "orders").status_code == 401


def test_the_clock_file_moves_the_clock(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    clock, real = Clock(str(file)), Clock(None)
    assert abs((clock.now() - real.now()).total_seconds()) <= 1
    for days in (30, 3, 0):
        file.write_text(json.dumps({"offset_seconds": days * 86_400}))
        assert abs((clock.now() - real.now()).total_seconds() - days * 86_400) <= 1
    file.write_text("")
    assert abs((clock.now() - real.now()).total_seconds()) <= 1
    file.write_text("{half")
    assert abs((clock.now() - real.now()).total_seconds()) <= 1
    file.unlink()
    assert abs((clock.now() - real.now()).total_seconds()) <= 1


def signed(target: str, method: str = "GET", secret: str = CONSUMER_SECRET) -> str:
    """The request's address, signed by an implementation that is not ours."""
    client = Client(KEY, secret, signature_method=SIGNATURE_HMAC_SHA256, signature_type=SIGNATURE_TYPE_QUERY)
    address, _, _ = client.sign(f"{HOME}{target}", method)
    return str(address).removeprefix(HOME)


@pytest.mark.parametrize(
    "query", ["", "?code=a%20b", "?code=a+b&search=%C3%A9%26%3D", "?modified_after=2026-11-22T18:42:00Z&a=1&a%5B0%5D=2"]
)
def test_oauth_by_another_hand_is_understood(stage: Stage, query: str) -> None:
    browser = stage.browser
    assert browser.get(signed(f"/wp-json/wc/v3/coupons{query}")).status_code == 200
    assert browser.post(signed(f"/wp-json/wc/v3/coupons{query}", "POST"), json={"code": "x"}).status_code == 201
    assert browser.get(signed(f"/wp-json/wc/v3/coupons{query}", "POST")).status_code == 401
    assert browser.get(signed(f"/wp-json/wc/v3/coupons{query}", secret="cs_other")).status_code == 401
    once = signed(f"/wp-json/wc/v3/coupons{query}")
    assert [browser.get(once).status_code for _ in range(2)] == [200, 401]


def test_half_an_oauth_request_names_what_is_missing(stage: Stage) -> None:
    told = stage.browser.get(f"/wp-json/wc/v3/orders?oauth_consumer_key={KEY}&oauth_nonce=1").json or {}
    assert told["message"].startswith("Missing OAuth parameters oauth_timestamp, oauth_signature")


def test_settings_come_from_the_environment() -> None:
    settings = Settings.from_environment({"DEMO_PORT": "9", "DEMO_QUEUE_SECONDS": "0", "DEMO_PLUGIN": "1"})
    assert settings == Settings(public_url="http://127.0.0.1:9", queue_seconds=0, plugin=True)


@pytest.mark.slow
def test_the_store_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    """`python -m demo` answers, delivers by itself, and `keys` prints what it made."""
    port = "18097"
    environment = {**os.environ, "DEMO_DATABASE": str(tmp_path / "demo.sqlite"), "DEMO_PORT": port}
    keys = json.loads(subprocess.check_output([sys.executable, "-m", "demo", "keys"], env=environment))
    running = subprocess.Popen([sys.executable, "-m", "demo"], env=environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                told = requests.get(f"{keys['url']}/keeper/state", timeout=5).json()
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        assert told["keys"][0]["consumer_key"] == keys["consumer_key"]
    finally:
        running.terminate()
        running.wait()
