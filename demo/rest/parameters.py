"""Reading what a REST request says: types as WordPress checks them, dates as it understands them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from demo.clock import SITE_ZONE, from_site_time
from demo.rest import errors

Json = dict[str, Any]
Reader = Callable[[str, Any], Any]


class Wrong(Exception):
    """One parameter is wrong: what WordPress says of it."""

    def __init__(self, code: str, message: str, data: object = None) -> None:
        super().__init__(message)
        self.detail = {"code": code, "message": message, "data": data}


def _wrong_type(name: str, kind: str) -> Wrong:
    return Wrong("rest_invalid_type", f"{name} is not of type {kind}.", {"param": name})


def text(name: str, value: Any) -> str:
    """A JSON string and nothing else: a number is refused."""
    if not isinstance(value, str):
        raise _wrong_type(name, "string")
    return value


def integer(name: str, value: Any) -> int:
    """A whole number, also as a string."""
    if isinstance(value, bool) or not re.fullmatch(r"-?\d+(\.0+)?", str(value)):
        raise _wrong_type(name, "integer")
    return int(float(value))


def boolean(name: str, value: Any) -> bool:
    """true, false, and the spellings that WordPress takes for them."""
    spelled = str(value).lower()
    if spelled not in {"true", "false", "1", "0", ""}:
        raise _wrong_type(name, "boolean")
    return spelled in {"true", "1"}


def integers(name: str, value: Any) -> list[int]:
    """A list of whole numbers, also as 'a,b'."""
    return [integer(f"{name}[{n}]", each) for n, each in enumerate(_list(name, value))]


def strings(name: str, value: Any) -> list[str]:
    """A list of strings, also as 'a,b'."""
    return [text(f"{name}[{n}]", each) for n, each in enumerate(_list(name, value))]


def objects(name: str, value: Any) -> list[Json]:
    """A list of JSON objects."""
    found = _list(name, value)
    for n, each in enumerate(found):
        if not isinstance(each, dict):
            raise _wrong_type(f"{name}[{n}]", "object")
    return found


def mapping(name: str, value: Any) -> Json:
    """A JSON object."""
    if not isinstance(value, dict):
        raise _wrong_type(name, "object")
    return value


def one_of(*choices: str) -> Reader:
    """A reader that lets only these words through."""

    def read(name: str, value: Any) -> str:
        if value not in choices:
            listed = f"{', '.join(choices[:-1])}, and {choices[-1]}" if len(choices) > 1 else choices[0]
            raise Wrong("rest_not_in_enum", f"{name} is not one of {listed}.")
        return str(value)

    return read


def within(low: int, high: int) -> Reader:
    """A reader for a whole number between two others."""

    def read(name: str, value: Any) -> int:
        found = integer(name, value)
        if not low <= found <= high:
            message = f"{name} must be between {low} (inclusive) and {high} (inclusive)"
            raise Wrong("rest_out_of_bounds", message)
        return found

    return read


def _list(name: str, value: Any) -> list[Any]:
    if isinstance(value, str):
        return [each.strip() for each in value.split(",") if each.strip()]
    if not isinstance(value, list):
        raise _wrong_type(name, "array")
    return value


def read(values: Mapping[str, Any], schema: Mapping[str, Reader], required: Sequence[str] = ()) -> Json:
    """The parameters of the schema that are there, in the schema's order and type; null counts as not there.

    Raises RestError with every fault at once, as WordPress does.
    """
    missing = [name for name in required if values.get(name) is None]
    if missing:
        raise errors.missing(missing)
    found: Json = {}
    faults: dict[str, Json] = {}
    for name, reader in schema.items():
        if values.get(name) is None:
            continue
        try:
            found[name] = reader(name, values[name])
        except Wrong as fault:
            faults[name] = fault.detail
    if faults:
        raise errors.invalid(faults)
    return found


def body() -> Json:
    """What the request carries: JSON, or a form; the query string for what the body leaves out."""
    carried: Json = dict(request.args)
    if request.mimetype == "application/json" and request.data:
        try:
            parsed = json.loads(request.data)
        except ValueError:
            raise errors.invalid_json() from None
        return {**carried, **parsed} if isinstance(parsed, dict) else carried
    return {**carried, **request.form.to_dict()}


def page_numbers(query: MultiDict[str, str]) -> tuple[int, int]:
    """page and per_page."""
    found = read(query, {"page": within(1, 2**31), "per_page": within(1, 100)})
    return found.get("page", 1), found.get("per_page", 10)


def moment(name: str, value: Any) -> datetime:
    """A date of a list's filter as it is written: aware when it says its zone, naive otherwise."""
    try:
        return datetime.fromisoformat(str(value)).replace(microsecond=0)
    except ValueError:
        raise Wrong("rest_invalid_date", "Invalid date.") from None


def threshold(written: datetime, are_gmt: bool) -> int:
    """The second that a date filter means. A zone together with dates_are_gmt is shifted twice, as in the real one."""
    if written.tzinfo is None:
        aware = written.replace(tzinfo=UTC) if are_gmt else from_site_time(written)
    else:
        shift = written.astimezone(SITE_ZONE).utcoffset() or timedelta()
        aware = written + (shift if are_gmt else timedelta())
    return int(aware.timestamp())
