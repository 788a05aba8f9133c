"""What to write into the append-only ledger so that it says what the facts say (R7, R8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.domain.referrals import EntryKind, PlannedEntry, RewardPlan

# Entries of the promise follow the facts; the others (issued, returned, netted, written off) settle it.
PROMISE = frozenset({EntryKind.EARNED, EntryKind.ADJUSTED, EntryKind.REVERSED, EntryKind.RESTORED})
_AGAIN = " again "  # the second correction of "refund:124" is "refund:124 again 2"; references have no spaces


def postings(booked: Sequence[PlannedEntry], plan: RewardPlan | None) -> tuple[PlannedEntry, ...]:
    """The entries to append, given what is booked (in its order) and what the facts call for now (None: nothing).

    Afterwards the promise sums to the plan's worth, cause by cause unless nothing is left of both; run again, nothing
    is left to append. Once a coupon was issued the promise never passes what it was then: only decreases act, and may
    be undone.
    """
    planned = {entry.cause: entry for entry in _allowed(plan, booked)} if plan else {}
    promise = [entry for entry in booked if entry.kind in PROMISE]
    causes = dict.fromkeys([*planned, *map(_cause, promise)])
    nothing_left = not sum(entry.amount_minor for entry in promise) and (plan is None or not plan.worth_minor)
    if nothing_left and set(planned) <= set(map(_cause, promise)):
        return ()  # taken back already: what it would have been worth, and whether it would be promised, is no matter
    return tuple(entry for cause in causes for entry in _correction(cause, planned.get(cause), promise))


def _allowed(plan: RewardPlan, booked: Sequence[PlannedEntry]) -> Iterator[PlannedEntry]:
    """The plan's entries, the first less what would raise the worth above what it was when a coupon was issued."""
    ceiling = _stood_at_issue(booked)
    excess = 0 if ceiling is None else max(plan.worth_minor - ceiling, 0)
    for entry in plan.entries:
        yield replace(entry, amount_minor=entry.amount_minor - excess) if entry.kind is EntryKind.EARNED else entry


def _stood_at_issue(booked: Sequence[PlannedEntry]) -> int | None:
    """The promise when a coupon was first issued; None before."""
    so_far = 0
    for entry in booked:
        if entry.kind is EntryKind.ISSUED:
            return so_far
        if entry.kind in PROMISE:
            so_far += entry.amount_minor
    return None


def _correction(cause: str, planned: PlannedEntry | None, promise: Sequence[PlannedEntry]) -> Iterator[PlannedEntry]:
    """The one entry, if any, that brings a cause to its planned amount."""
    earlier = [entry for entry in promise if _cause(entry) == cause]
    if not earlier and planned is not None:
        yield planned
        return
    difference = (planned.amount_minor if planned else 0) - sum(entry.amount_minor for entry in earlier)
    if difference:
        kind = _kind(earlier[0], difference, is_gone=planned is None)
        yield PlannedEntry(kind=kind, cause=_unused(kind, cause, earlier), amount_minor=difference)


def _kind(first: PlannedEntry, difference: int, *, is_gone: bool) -> EntryKind:
    if first.kind is EntryKind.EARNED and not is_gone:
        return EntryKind.ADJUSTED
    return EntryKind.RESTORED if difference > 0 else EntryKind.REVERSED


def _unused(kind: EntryKind, cause: str, earlier: Sequence[PlannedEntry]) -> str:
    count = sum(entry.kind is kind for entry in earlier)
    return f"{cause}{_AGAIN}{count + 1}" if count else cause


def _cause(entry: PlannedEntry) -> str:
    return entry.cause.partition(_AGAIN)[0]
