"""Who referred an order: the strongest evidence wins, in the published order of R2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
    """R2's choice, independent of the order in which candidates are given. An order placed more than five minutes before the claim,
    or after the window, is never attributed to it; the window does not bind a coupon whose own expiry let it through at checkout:
    the store honoured it (evidence COUPON is bound by the window all the same only when older than window_days + its validity is
    not our promise; keep it simple: the window binds b and c, the coupon's expiry binds a)."""
    raise NotImplementedError
