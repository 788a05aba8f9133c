"""What each failure of the other side is called, and that nothing is repeated behind the caller's back."""

from __future__ import annotations

import gzip
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from app.outbound.http import LONGEST_RETRY_AFTER, HttpSession, open_session
from integrations.contract import AuthScheme, Credentials
from integrations.errors import PlatformError, RemoteOutcomeUnknown, RemoteRejected, RemoteUnavailable

ANYWHERE = re.compile(".*")
NOBODY = Credentials(AuthScheme.NONE)


@pytest.fixture
def store(httpserver: HTTPServer) -> Iterator[HttpSession]:
    with open_session(httpserver.url_for("").rstrip("/"), NOBODY, allow_private=True) as session:
        yield session


def refusal(call: Callable[[], object], kind: type[PlatformError]) -> PlatformError:
    with pytest.raises(kind) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_redirects_are_never_followed(method: str, status: int, store: HttpSession, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_data("", status, headers={"Location": httpserver.url_for("/y")})
    error = refusal(lambda: store.call(method, "/x"), RemoteRejected)
    assert error.reason == "redirected"
    assert [request.path for request, _ in httpserver.log] == ["/x"]


def retry_after(store: HttpSession, httpserver: HTTPServer, headers: dict[str, str], status: int = 429) -> float | None:
    httpserver.expect_request(ANYWHERE).respond_with_data("", status, headers=headers)
    error = refusal(lambda: store.call("GET", "/x"), RemoteUnavailable)
    assert isinstance(error, RemoteUnavailable)
    return error.retry_after


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *(("120", 120.0), ("0", 0.0), (" 3 ", 3.0), ("-1", None), ("soon", None), ("", None), ("1.5", None)),
        *(("9" * 30, LONGEST_RETRY_AFTER), ("٣", None), ("Mon, 99 Foo", None)),
    ],
)
def test_retry_after_in_seconds(value: str, seconds: float | None, store: HttpSession, httpserver: HTTPServer) -> None:
    headers = {"Retry-After": value.encode().decode("latin-1")}
    assert retry_after(store, httpserver, headers) == seconds


def test_retry_after_as_a_date_is_read_by_the_answers_clock(serving: Callable[..., str]) -> None:
    theirs = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)  # their clock may be wrong; the difference is what counts
    sent, until = (format_datetime(theirs + timedelta(seconds=each), usegmt=True) for each in (0, 90))

    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        head = f"HTTP/1.1 429 Slow down\r\nDate: {sent}\r\nRetry-After: {until}\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(head.encode())

    with quick(serving(answer)) as session:
        error = refusal(lambda: session.call("GET", "/x"), RemoteUnavailable)
    assert isinstance(error, RemoteUnavailable)
    assert error.retry_after == 90


def test_retry_after_in_the_past_is_at_once(store: HttpSession, httpserver: HTTPServer) -> None:
    assert retry_after(store, httpserver, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0


def test_a_closed_shop_says_when_it_opens(store: HttpSession, httpserver: HTTPServer) -> None:
    assert retry_after(store, httpserver, {"Retry-After": "600"}, status=503) == 600


def test_without_the_header_there_is_no_time(store: HttpSession, httpserver: HTTPServer) -> None:
    assert retry_after(store, httpserver, {}) is None


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504, 520, 599])
def test_server_errors_leave_a_write_unknown(status: int, store: HttpSession, httpserver: HTTPServer) -> None:
    httpserver.expect_request(ANYWHERE).respond_with_data("", status, headers={"Retry-After": "5"})
    for method in ("POST", "PUT", "DELETE"):
        assert refusal(lambda m=method: store.call(m, "/x"), RemoteOutcomeUnknown).reason == f"server_error_{status}"  # type: ignore[misc]
    refusal(lambda: store.call("GET", "/x"), RemoteUnavailable)
    refusal(lambda: store.call("PUT", "/x", repeatable=True), RemoteUnavailable)
    refusal(lambda: store.call("GET", "/x", repeatable=False), RemoteOutcomeUnknown)


def test_a_refused_connection_did_nothing() -> None:
    with open_session("http://127.0.0.1:9", NOBODY, allow_private=True) as session:
        assert refusal(lambda: session.call("POST", "/x", json={}), RemoteUnavailable).reason == "connection_refused"


def quick(address: str) -> HttpSession:
    return open_session(address, NOBODY, allow_private=True, connect_seconds=0.5, read_seconds=0.3, write_seconds=0.3)


def both(session: HttpSession) -> tuple[str, str]:
    """Why a read and a write are given up, after seeing that each is of its class."""
    with session:
        read = refusal(lambda: session.call("GET", "/x"), RemoteUnavailable)
        write = refusal(lambda: session.call("POST", "/x", json={}), RemoteOutcomeUnknown)
        return read.reason, write.reason


def test_no_answer_in_time(serving: Callable[..., str]) -> None:
    def wait(connection: socket.socket) -> None:
        while connection.recv(65536):
            continue

    assert both(quick(serving(wait))) == ("answer_timeout", "answer_timeout")


def test_an_answer_that_trickles_is_given_up(serving: Callable[..., str]) -> None:
    def trickle(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b" ")
            time.sleep(0.05)

    started = time.monotonic()
    assert both(quick(serving(trickle))) == ("answer_timeout", "answer_timeout")
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    "reply",
    [
        *(b"", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", b"junk\r\n\r\n", b"HTTP/1.1 2"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
    ],
    ids=["nothing", "cut", "junk", "half a line", "bad chunk", "bad gzip"],
)
def test_a_broken_answer_is_a_lost_connection(reply: bytes, serving: Callable[..., str]) -> None:
    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(reply)

    assert both(quick(serving(answer))) == ("connection_lost", "connection_lost")


def test_a_reset_is_a_lost_connection(serving: Callable[..., str]) -> None:
    def reset(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")

    assert both(quick(serving(reset))) == ("connection_lost", "connection_lost")


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "a zip bomb"])
def test_an_answer_has_an_end(packed: bool, httpserver: HTTPServer) -> None:
    big = b" " * 300_000
    headers = {"Content-Encoding": "gzip"} if packed else {}
    httpserver.expect_request(ANYWHERE).respond_with_data(gzip.compress(big) if packed else big, headers=headers)
    address = httpserver.url_for("").rstrip("/")
    with open_session(address, NOBODY, allow_private=True, largest_answer=100_000) as session:
        assert refusal(lambda: session.call("GET", "/x"), RemoteRejected).reason == "answer_too_large"
        assert refusal(lambda: session.call("POST", "/x"), RemoteOutcomeUnknown).reason == "answer_too_large"


def test_an_answer_at_the_limit_is_read(httpserver: HTTPServer) -> None:
    httpserver.expect_request(ANYWHERE).respond_with_data(b" " * 100_000)
    address = httpserver.url_for("").rstrip("/")
    with open_session(address, NOBODY, allow_private=True, largest_answer=100_000) as session:
        assert len(session.call("GET", "/x").body) == 100_000


def own_certificate(folder: object) -> ssl.SSLContext:
    """A certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    started = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(started)
        .not_valid_after(started + timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    path = f"{folder}/own.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with open(path, "wb") as file:
        file.write(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_a_certificate_of_nobody_is_refused(serving: Callable[..., str], tmp_path: object) -> None:
    context = own_certificate(tmp_path)

    def greet(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(65536)

    with quick(serving(greet, "https")) as session:
        assert refusal(lambda: session.call("POST", "/x", json={}), RemoteRejected).reason == "tls_invalid"


def test_plain_http_where_tls_is_expected_is_refused(httpserver: HTTPServer) -> None:
    with quick(f"https://127.0.0.1:{httpserver.port}") as session:
        assert refusal(lambda: session.call("POST", "/x", json={}), RemoteRejected).reason == "tls_invalid"
    assert httpserver.log == []


def test_no_greeting_in_time_did_nothing(serving: Callable[..., str]) -> None:
    def wait(connection: socket.socket) -> None:
        while connection.recv(65536):
            continue

    with quick(serving(wait, "https")) as session:
        assert refusal(lambda: session.call("POST", "/x", json={}), RemoteUnavailable).reason == "connection_refused"


def test_nothing_is_repeated_behind_our_back(store: HttpSession, httpserver: HTTPServer) -> None:
    tries: list[str] = []

    def fail(request: Request) -> Response:
        tries.append(request.path)
        return Response("", 503, headers={"Retry-After": "0"})

    httpserver.expect_request(ANYWHERE).respond_with_handler(fail)
    refusal(lambda: store.call("GET", "/x"), RemoteUnavailable)
    assert tries == ["/x"]
