"""A webhook as it arrives over WSGI, and the short way in for those that are whole and well signed.

Flask costs more than verifying and keeping a message together. The short way calls the same service, and leaves every
answer but 200 to Flask, so that refusals and our own trouble are answered, and logged, in one place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from app.services import intake
from app.web import security
from integrations.contract import RawRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REFUSED = "goodword.refused"  # where Flask finds what the short way came upon
_ADDRESS = re.compile(r"/webhooks/([\w-]+)/([\w-]+)", re.ASCII)
_LENGTH = re.compile(r"\d{1,9}", re.ASCII)


class ShortWay:
    """A WSGI application in front of Flask's."""

    def __init__(self, rest: WSGIApplication, largest: int) -> None:
        self.rest = rest
        self._largest = largest
        self._head = [("Content-Type", "application/json"), *security.headers().items()]

    def __call__(self, wsgi: WSGIEnvironment, start_response: StartResponse, /) -> Iterable[bytes]:
        """200 once the message is committed (or was before); Flask answers everything else."""
        address = _ADDRESS.fullmatch(wsgi["PATH_INFO"])
        length = _LENGTH.fullmatch(wsgi.get("CONTENT_LENGTH") or "")
        if wsgi["REQUEST_METHOD"] != "POST" or not address or not length or int(length[0]) > self._largest:
            return self.rest(wsgi, start_response)
        try:
            body = wsgi["wsgi.input"].read(int(length[0]))
            if len(body) < int(length[0]):
                wsgi["wsgi.input"] = BytesIO(body)
                return self.rest(wsgi, start_response)
            answer = answered(intake.receive(address[1], address[2], as_it_arrived(wsgi, body)))
        except Exception as error:  # the view raises it again, where it is answered as any other
            wsgi[REFUSED] = error
            return self.rest(wsgi, start_response)
        start_response("200 OK", [*self._head, ("Content-Length", str(len(answer)))])
        return [answer]


def answered(receipt: str) -> bytes:
    """What the platform is told."""
    return json.dumps({"received": receipt}, separators=(",", ":")).encode() + b"\n"


def as_it_arrived(wsgi: WSGIEnvironment, body: bytes) -> RawRequest:
    """The request exactly as it arrived, but for the case of its headers' names."""
    return RawRequest(
        method=wsgi["REQUEST_METHOD"],
        path=wsgi["PATH_INFO"].encode("latin-1").decode(errors="replace"),
        query=wsgi.get("QUERY_STRING", ""),
        headers=tuple((name, value) for key, value in wsgi.items() if (name := _header(key))),
        body=body,
    )


@lru_cache(maxsize=1024)
def _header(key: str) -> str:
    """The header's name that stands under this key of the environment; empty where it is no header."""
    if key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        return key.replace("_", "-").title()
    return key.removeprefix("HTTP_").replace("_", "-").title() if key.startswith("HTTP_") else ""
