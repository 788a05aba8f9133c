"""`python -m bench.shop FOLDER`: the demo store, noting in FOLDER when each coupon's code reached it.

It is the store of demo/ with all its answers; a line of the notes is an instant of the machine's monotonic clock, and a
code. FOLDER/orders.json is what the load driver was told, so that an order of its can be read back here.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from werkzeug.serving import WSGIRequestHandler, run_simple

from bench import postbag
from demo import create_app

NOTES = "coupons.txt"
ORDERS = "/wp-json/wc/v3/orders/"
KEYS = {"DEMO_CONSUMER_KEY": "ck_" + "a" * 40, "DEMO_CONSUMER_SECRET": "cs_" + "b" * 40}


class Quiet(WSGIRequestHandler):
    """Says nothing of the calls."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing is written."""


class Noting:
    """The store's application, behind a listener at its door who also knows the orders that the load driver made up."""

    def __init__(self, application: Callable[..., Iterable[bytes]], notes: TextIO, orders: postbag.Arguments) -> None:
        self._application, self._notes, self._orders = application, notes, orders

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if method == "GET" and path.startswith(ORDERS):
            return self._order(int(path.removeprefix(ORDERS)), start_response)
        if method == "POST" and "/coupons" in path:
            self._note(environ)
        return self._application(environ, start_response)

    def _order(self, order_id: int, start_response: Any) -> list[bytes]:
        number = order_id - postbag.FIRST_ORDER
        code = postbag.code_of(number - int(self._orders["first"]), self._orders)
        body = postbag.order_body(number, code, str(self._orders["now"]))
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _note(self, environ: dict[str, Any]) -> None:
        now = time.monotonic()
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        self._notes.write("".join(f"{now} {code}\n" for code in codes_in(json.loads(body or b"{}"))))
        self._notes.flush()


def codes_in(body: dict[str, Any]) -> Iterator[str]:
    """The codes that one call wants created, alone or in a batch."""
    for row in [body, *body.get("create", [])]:
        if "code" in row:
            yield str(row["code"]).upper()


def main(folder: str) -> None:
    """The store answers until it is stopped."""
    orders = json.loads((Path(folder) / "orders.json").read_text())
    with (Path(folder) / NOTES).open("a") as notes:
        store = Noting(create_app(), notes, orders)
        run_simple("127.0.0.1", int(os.environ["DEMO_PORT"]), store, threaded=True, request_handler=Quiet)


if __name__ == "__main__":
    main(sys.argv[1])
