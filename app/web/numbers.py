"""Numbers in addresses: one that no row can have leads to a page that does not exist, not to the database."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**63 - 1  # what a column of ids holds


class IdConverter(IntegerConverter):
    """<int:…> in a route."""

    def __init__(self, map: Map, *args: Any, **given: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST, **given})


def register(app: Flask) -> None:
    """Every <int:…> of a route is a number that a row may have."""
    app.url_map.converters["int"] = IdConverter


def asked(name: str) -> int | None:
    """The number that the address asks for, or None where it asks for none."""
    number = request.args.get(name, type=int)
    if number is not None and abs(number) > LARGEST:
        abort(404)
    return number
