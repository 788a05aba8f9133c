"""What support looks for, as what can be compared: keyed hashes and exact numbers, never a personal text."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What typed words may stand for."""

    contacts: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # (kind, keyed hash) of an e-mail or a phone
    names: tuple[str, ...] = field(default=(), repr=False)  # keyed hashes, all of which must match
    number: str | None = None  # of an order, or our reference to it
    code: str | None = None
