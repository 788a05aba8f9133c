"""What comes over a wire and no test client sends: bodies in chunks, broken ones, visitors who stop in the middle."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack

import pytest
import requests

from tests.e2e.town import Town

pytestmark = [pytest.mark.slow, pytest.mark.engines("sqlite")]

POST = b"POST /webhooks/woocommerce/nobody HTTP/1.1\r\nHost: refer.test\r\nConnection: close\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
LARGEST = 2 * 1024 * 1024


@pytest.fixture
def web(town: Town) -> Town:
    """The web server, with its threads."""
    town.flask("migrate")
    town.start("web")
    return town


def connected(town: Town) -> socket.socket:
    host, _, port = town.web_url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=60)


def answer(town: Town, sent: bytes) -> bytes:
    """The status of the answer to these bytes."""
    with connected(town) as caller:
        caller.sendall(sent)
        return caller.recv(1000).split(b" ")[1]


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


def test_a_body_in_chunks_may_be_as_large_as_any_other(web: Town) -> None:
    end = b"0\r\n\r\n"
    assert answer(web, CHUNKED + chunk(b"x" * LARGEST) + end) == b"401", "it is unsigned"
    assert answer(web, CHUNKED + chunk(b"x" * (LARGEST + 1)) + end) == b"413"


def test_a_body_that_breaks_off_is_the_callers_trouble(web: Town) -> None:
    assert answer(web, CHUNKED + b"what?\r\n") == b"400"
    assert "Traceback" not in (web.folder / "web.log").read_text()


@pytest.mark.parametrize("sent", [POST + b"Content-Length: 100\r\n\r\n{", POST], ids=["in the body", "in the headers"])
def test_who_stops_in_the_middle_keeps_nobody_waiting_for_long(web: Town, sent: bytes) -> None:
    with ExitStack() as stopped:
        for _ in range(20):  # more than there are threads
            stopped.enter_context(connected(web)).sendall(sent)
        since = time.monotonic()
        assert requests.get(f"{web.web_url}/healthz", timeout=60).status_code == 200
        assert time.monotonic() - since < 45
