"""Tables to take away: CSV that spreadsheets open as it is meant."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from io import StringIO

from flask import Response, stream_with_context

from app.domain.money import Money, exponent

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def download(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The rows as a file, sent as they are read. Numbers stay numbers; a text that a spreadsheet would take for a
    formula does not (it begins with an apostrophe then)."""
    answer = Response(stream_with_context(_lines(heads, rows)), mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def amount(money: Money) -> Decimal:
    """An amount as a plain number with its currency's decimals, for a cell of its own."""
    return Decimal(money.minor).scaleb(-exponent(money.currency))


def _lines(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "\ufeff" + _line(heads)  # without this mark some read UTF-8 as something else
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[object]) -> str:
    written = StringIO()
    csv.writer(written).writerow([_harmless(cell) for cell in cells])
    return written.getvalue()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_BEGINS_A_FORMULA) else cell
