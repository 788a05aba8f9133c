"""The demo store answers recorded requests as the real WooCommerce did: status, headers, error code, every member."""

from __future__ import annotations

import json
import re
import types
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from demo.rest import auth
from tests.demo.replay import CAPTURES, differences, exchanges, header_differences, load, send
from tests.demo.scenes import SCENES
from tests.demo.stage import Stage

# What the demo store tells less of: its own name and machine, and settings nobody asks for.
LESS = {"store_wp_json_index", "store_system_status_fields", "store_system_status_read_key", "store_currency_setting"}
RECORDED_AT = 1795372644  # when the OAuth exchanges were signed


@pytest.fixture
def real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the second in which the recorded OAuth requests were signed."""
    monkeypatch.setattr(auth, "time", types.SimpleNamespace(time=lambda: float(RECORDED_AT)))


def test_every_capture_has_a_scene() -> None:
    assert set(exchanges()) == set(SCENES)


def test_captures_name_no_other_machine() -> None:
    paths: list[Path] = [*CAPTURES.glob("*.json"), *CAPTURES.glob("*.http")]
    assert paths
    assert not [path.name for path in paths if re.search(r"/(home|work|root)/", path.read_text())]


@pytest.mark.usefixtures("real_time")
@pytest.mark.parametrize("name", [name for name in sorted(SCENES) if not name.startswith(("link_", "wcauth_"))])
def test_answers_as_recorded(name: str, stage: Stage) -> None:
    exchange = load(name)
    SCENES[name](stage)
    response = send(stage.browser, exchange)
    ours = response.get_data(as_text=True)
    assert response.status_code == exchange.status, ours
    assert header_differences(exchange.answer_headers, response) == []
    if exchange.answer or ours:
        found = list(differences(json.loads(exchange.answer), json.loads(ours), values=name not in LESS))
        assert [each for each in found if name not in LESS or "only in the real one" not in each] == []


@pytest.mark.parametrize("name", [name for name in sorted(SCENES) if name.startswith("link_")])
def test_links_lead_where_recorded(name: str, stage: Stage) -> None:
    exchange = load(name)
    SCENES[name](stage)
    response = send(stage.browser, exchange)
    assert response.status_code == exchange.status
    real, ours = urlsplit(exchange.answer_headers["Location"]), urlsplit(response.headers["Location"])
    assert (ours.scheme, ours.netloc, ours.path) == (real.scheme, real.netloc, real.path)
    asked, answered = parse_qs(real.query), parse_qs(ours.query)
    if asked.pop("session", None):
        assert stage.shop.store.cart(answered.pop("session")[0]) is not None
    assert answered == asked


@pytest.mark.parametrize("name", ["order_create_with_coupon", "coupon_create_odd_code", "refund_too_much"])
def test_bytes_are_escaped_as_recorded(name: str, stage: Stage) -> None:
    SCENES[name](stage)
    ours = send(stage.browser, load(name)).data
    ours.decode("ascii")
    assert b"/" not in ours.replace(b"\\/", b"")
    assert b": " not in re.sub(rb'"(\\.|[^"\\])*"', b'""', ours)
