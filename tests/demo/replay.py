"""Recorded exchanges of a real WooCommerce, sent again to the demo store, and what differs between the two answers."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

CAPTURES = Path(__file__).parent / "captures"
SECRET = "s3cr3t-hook-key"
# Headers of the PHP development server, or of the length of a body that differs in a date.
OF_THE_SERVER = {"host", "date", "connection", "x-powered-by", "content-length", "set-cookie"}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
MADE_UP = {"order_key", "payment_url", "store_id", "cart_hash"}
NUMBERED_ANEW = re.compile(r"(meta_data|_lines|line_items)\[\d+\]\.id$")


@dataclass(frozen=True)
class Exchange:
    """One recorded request with its answer."""

    name: str
    method: str
    target: str
    headers: dict[str, str]
    body: str
    status: int
    answer_headers: dict[str, str]
    answer: str

    @property
    def key_pair(self) -> tuple[str, str] | None:
        """The keys of the request's Basic header."""
        header = self.headers.get("Authorization", "")
        if not header.startswith("Basic "):
            return None
        key, _, secret = base64.b64decode(header[6:]).decode().partition(":")
        return key, secret


@dataclass(frozen=True)
class Delivery:
    """One recorded webhook, raw."""

    headers: dict[str, str]
    body: bytes


def load(name: str) -> Exchange:
    """The recorded exchange of that name."""
    told = json.loads((CAPTURES / f"{name}.json").read_text())
    method, target, _ = told["request"]["line"].split(" ")
    return Exchange(
        name=name,
        method=method,
        target=target,
        headers=dict(told["request"]["headers"]),
        body=told["request"]["body"],
        status=int(told["response"]["status_line"].split(" ")[1]),
        answer_headers=dict(told["response"]["headers"]),
        answer=told["response"]["body"],
    )


def exchanges() -> list[str]:
    """The names of all recorded exchanges that are kept here."""
    kept = (path for path in CAPTURES.glob("*.json") if "rest-exchange" in path.read_text()[:2000])
    return sorted(path.stem for path in kept)


def load_delivery(name: str) -> Delivery:
    """The recorded webhook of that name."""
    head, _, body = (CAPTURES / f"{name}.http").read_bytes().partition(b"\r\n\r\n")
    lines = head.decode("ascii").split("\r\n")[1:]
    return Delivery(dict(line.split(": ", 1) for line in lines), body)


def send(client: FlaskClient, exchange: Exchange) -> TestResponse:
    """The recorded request goes to the demo store, header for header."""
    headers = {name: value for name, value in exchange.headers.items() if name.lower() != "content-length"}
    return client.open(exchange.target, method=exchange.method, headers=headers, data=exchange.body.encode())


def header_differences(real: dict[str, str], ours: TestResponse) -> list[str]:
    """What differs in the headers: which there are, and the value of each but the server's own."""
    theirs = {name.lower(): value for name, value in real.items() if name.lower() not in OF_THE_SERVER}
    mine = {name.lower(): value for name, value in ours.headers if name.lower() not in OF_THE_SERVER}
    names = sorted(theirs.keys() | mine.keys())
    # Werkzeug quotes what the real store leaves bare in one Location: the same address.
    return [
        f"{name}: {theirs.get(name)} / {mine.get(name)}"
        for name in names
        if theirs.get(name) != mine.get(name) and unquote(theirs.get(name, "")) != unquote(mine.get(name, ""))
    ]


def differences(real: Any, ours: Any, path: str = "", *, values: bool = True) -> Iterator[str]:
    """What differs between two JSON values: members, types, lengths; with `values` also what stands there.

    Dates must be dates, ids of lines and meta entries numbers, keys strings: their values are each store's own.
    """
    if _kind(real) != _kind(ours):
        yield f"{path}: {real!r} / {ours!r}"
    elif isinstance(real, dict):
        for name in sorted(real.keys() | ours.keys()):
            if name not in real or name not in ours:
                yield f"{path}.{name}: only in {'ours' if name in ours else 'the real one'}"
            else:
                yield from differences(real[name], ours[name], f"{path}.{name}", values=values)
    elif isinstance(real, list):
        if path.endswith("meta_data"):  # in what order a database returns them was never promised
            real, ours = (sorted(each, key=lambda entry: str(entry["key"])) for each in (real, ours))
        if values and len(real) != len(ours):
            yield f"{path}: {len(real)} / {len(ours)} members"
        for number, (theirs, mine) in enumerate(zip(real, ours, strict=False)):
            yield from differences(theirs, mine, f"{path}[{number}]", values=values)
    elif values and real != ours and not _own(path, real, ours):
        yield f"{path}: {real!r} / {ours!r}"


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__


def _own(path: str, real: Any, ours: Any) -> bool:
    last = path.rpartition(".")[2]
    if last.startswith("date_"):
        return bool(DATE.fullmatch(real)) == bool(DATE.fullmatch(ours))
    if ".meta_data[" in path and last == "value" and str(real).isdigit():
        return str(ours).isdigit()
    return last in MADE_UP or NUMBERED_ANEW.search(path) is not None
