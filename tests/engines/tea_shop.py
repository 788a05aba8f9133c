"""The demo store in a thread of this process, on a free port: a real HTTP server that speaks a platform's API."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from demo import create_app
from demo.records import ApiKey, Coupon, Webhook
from demo.settings import Settings
from demo.shop import Shop
from demo.webhooks import run_queue


class TeaShop:
    """A shop, its keeper and its manager's browser."""

    def __init__(self, database: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        settings = Settings(database=str(database), public_url=self.url, queue_seconds=0)
        self.app = create_app(settings)
        self.shop: Shop = self.app.extensions["shop"]
        self.instead: dict[str, Response] = {}  # answers in place of the shop's own, by path
        self.dropped: set[str] = set()  # headers that never reach the shop, as WSGI names them
        inner = self.app.wsgi_app

        def in_front(environ: dict[str, Any], start: Any) -> Any:
            for name in self.dropped:
                environ.pop(name, None)
            return self.instead.get(environ["PATH_INFO"], inner)(environ, start)

        self.app.wsgi_app = in_front  # type: ignore[assignment,method-assign]
        self.browser = requests.Session()
        self.browser.trust_env = False

    def say(self, path: str, body: Any, status: int = 200, **headers: str) -> None:
        """The path answers this from here on: JSON, or HTML where it is text."""
        is_page = isinstance(body, str)
        text = body if is_page else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = "text/html" if is_page else "application/json"
        self.instead[path] = Response(text, status, headers=named, content_type=kind)

    @property
    def keys(self) -> dict[str, str]:
        """The newest pair, as the connect form wants it."""
        key = self.shop.store.select(ApiKey)[-1]
        return {"consumer_key": key.key, "consumer_secret": key.secret}

    def webhooks(self) -> list[Webhook]:
        """Every webhook."""
        return self.shop.store.select(Webhook)

    def coupons(self) -> list[Coupon]:
        """Every coupon that can be used."""
        return self.shop.store.select(Coupon, "status = 'publish'")

    def keep(self, path: str, **form: str) -> Any:
        """The keeper presses a button."""
        answer = self.browser.post(f"{self.url}/keeper/{path}", data=form, headers={"Accept": "application/json"})
        assert answer.status_code == 200
        return answer.json()

    def deliver(self) -> None:
        """The webhook queue runs."""
        run_queue(self.shop)

    def grant_page(self, address: str) -> requests.Response:
        """What the manager sees at the authorization address, after signing in."""
        page = self.browser.get(address)
        return self.browser.post(page.url) if "/login/" in page.url else page

    def press(self, page: requests.Response, kind: str) -> requests.Response:
        """Approve or Deny was pressed; the redirect back is not followed. Deny is a link to us already."""
        link = self.link(page, kind)
        return self.browser.get(link, allow_redirects=False)

    def link(self, page: requests.Response, kind: str) -> str:
        """Where the button leads."""
        found = re.search(rf'class="[^"]*wc-auth-{kind}" href="([^"]+)"', page.text)
        assert found, page.text
        return found[1].replace("&amp;", "&")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def opened(database: Path) -> Iterator[TeaShop]:
    """The shop with this file, open at a port of its own until the block ends."""
    shop = TeaShop(database, free_port())
    with serving(shop.app, int(shop.url.rpartition(":")[2])):
        try:
            yield shop
        finally:
            shop.browser.close()
    shop.shop.store.close()


@contextmanager
def serving(application: Any, port: int, certificate: tuple[str, str] | None = None) -> Iterator[None]:
    """The application answers at the port, over TLS where there is a certificate with its key."""
    running = make_server("127.0.0.1", port, application, threaded=True, ssl_context=certificate)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        running.shutdown()
        thread.join()
        running.server_close()
