"""Whatever may be wrong with a shop that is being connected has words of its own, in every language, reached through
the page from a real server that misbehaves so."""

from __future__ import annotations

import functools
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import Database
from app.languages import LOCALES
from app.models import Installation
from app.outbound.http import open_session
from app.services import connections
from app.web.install import words
from demo.records import ApiKey
from demo.shop import add_key
from tests.engines.certificates import own_certificate
from tests.engines.tea_shop import TeaShop, free_port, serving
from tests.web.connecting.shops import CONNECT, NOBODY, explained
from tests.web.desks import Desk

pytestmark = pytest.mark.engines("sqlite")
INDEX = {"name": "Tea", "home": "", "timezone_string": "", "gmt_offset": 0, "namespaces": ["wp/v2"]}


def impatient(monkeypatch: pytest.MonkeyPatch, **limits: float) -> None:
    """Sessions with stores wait less, or read less."""
    monkeypatch.setattr(connections, "open_session", functools.partial(open_session, **limits))


# --- the way to the shop ---


def test_slow(owner: Desk, app: Flask, db: Database, tea: TeaShop, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch, read_seconds=0.2)
    tea.keep("mishap", slow_seconds="0.6")
    explained(owner, app, db, "answer_timeout", address=tea.url, **tea.keys)


def test_broken_off(owner: Desk, app: Flask, db: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=hang_up, args=(listener, len(LOCALES)), daemon=True).start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        explained(owner, app, db, "connection_lost", address=address, **NOBODY)


def hang_up(listener: socket.socket, times: int) -> None:
    for _ in range(times):
        connection, _ = listener.accept()
        connection.recv(65536)
        connection.close()


def test_error_of_its_own(owner: Desk, app: Flask, db: Database, tea: TeaShop) -> None:
    tea.keep("mishap", down_seconds="60")
    explained(owner, app, db, "server_error_503", address=tea.url, **tea.keys)


def test_too_many_calls(owner: Desk, app: Flask, db: Database, tea: TeaShop) -> None:
    tea.say("/wp-json/", "Slow down", 429)
    explained(owner, app, db, "rate_limited", address=tea.url, **tea.keys)


@pytest.mark.parametrize("status", [401, 403])
def test_firewall(owner: Desk, app: Flask, db: Database, tea: TeaShop, status: int) -> None:
    tea.say("/wp-json/", "<h1>Are you a robot?</h1>", status)
    explained(owner, app, db, "blocked", address=tea.url, **tea.keys)


def test_another_name_is_told_and_filled_in(owner: Desk, app: Flask, db: Database, tea: TeaShop) -> None:
    elsewhere = "https://www.tea.example/shop"
    tea.say("/wp-json/", "", 301, Location=f"{elsewhere}/wp-json/?_fields=name")
    explained(owner, app, db, "shop_elsewhere", elsewhere, address=tea.url, **tea.keys)
    assert f'value="{elsewhere}"' in owner.post(CONNECT, address=tea.url, **tea.keys).text


def test_redirect_to_something_else_is_told_without_its_query(
    owner: Desk, app: Flask, db: Database, tea: TeaShop
) -> None:
    tea.say("/wp-json/", "", 302, Location="/coming-soon/?token=secret")
    explained(owner, app, db, "redirected", f"{tea.url}/coming-soon/", address=tea.url, **tea.keys)


# --- the shop ---


def test_no_rest(owner: Desk, app: Flask, db: Database, tea: TeaShop) -> None:
    tea.say("/wp-json/", "<h1>Not found</h1>", 404)
    explained(owner, app, db, "rest_absent", address=tea.url, **tea.keys)


@pytest.mark.parametrize("status", [404, 200])
def test_plain_permalinks(owner: Desk, app: Flask, db: Database, tea: TeaShop, status: int) -> None:
    tea.say("/wp-json/", "<h1>The front page, whatever one asks</h1>", status)
    tea.say("/", INDEX)
    explained(owner, app, db, "permalinks_plain", address=tea.url, **tea.keys)


def test_site_without_a_shop(owner: Desk, app: Flask, db: Database, tea: TeaShop) -> None:
    tea.say("/wp-json/", INDEX)
    explained(owner, app, db, "platform_absent", address=tea.url, **tea.keys)


def test_shop_of_long_ago(owner: Desk, app: Flask, db: Database, tea: TeaShop) -> None:
    tea.say("/wp-json/", {**INDEX, "namespaces": ["wp/v2", "wc/v2"]})
    explained(owner, app, db, "version_old", "8", address=tea.url, **tea.keys)


def test_shop_of_years_ago(owner: Desk, app: Flask, db: Database, tea: TeaShop) -> None:
    status = {"environment": {"version": "7.9.0"}, "settings": {"number_of_decimals": 2}}
    tea.say("/wp-json/wc/v3/system_status", status)
    explained(owner, app, db, "version_old", "8", address=tea.url, **tea.keys)


def test_no_coupons(owner: Desk, app: Flask, db: Database, tea: TeaShop) -> None:
    tea.keep("coupons-enabled", value="no")
    explained(owner, app, db, "coupons_disabled", address=tea.url, **tea.keys)


def test_answer_with_a_notice_of_a_plugin(owner: Desk, app: Flask, db: Database, tea: TeaShop) -> None:
    tea.say("/wp-json/wc/v3/data/currencies/current", "<b>Notice</b>: undefined index")
    explained(owner, app, db, "answer_unreadable", address=tea.url, **tea.keys)


def test_answer_without_end(
    owner: Desk, app: Flask, db: Database, tea: TeaShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch, largest_answer=100)
    explained(owner, app, db, "answer_too_large", address=tea.url, **tea.keys)


# --- the keys ---


def test_no_keys(owner: Desk, app: Flask, db: Database, tea: TeaShop) -> None:
    pasted = {"consumer_key": tea.keys["consumer_secret"], "consumer_secret": tea.keys["consumer_key"]}
    explained(owner, app, db, "key_malformed", address=tea.url, **pasted)


def test_unknown_key(owner: Desk, app: Flask, db: Database, tea: TeaShop) -> None:
    explained(owner, app, db, "key_unknown", address=tea.url, **NOBODY)


def test_revoked_key(owner: Desk, app: Flask, db: Database, tea: TeaShop) -> None:
    keys = tea.keys
    tea.keep(f"keys/{tea.shop.store.select(ApiKey)[-1].id}/revoke")
    explained(owner, app, db, "key_unknown", address=tea.url, **keys)


def test_wrong_secret(owner: Desk, app: Flask, db: Database, tea: TeaShop) -> None:
    keys = {**tea.keys, "consumer_secret": NOBODY["consumer_secret"]}
    explained(owner, app, db, "key_wrong_secret", address=tea.url, **keys)


@pytest.mark.parametrize(("may", "reason"), [("read", "key_read_only"), ("write", "key_write_only")])
def test_key_that_may_too_little(owner: Desk, app: Flask, db: Database, tea: TeaShop, may: str, reason: str) -> None:
    add_key(tea.shop, may)
    explained(owner, app, db, reason, address=tea.url, **tea.keys)


def test_user_who_may_too_little(owner: Desk, app: Flask, db: Database, tea: TeaShop) -> None:
    refusal = {"code": "woocommerce_rest_cannot_view", "message": "Sorry.", "data": {"status": 403}}
    tea.say("/wp-json/wc/v3/orders", refusal, 403)
    explained(owner, app, db, "role_missing", address=tea.url, **tea.keys)


def test_clocks_apart(owner: Desk, app: Flask, db: Database, tea: TeaShop) -> None:
    refusal = {
        "code": "woocommerce_rest_authentication_error",
        "message": "Invalid timestamp.",
        "data": {"status": 401},
    }
    tea.say("/wp-json/wc/v3/data/currencies/current", refusal, 401)
    explained(owner, app, db, "clock_wrong", address=tea.url, **tea.keys)


@pytest.fixture
def behind_tls(tea: TeaShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The shop's https address at a proxy that ends TLS and does not tell the shop."""
    port = free_port()
    pair = own_certificate(tmp_path)
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", pair[0])
    # The shop signs for the host that it is called by.
    object.__setattr__(tea.shop.settings, "public_url", f"http://127.0.0.1:{port}")
    with serving(tea.app, port, pair):
        yield f"https://127.0.0.1:{port}"


def test_tls_that_a_proxy_hides_is_got_around(
    owner: Desk, app: Flask, db: Database, tea: TeaShop, behind_tls: str
) -> None:
    page = owner.post(CONNECT, address=behind_tls, **tea.keys)
    assert page.status_code == 302
    with db.read() as session:
        assert b"oauth1" in session.query(Installation).one().credentials


def test_proxy_that_hides_tls_and_drops_the_signature(
    owner: Desk, app: Flask, db: Database, tea: TeaShop, behind_tls: str
) -> None:
    tea.dropped.add("HTTP_AUTHORIZATION")
    explained(owner, app, db, "tls_hidden", address=behind_tls, **tea.keys)


def test_no_reason_of_an_adapter_is_without_words() -> None:
    """Every slug that connecting may raise is explained; what is not foreseen has words too."""
    folder = Path(__file__).resolve().parents[3]
    sources = [*(folder / "integrations" / "woocommerce").glob("*.py"), folder / "app" / "services" / "shops.py"]
    named = {
        reason.replace("woocommerce", "platform")
        for source in sources
        if source.name in ("connector.py", "api.py", "authorization.py", "shops.py")
        for reason in re.findall(r'"([a-z]+_[a-z_]+)"', source.read_text())
        if re.search(rf'RemoteRejected\(\s*"{reason}"|: "{reason}",', source.read_text())
    }
    assert {"key_unknown", "shop_taken", "rest_absent"} <= named
    assert named - set(words.TROUBLE) - {"ref_invalid"} == set()
