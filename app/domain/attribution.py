"""Who referred an order: the strongest evidence wins, in the published order of R2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from app.domain.programs import Touch
from app.domain.reasons import Reason


class Rule(StrEnum):
    """R2's kinds of evidence, the strongest first."""

    PERSON = "0"  # a person's decision, until undone
    COUPON = "a"  # a coupon issued to one claim
    CLICK = "b"  # a signed click that came back with the order
    CONTACT = "c"  # an e-mail or phone that claimed and was verified before the order
    CODE = "d"  # an advocate's personal code


CLOCKS_DIFFER = timedelta(minutes=5)
_WINDOW_BINDS = frozenset({Rule.CLICK, Rule.CONTACT})
_DISCOUNT_DECIDES = frozenset({Rule.COUPON, Rule.CODE})  # two of our codes in one order
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One piece of evidence that ties an order to an advocate."""

    rule: Rule
    advocate_id: int
    program_id: int
    version_id: int
    claim_id: int | None = None
    claimed_at: datetime | None = None  # None: nothing to compare with (a person, a personal code)
    code: str | None = None
    discount_minor: int = 0
    window_days: int = 30
    touch: Touch = Touch.FIRST
    paid_for: str | None = None  # the other order that this claim already paid for
    verified: bool = True  # CONTACT: the address was verified before the order


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Evidence that did not win, and why."""

    candidate: Candidate
    reason: Reason


@dataclass(frozen=True, slots=True)
class Choice:
    """The winning evidence, or None, and everything that was passed over."""

    winner: Candidate | None
    passed_over: tuple[PassedOver, ...] = ()


def choose(candidates: Sequence[Candidate], placed_at: datetime) -> Choice:
    """R2's choice, independent of the order in which candidates are given.

    An order placed more than five minutes before the claim is never attributed to it. The window binds a click and a
    contact; a coupon is bound by the store's own expiry, a personal code and a person's decision by nothing."""
    flaws = {candidate: _flaw(candidate, placed_at) for candidate in candidates}
    last_wins = _last_wins([candidate for candidate, flaw in flaws.items() if flaw is None])
    ranked = sorted(flaws, key=lambda candidate: _rank(candidate, last_wins))
    winner = next((candidate for candidate in ranked if flaws[candidate] is None), None)
    losers = [candidate for candidate in ranked if candidate is not winner]
    return Choice(
        winner, tuple(PassedOver(each, flaws[each] or _why_weaker(each, winner, last_wins)) for each in losers)
    )


def _flaw(candidate: Candidate, placed_at: datetime) -> Reason | None:
    """What keeps this evidence from counting at all."""
    if candidate.rule is Rule.PERSON:
        return None
    if candidate.rule is Rule.CONTACT and not candidate.verified:
        return Reason.UNVERIFIED
    if candidate.paid_for is not None:
        return Reason.CLAIM_ALREADY_PAID
    if candidate.claimed_at is None:
        return None
    if placed_at < candidate.claimed_at - CLOCKS_DIFFER:
        return Reason.BEFORE_CLAIM
    if candidate.rule in _WINDOW_BINDS and placed_at > candidate.claimed_at + timedelta(days=candidate.window_days):
        return Reason.WINDOW_PASSED
    return None


def _last_wins(sound: Sequence[Candidate]) -> frozenset[Rule]:
    """The kinds of evidence of which the last touch wins: every program concerned says so."""
    first_wins = {candidate.rule for candidate in sound if candidate.touch is Touch.FIRST}
    return frozenset(candidate.rule for candidate in sound) - first_wins - _DISCOUNT_DECIDES


def _rank(candidate: Candidate, last_wins: frozenset[Rule]) -> tuple[object, ...]:
    """The strongest has the smallest rank. It ends in everything else that is known, so that no two ranks are equal."""
    since = (candidate.claimed_at or _EPOCH) - _EPOCH
    return (
        candidate.rule.value,
        -candidate.discount_minor if candidate.rule in _DISCOUNT_DECIDES else 0,
        candidate.claimed_at is None,
        -since if candidate.rule in last_wins else since,
        candidate.claim_id is None,
        candidate.claim_id,
        repr(candidate),
    )


def _why_weaker(loser: Candidate, winner: Candidate | None, last_wins: frozenset[Rule]) -> Reason:
    """Why sound evidence did not win."""
    if winner is None or loser.rule is not winner.rule:
        return Reason.WEAKER_EVIDENCE
    if loser.rule in _DISCOUNT_DECIDES and loser.discount_minor < winner.discount_minor:
        return Reason.SMALLER_DISCOUNT
    return Reason.EARLIER_TOUCH if loser.rule in last_wins else Reason.LATER_TOUCH
