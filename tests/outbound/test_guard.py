"""Which addresses may be called: whatever a name says, private networks are out of reach."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from app.outbound.guard import is_public, open_socket
from app.outbound.http import open_session
from integrations.contract import AuthScheme, Credentials
from integrations.errors import RemoteRejected, RemoteUnavailable

NOBODY = Credentials(AuthScheme.NONE)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254"),
        *(
            "0.1.2.3",
            "192.0.0.192",
            "100.64.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
        ),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "::127.0.0.1"),
        *(
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:a9fe:a9fe",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
            "64:ff9b::a00:1",
        ),
    ],
)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "172.32.0.1"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "base_url",
    [
        *("http://127.0.0.1:{port}", "http://localhost:{port}", "http://2130706433:{port}", "http://0x7f.1:{port}"),
        *("http://[::1]:{port}", "http://[::ffff:127.0.0.1]:{port}", "https://127.0.0.1:{port}", "http://0:{port}"),
    ],
)
def test_a_private_store_is_refused_before_anything_is_sent(base_url: str, httpserver: HTTPServer) -> None:
    address = base_url.format(port=httpserver.port)
    with open_session(address, NOBODY, allow_private=False) as store, pytest.raises(RemoteRejected) as caught:
        store.call("GET", "/")
    assert caught.value.reason == "address_private"
    assert httpserver.log == []


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[list[str]]], list[str]]:
    """Name service that gives these addresses, one list a question; the questions are in the list returned."""

    def answer_with(answers: list[list[str]]) -> list[str]:
        asked: list[str] = []

        def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
            asked.append(host)
            found = answers[min(len(asked), len(answers)) - 1]
            kinds = {True: socket.AF_INET6, False: socket.AF_INET}
            return [(kinds[":" in each], socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        return asked

    return answer_with


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.1.2.3", "::1", "::ffff:192.168.0.1", "169.254.169.254"])
def test_a_name_that_leads_inside_is_refused(inside: str, names: Callable[[list[list[str]]], list[str]]) -> None:
    names([[inside]])
    with pytest.raises(RemoteRejected) as caught:
        open_socket("shop.example", 80, 1, allow_private=False)
    assert caught.value.reason == "address_private"


def test_the_name_is_asked_once_and_the_answer_is_what_is_called(
    names: Callable[[list[list[str]]], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = names([["93.184.216.34"], ["127.0.0.1"]])  # rebinding: public while checked, private when called
    called: list[Any] = []

    def connect(_: socket.socket, address: Any) -> None:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(RemoteUnavailable):
        open_socket("rebinding.example", 80, 1, allow_private=False)
    assert asked == ["rebinding.example"]
    assert called == [("93.184.216.34", 80)]


def test_the_peer_is_looked_at_too(
    names: Callable[[list[list[str]]], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    names([["93.184.216.34"]])
    monkeypatch.setattr(socket.socket, "connect", lambda *_: None)
    monkeypatch.setattr(socket.socket, "getpeername", lambda _: ("10.0.0.7", 80))
    with pytest.raises(RemoteRejected) as caught:
        open_socket("shop.example", 80, 1, allow_private=False)
    assert caught.value.reason == "address_private"


def test_of_mixed_answers_only_public_ones_are_called(
    names: Callable[[list[list[str]]], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    names([["10.0.0.1", "93.184.216.34", "127.0.0.1"]])
    called: list[Any] = []

    def connect(_: socket.socket, address: Any) -> None:
        called.append(address[0])
        raise TimeoutError

    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(RemoteUnavailable) as caught:
        open_socket("shop.example", 80, 1, allow_private=False)
    assert called == ["93.184.216.34"]
    assert caught.value.reason == "connect_timeout"


@pytest.mark.parametrize("error", [socket.gaierror(-2, "unknown"), socket.gaierror(-3, "again"), TimeoutError()])
def test_an_unknown_name_means_nothing_happened(error: OSError, monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with (
        open_session("https://nowhere.example", NOBODY, allow_private=False) as store,
        pytest.raises(RemoteUnavailable) as caught,
    ):
        store.call("POST", "/", json={})
    assert caught.value.reason == "name_not_found"


def test_an_impossible_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RemoteRejected) as caught:
        open_socket("a" * 70 + ".example", 80, 1, allow_private=False)
    assert caught.value.reason == "address_invalid"
