"""One page of a long list, the newest first. The next one begins before the last id of this one: nothing shifts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
Found = TypeVar("Found")

SIZE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of a page; `older` is where the next one begins, None on the last."""

    rows: tuple[Row, ...]
    older: int | None


def page_of(found: Sequence[Found], id_of: Callable[[Found], int], row_of: Callable[[Found], Row]) -> Page[Row]:
    """The first SIZE of up to SIZE + 1 rows that were found."""
    shown = found[:SIZE]
    older = id_of(shown[-1]) if len(found) > SIZE else None
    return Page(tuple(row_of(each) for each in shown), older)
