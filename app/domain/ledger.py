"""What to write into the append-only ledger so that it says what the facts say (R7, R8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.referrals import EntryKind, PlannedEntry, RewardPlan

# Entries of the promise follow the facts; the others (issued, returned, netted, written off) settle it.
PROMISE = frozenset({EntryKind.EARNED, EntryKind.ADJUSTED, EntryKind.REVERSED, EntryKind.RESTORED})
_AGAIN = "#"  # the second correction of "refund:124" has the cause "refund:124#2"


def postings(booked: Sequence[PlannedEntry], plan: RewardPlan | None) -> tuple[PlannedEntry, ...]:
    """The entries to append, given what is booked (in its order) and what the facts call for now (None: nothing any
    more).

    Afterwards the promise sums to the plan's worth, cause by cause; run again, nothing is left to append. After a
    coupon was issued an order that grew adds nothing: only decreases act, and what had been decreased may come back.
    """
    planned = {entry.cause: entry for entry in plan.entries} if plan else {}
    causes = dict.fromkeys([*planned, *(_cause(entry) for entry in booked if entry.kind in PROMISE)])
    return tuple(entry for cause in causes for entry in _correction(cause, planned.get(cause), booked))


def _correction(cause: str, planned: PlannedEntry | None, booked: Sequence[PlannedEntry]) -> Iterator[PlannedEntry]:
    """The one entry, if any, that brings a cause to its planned amount."""
    earlier = [entry for entry in booked if entry.kind in PROMISE and _cause(entry) == cause]
    if not earlier:
        if planned is not None:
            yield planned
        return
    amount = 0 if planned is None else planned.amount_minor
    if earlier[0].kind is EntryKind.EARNED:
        amount = min(amount, _most(cause, amount, booked))
    difference = amount - sum(entry.amount_minor for entry in earlier)
    if difference:
        kind = _kind(earlier[0], difference, is_gone=planned is None)
        yield PlannedEntry(kind=kind, cause=_unused(kind, cause, earlier), amount_minor=difference)


def _most(cause: str, amount: int, booked: Sequence[PlannedEntry]) -> int:
    """What the promise of the order may grow to: what stood when a coupon was issued, anything before."""
    so_far = 0
    for entry in booked:
        if entry.kind is EntryKind.ISSUED:
            return so_far
        if _cause(entry) == cause:
            so_far += entry.amount_minor
    return amount


def _kind(first: PlannedEntry, difference: int, *, is_gone: bool) -> EntryKind:
    if first.kind is EntryKind.EARNED and not is_gone:
        return EntryKind.ADJUSTED
    return EntryKind.RESTORED if difference > 0 else EntryKind.REVERSED


def _unused(kind: EntryKind, cause: str, earlier: Sequence[PlannedEntry]) -> str:
    count = sum(entry.kind is kind for entry in earlier)
    return f"{cause}{_AGAIN}{count + 1}" if count else cause


def _cause(entry: PlannedEntry) -> str:
    return entry.cause.partition(_AGAIN)[0]
