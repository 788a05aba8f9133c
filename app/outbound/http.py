"""The one HTTP client: a session pinned to one store, signed, bounded in time and size, never redirected.

What a failure means is decided here once: RemoteUnavailable when surely nothing happened, RemoteOutcomeUnknown when the
request left us and no clear answer came, RemoteRejected when repeating cannot help.
"""

from __future__ import annotations

import email.utils
import http.cookiejar
import json as jsonlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from app.clock import real_now
from app.outbound.guard import GuardedAdapter
from app.outbound.signers import SIGNERS
from app.version import VERSION
from integrations.contract import Answer, Credentials
from integrations.errors import PlatformError, RemoteOutcomeUnknown, RemoteRejected, RemoteUnavailable

USER_AGENT = f"Goodword/{VERSION}"
CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
# A write that is given up leaves an unknown outcome behind, so it is waited for longer: a batch of 100 coupons takes
# seconds on a small host, and creating a webhook waits for our own answer to its ping.
WRITE_SECONDS = 60.0
LARGEST_ANSWER = 8 * 1024 * 1024
LONGEST_RETRY_AFTER = 24 * 3600.0
CHUNK = 64 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD"})


class HttpSession:
    """One store's API over HTTP (a StoreSession). Close it, or use it as a context manager."""

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        allow_private: bool,
        connect_seconds: float,
        read_seconds: float,
        write_seconds: float,
        largest_answer: int,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._auth = SIGNERS[credentials.scheme](credentials)
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds
        self._write_seconds = write_seconds
        self._largest_answer = largest_answer
        self._requests = _requests_session(allow_private)

    def __repr__(self) -> str:
        return f"HttpSession({self._base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Every connection to the store is closed."""
        self._requests.close()

    @property
    def base_url(self) -> str:
        """The store's address without a trailing slash."""
        return self._base_url

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        repeatable: bool | None = None,
    ) -> Answer:
        """The answer, whatever its status below 500 and other than 429 and redirects.

        Raises RemoteUnavailable, RemoteOutcomeUnknown, RemoteRejected.
        """
        if not path.startswith("/"):
            raise ValueError("a path starts with a slash, so that it cannot name another host")
        harmless = method in SAFE_METHODS if repeatable is None else repeatable
        try:
            return self._exchange(method, path, query, json, harmless)
        except PlatformError:
            raise
        except (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError) as error:
            raise _lost("answer_timeout", harmless) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _lost("connection_lost", harmless) from error

    def _exchange(
        self, method: str, path: str, query: Mapping[str, str] | None, json: object, harmless: bool
    ) -> Answer:
        patience = self._read_seconds if method in SAFE_METHODS else self._write_seconds
        with self._requests.request(
            method,
            self._base_url + path,
            params=query,
            json=json,
            auth=self._auth,
            timeout=(self._connect_seconds, patience),
            allow_redirects=False,
            stream=True,
        ) as response:
            _refuse(response, harmless)
            body = _read_body(response, self._largest_answer, patience, harmless)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, headers, _decoded(body), body)


def open_session(
    base_url: str,
    credentials: Credentials,
    *,
    allow_private: bool,
    connect_seconds: float = CONNECT_SECONDS,
    read_seconds: float = READ_SECONDS,
    write_seconds: float = WRITE_SECONDS,
    largest_answer: int = LARGEST_ANSWER,
) -> HttpSession:
    """A session with the store at `base_url`; private addresses are refused unless `allow_private`."""
    return HttpSession(
        base_url,
        credentials,
        allow_private=allow_private,
        connect_seconds=connect_seconds,
        read_seconds=read_seconds,
        write_seconds=write_seconds,
        largest_answer=largest_answer,
    )


def _requests_session(allow_private: bool) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # neither the machine's proxies nor its .netrc have a say in what a store receives
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
    adapter = GuardedAdapter(allow_private=allow_private)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _refuse(response: requests.Response, harmless: bool) -> None:
    status = response.status_code
    if 300 <= status < 400:
        raise RemoteRejected("redirected", status, detail=_without_query(response))
    if status == 429:
        raise RemoteUnavailable("rate_limited", _retry_after(response))
    if status >= 500:
        # Even a 503 with Retry-After may come from a cache that lost its backend in mid-request (Varnish adds the
        # header by itself), so it says nothing about what happened behind it.
        if harmless:
            raise RemoteUnavailable(f"server_error_{status}", _retry_after(response))
        raise RemoteOutcomeUnknown(f"server_error_{status}")


def _without_query(response: requests.Response) -> str:
    """Where a redirect leads, as far as it may be shown: what stands in a query is nobody's business."""
    try:
        parts = urlsplit(urljoin(str(response.url), response.headers.get("Location", "")))
        return f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.hostname and not parts.username else ""
    except ValueError:
        return ""


def _read_body(response: requests.Response, largest: int, patience: float, harmless: bool) -> bytes:
    body = bytearray()
    deadline = time.monotonic() + patience
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        body += chunk
        if len(body) > largest:
            raise RemoteRejected("answer_too_large", response.status_code) if harmless else _lost("answer_too_large")
        if time.monotonic() > deadline:
            raise _lost("answer_timeout", harmless)
    return bytes(body)


def _lost(reason: str, harmless: bool = False) -> PlatformError:
    return RemoteUnavailable(reason) if harmless else RemoteOutcomeUnknown(reason)


def _decoded(body: bytes) -> Any:
    try:
        return jsonlib.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return None


def _retry_after(response: requests.Response) -> float | None:
    """The seconds that Retry-After asks for, written as seconds or as a date (then against the answer's own clock)."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return min(float(value), LONGEST_RETRY_AFTER)
    until, sent = _http_date(value), _http_date(response.headers.get("Date", ""))
    if until is None:
        return None
    waiting = until - (sent or real_now())
    return min(max(waiting.total_seconds(), 0.0), LONGEST_RETRY_AFTER)


def _http_date(text: str) -> datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
