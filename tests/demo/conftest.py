"""A demo store for each test, and a receiver for its webhooks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.demo.stage import Stage


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A demo store in memory."""
    made = Stage()
    yield made
    made.shop.store.close()


@dataclass
class Receiver:
    """Remembers what was posted to it and answers as told, the last word again and again."""

    url: str = ""
    answers: list[int] = field(default_factory=lambda: [200])
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def answer(self) -> int:
        """The next status."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """An application's webhook address on loopback."""
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.got.append((dict(self.headers.items()), body))
            status = told.answer()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{told.url}/elsewhere")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/hooks/woo?shop=1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()
