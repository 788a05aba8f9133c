"""The figures as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from tests.fraud_lab.findings import Found, Outcome, Sums

HOPELESS = frozenset({"another name, home and mailbox"})
NEEDED = 0.9
COLUMNS = {
    Outcome.REFUSED: "refused", Outcome.GREY: "grey", Outcome.NOT_NEW: "not new", Outcome.UNPROVEN: "newness asked",
    Outcome.NOT_PAID: "never paid", Outcome.TAKEN_BACK: "taken back", Outcome.NOTED: "noted", Outcome.CLEAN: "clean",
    Outcome.OTHER: "other",
}  # fmt: skip


def written(sums: Sums) -> str:
    """Everything that was found."""
    parts = [_totals(sums), _planted(sums), _honest(sums), _waits(sums)]
    return "\n\n".join(parts)


def holds(sums: Sums) -> bool:
    """Whether nine in ten rings were caught, and nobody honest was refused."""
    return sums.ring_recall(HOPELESS) >= NEEDED and refused(sums) == 0


def refused(sums: Sums) -> int:
    """Honest orders that their signs refused, or that were taken for those of somebody who had bought before."""
    return sum(sums.counted(group)[each] for group in sums.honest for each in (Outcome.REFUSED, Outcome.NOT_NEW))


def _totals(sums: Sums) -> str:
    lines = [
        f"rings caught: {_share(sums.ring_recall(HOPELESS))} of those that leave a trace, "
        f"{_share(sums.ring_recall())} of all",
        f"planted orders caught: {_share(sums.order_recall(HOPELESS))}, {_share(sums.order_recall())} of all",
        f"precision: {_share(sums.precision())} of what signs refused or sent to a person was planted",
        f"honest orders refused: {refused(sums)}",
    ]
    return "\n".join(lines)


def _planted(sums: Sums) -> str:
    rows = []
    for group, orders in sums.planted.items():
        many, caught = sums.rings(group)
        rows.append([group, f"{caught}/{many}", str(len(orders)), *_counts(sums, group)])
    return _table(["planted", "rings caught", "orders", *COLUMNS.values()], rows)


def _honest(sums: Sums) -> str:
    rows = [[group, str(len(orders)), *_counts(sums, group)] for group, orders in sums.honest.items()]
    return _table(["honest", "orders", *COLUMNS.values()], rows)


def _waits(sums: Sums) -> str:
    rows = [_waited(name, sums.waits(honest)) for name, honest in (("planted", False), ("honest", True))]
    return _table(["waited for a person", "rewards", "released at the deadline", "longer than the hold, median",
                   "still waiting at the end"], rows)  # fmt: skip


def _waited(name: str, waits: list[Found]) -> list[str]:
    gone = [each.waited.days for each in waits if each.waited is not None and not each.still_waits]
    return [
        name,
        str(len(waits)),
        str(len(gone)),
        f"{median(gone):g} days" if gone else "–",
        str(len(waits) - len(gone)),
    ]


def _counts(sums: Sums, group: str) -> list[str]:
    counted = sums.counted(group)
    return [str(counted[each]) if counted[each] else "·" for each in COLUMNS]


def _share(part: float) -> str:
    return f"{part:.1%}"


def _table(heads: Iterable[str], rows: Iterable[list[str]]) -> str:
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(each)} |" for each in lines)
