"""Which addresses may be called, decided where the socket is opened: no name and no redirect gets around it."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, SSLError

from integrations.errors import PlatformError, RemoteRejected, RemoteUnavailable

MOST_ADDRESSES = 4  # of one name that are tried
# Kept for protocols, yet public by the tables of older Pythons; clouds answer there with a machine's own credentials.
PROTOCOLS = ipaddress.ip_network("192.0.0.0/24")


def is_public(address: str) -> bool:
    """Whether an IP address lies in the open internet, seen through IPv4-mapped and 6to4 forms."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour
        if embedded is not None:
            return is_public(str(embedded))
    return ip.is_global and not (ip.is_reserved or ip.is_multicast or ip in PROTOCOLS)


def open_socket(host: str, port: int, timeout: float | None, allow_private: bool) -> socket.socket:
    """A connection to one of the host's permitted addresses, named once and never looked up again.

    Raises RemoteRejected('address_private'), RemoteUnavailable.
    """
    found = _addresses(host, port)
    permitted = [each for each in found if allow_private or is_public(str(each[1][0]))]
    if not permitted:
        raise RemoteRejected("address_private")
    failure: OSError | None = None
    for family, address in permitted[:MOST_ADDRESSES]:
        try:
            return _connect(family, address, timeout, allow_private)
        except OSError as error:
            failure = error
    reason = "connect_timeout" if isinstance(failure, TimeoutError) else "connection_refused"
    raise RemoteUnavailable(reason) from failure


def _addresses(host: str, port: int) -> list[tuple[int, tuple[Any, ...]]]:
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise RemoteUnavailable("name_not_found") from error
    except UnicodeError as error:
        raise RemoteRejected("address_invalid") from error
    return [(family, address) for family, _, _, _, address in found]


def _connect(family: int, address: tuple[Any, ...], timeout: float | None, allow_private: bool) -> socket.socket:
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.connect(address)
        if not (allow_private or is_public(str(connection.getpeername()[0]))):
            raise RemoteRejected("address_private")
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def _before_sending() -> Iterator[None]:
    """Nothing has left us yet, so every failure in here is known to have done nothing at the platform."""
    try:
        yield
    except PlatformError:
        raise
    except (ssl.SSLError, SSLError) as error:
        raise RemoteRejected("tls_invalid") from error
    except (OSError, HTTPError) as error:
        raise RemoteUnavailable("connection_refused") from error


def _pools(allow_private: bool) -> dict[str, Any]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            timeout = self.timeout if isinstance(self.timeout, int | float) else None
            return open_socket(self._dns_host, self.port or self.default_port, timeout, allow_private)

        def connect(self) -> None:
            with _before_sending():
                super().connect()

    class Tls(Plain, HTTPSConnection):
        pass

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = Tls

    return {"http": PlainPool, "https": TlsPool}


class GuardedAdapter(HTTPAdapter):
    """Connections that refuse private addresses unless told otherwise; nothing is retried behind the caller's back."""

    def __init__(self, *, allow_private: bool) -> None:
        self._pool_classes = _pools(allow_private)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = self._pool_classes
