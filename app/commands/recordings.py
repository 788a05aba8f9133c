"""A recorded HTTP request as bytes, read into a RawRequest without decoding or reordering anything."""

from __future__ import annotations

from integrations.contract import RawRequest
from integrations.errors import PayloadInvalid


def read_request(recorded: bytes) -> RawRequest:
    """The request of: request line, headers, CRLF CRLF, body (to the last byte). Raises PayloadInvalid.

    An editor may have left LF alone between the headers; the body is what was signed and stays as it is.
    """
    ends = b"\r\n" if b"\r\n\r\n" in recorded else b"\n"
    head, separator, body = recorded.partition(ends * 2)
    lines = head.decode("latin-1").split(ends.decode())
    words = lines[0].split(" ")
    if not separator or len(words) != 3 or not words[2].startswith("HTTP/") or not words[0].isalpha():
        raise PayloadInvalid("http_unreadable")
    path, _, query = words[1].partition("?")
    return RawRequest(words[0], path, query, tuple(_header(line) for line in lines[1:]), body)


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        raise PayloadInvalid("http_unreadable")
    return name, value.strip(" \t")
