"""Key rotation: everything that is sealed in the database ends up under the newest of DATA_KEYS.

Rows are read in batches without a lock, resealed in memory, and written back in a short transaction, each only where it
still holds what was read. What already lies under the newest key is passed over, so an interrupted run is simply
started again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.fernet import InvalidToken
from sqlalchemy import Column, CursorResult, LargeBinary, Row, TableClause, column, select, table, update

from app.extensions import db, vault
from app.models import Base
from app.models.base import SealedBytes, SealedText

BATCH = 200


@dataclass(slots=True)
class Tally:
    """What became of one sealed column."""

    column: str
    resealed: int = 0
    standing: int = 0  # under the newest key before
    overtaken: int = 0  # written by somebody else meanwhile: the next run looks again
    unreadable: list[int] = field(default_factory=list)  # rows that no key opens; they are left as they are

    @property
    def finished(self) -> bool:
        """Whether no older key is needed for this column any more."""
        return not (self.overtaken or self.unreadable)


def sealed_columns() -> list[Column[object]]:
    """Every column that lies encrypted in the database."""
    return [
        each
        for of in Base.metadata.sorted_tables
        for each in of.columns
        if isinstance(each.type, SealedBytes | SealedText)
    ]


def reseal() -> Iterator[Tally]:
    """Column by column, every value lies under the newest key; commits batch by batch."""
    for each in sealed_columns():
        tally = Tally(f"{each.table.name}.{each.name}")
        # As plain bytes: the column's own type would open and seal.
        raw = table(each.table.name, column("id"), column(each.name, LargeBinary))
        for rows in _batches(raw, each.name):
            _reseal_batch(raw, each.name, rows, tally)
        yield tally


def _batches(raw: TableClause, name: str) -> Iterator[Sequence[Row[int, bytes]]]:
    last = 0
    while True:
        statement = (
            select(raw.c.id, raw.c[name])
            .where(raw.c.id > last, raw.c[name].is_not(None))
            .order_by(raw.c.id)
            .limit(BATCH)
        )
        with db.read() as session:
            rows = session.execute(statement).all()
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _reseal_batch(raw: TableClause, name: str, rows: Sequence[Row[int, bytes]], tally: Tally) -> None:
    fresh: list[tuple[int, bytes, bytes]] = []
    for row_id, sealed in rows:
        try:
            again = vault.reseal(sealed)
        except InvalidToken:
            tally.unreadable.append(row_id)
            continue
        if again is None:
            tally.standing += 1
        else:
            fresh.append((row_id, sealed, again))
    if fresh:
        _write(raw, name, fresh, tally)


def _write(raw: TableClause, name: str, fresh: Sequence[tuple[int, bytes, bytes]], tally: Tally) -> None:
    with db.begin() as session:
        for row_id, before, after in fresh:
            result = session.execute(update(raw).where(raw.c.id == row_id, raw.c[name] == before).values({name: after}))
            assert isinstance(result, CursorResult)  # noqa: S101 - tells mypy
            tally.resealed += result.rowcount
            tally.overtaken += 1 - result.rowcount
