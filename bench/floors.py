"""Floors: the least that Flask, a signature and a durable row cost here, served just as the product is.

The rows have the columns that the floor needs and no index for reports, and nothing is encrypted.

`gunicorn bench.floors:ingest`; FLOOR_DATABASE is the address of an empty database, FLOOR_SECRET signs.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request
from itsdangerous import BadSignature, URLSafeSerializer

DATABASE = os.environ.get("FLOOR_DATABASE", "")
SECRET = os.environ.get("FLOOR_SECRET", "").encode()
IS_SQLITE = DATABASE.startswith("sqlite:///")
Write = Callable[[tuple[Any, ...]], None]


def tables(address: str) -> list[str]:
    """The statements that make the floors' tables in an empty database."""
    is_sqlite = address.startswith("sqlite:")
    key = "integer PRIMARY KEY" if is_sqlite else "bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY"
    body = "blob" if is_sqlite else "bytea"
    return [
        f"CREATE TABLE messages (id {key}, delivery_key text UNIQUE, body {body}, received_at double precision)",
        f"CREATE TABLE visits (id {key}, store_id bigint, program_id bigint, advocate_id bigint, channel text, "
        "at double precision)",
    ]


def writer(statement: str) -> Write:
    """A function that runs one raw INSERT on the thread's own connection, committed by itself."""
    local = threading.local()  # filled in after gunicorn has forked
    asked: Any = statement if IS_SQLITE else statement.replace("?", "%s")

    def write(values: tuple[Any, ...]) -> None:
        if not hasattr(local, "connection"):
            local.connection = _open()
        local.connection.execute(asked, values)

    return write


def _open() -> Any:
    if not IS_SQLITE:
        import psycopg  # not above: a bare Flask is measured with this module too

        return psycopg.connect(DATABASE.replace("postgresql+psycopg://", "postgresql://"), autocommit=True)
    connection = sqlite3.connect(DATABASE.removeprefix("sqlite:///"), isolation_level=None, timeout=15)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


# --- the applications ---

hello = Flask("hello")
ingest = Flask("ingest")
page = Flask("page")
_links = URLSafeSerializer(SECRET, salt="share")
PAGE = "x" * int(os.environ.get("FLOOR_PAGE_BYTES", "0"))
_keep_message = writer("INSERT INTO messages (delivery_key, body, received_at) VALUES (?, ?, ?)")
_keep_visit = writer("INSERT INTO visits (store_id, program_id, advocate_id, channel, at) VALUES (?, ?, ?, ?, ?)")


def share_path(secret: str) -> str:
    """The address of a signed link."""
    return f"/r/{URLSafeSerializer(secret, salt='share').dumps([1, 1])}"


@hello.get("/healthz")
@ingest.get("/healthz")
@page.get("/healthz")
def answer() -> str:
    """What any Flask application costs; the server has started."""
    return "ok"


@page.get("/r/<token>")
def open_link(token: str) -> str | Response:
    """A constant page, once the visit is committed; 404 where the token is not signed."""
    try:
        program_id, advocate_id = _links.loads(token)
    except BadSignature:
        return Response(status=404)
    _keep_visit((1, program_id, advocate_id, "", time.time()))
    return PAGE


@ingest.post("/webhooks/woocommerce/<public_id>")
def receive(public_id: str) -> Response | dict[str, str]:
    """200 once the raw body is committed; 401 where the signature differs."""
    body = request.get_data(cache=False)
    given = base64.b64decode(request.headers.get("X-WC-Webhook-Signature", ""))
    if not hmac.compare_digest(given, hmac.digest(SECRET, body, hashlib.sha256)):
        return Response(status=401)
    _keep_message((request.headers.get("X-WC-Webhook-Delivery-ID"), body, time.time()))
    return {"received": "kept"}
