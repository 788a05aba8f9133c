"""What became of every recommended order, group by group, and the sums of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, select

from app.extensions import db
from app.models import Attribution, AuditEntry, Reward
from tests.fraud_lab.road import Lived
from tests.fraud_lab.town import Purchase


class Outcome(StrEnum):
    """What became of an order; the first that applies."""

    REFUSED = "refused"  # by its signs (R9)
    GREY = "grey"  # waited for a person because of its signs
    NOT_NEW = "not_new"  # R4
    UNPROVEN = "unproven"  # waited for a person because nobody can know whether the buyer is new (R4)
    NOT_PAID = "not_paid"  # R6
    TAKEN_BACK = "taken_back"  # R7
    OTHER = "other"  # any other rule
    NOTED = "noted"  # a weak sign
    CLEAN = "clean"


FLAGGED = frozenset({Outcome.REFUSED, Outcome.GREY})
CAUGHT = FLAGGED | {Outcome.NOT_NEW, Outcome.UNPROVEN, Outcome.NOT_PAID, Outcome.TAKEN_BACK}
BY_RULE = {"not_new": Outcome.NOT_NEW, "not_delivered": Outcome.NOT_PAID, "self_referral": Outcome.REFUSED}


@dataclass(frozen=True, slots=True)
class Found:
    """One recommended order, and what became of it."""

    purchase: Purchase
    outcome: Outcome
    signs: tuple[str, ...]
    waited: timedelta | None  # beyond its hold, or until the end where it still waits
    still_waits: bool


def found(lived: Lived, until: datetime) -> list[Found]:
    """Every recommended order of the town, and what became of it by then."""
    joined = and_(Reward.store_id == Attribution.store_id, Reward.cause_ref == Attribution.order_ref)
    with db.read() as session:
        rows = session.execute(
            select(Attribution, Reward).outerjoin(Reward, joined).where(Attribution.store_id == lived.store_id)
        ).all()
        released = dict(
            session.execute(
                select(AuditEntry.subject, AuditEntry.at).where(
                    AuditEntry.store_id == lived.store_id, AuditEntry.verb == "unlooked"
                )
            ).all()
        )
    by_ref = {attribution.order_ref: (attribution, reward) for attribution, reward in rows}
    return [
        _found(each, *by_ref.get(ref, (None, None)), released.get(f"order:{ref}"), until)
        for ref, each in lived.recommended.items()
    ]


def _found(purchase: Purchase, attribution: Any, reward: Any, released: datetime | None, until: datetime) -> Found:
    if attribution is None:
        return Found(purchase, Outcome.OTHER, (), None, False)
    signs = tuple(each["sign"] for each in attribution.evidence.get("signs", ()))
    outcome = _outcome(attribution, signs)
    waits = reward is not None and reward.state == "held"
    waited = None
    if outcome in (Outcome.GREY, Outcome.UNPROVEN) and reward is not None and attribution.state == "qualified":
        waited = (until if waits else released or reward.due_at) - reward.due_at
    return Found(purchase, outcome, signs, waited, waits)


def _outcome(attribution: Any, signs: tuple[str, ...]) -> Outcome:
    judged = attribution.evidence.get("judgement", {})
    if attribution.state == "rejected":
        return BY_RULE.get(attribution.reason, Outcome.OTHER)
    if judged.get("grey"):
        return Outcome.GREY
    if judged.get("asked"):
        return Outcome.UNPROVEN
    if attribution.state == "reversed":
        return Outcome.TAKEN_BACK
    if attribution.state == "open":
        return Outcome.NOT_PAID
    return Outcome.NOTED if signs else Outcome.CLEAN


@dataclass(frozen=True, slots=True)
class Sums:
    """The lab's figures over one town or many."""

    planted: dict[str, list[Found]]
    honest: dict[str, list[Found]]

    @classmethod
    def of(cls, every: Iterable[Found]) -> Sums:
        """By group."""
        planted: dict[str, list[Found]] = defaultdict(list)
        honest: dict[str, list[Found]] = defaultdict(list)
        for each in every:
            (planted if each.purchase.is_planted else honest)[each.purchase.group].append(each)
        return cls(dict(sorted(planted.items())), dict(sorted(honest.items())))

    def rings(self, group: str) -> tuple[int, int]:
        """How many rings of the group there were, and in how many of them somebody was called, or something kept."""
        caught: dict[int, bool] = defaultdict(bool)
        for each in self.planted[group]:
            caught[each.purchase.ring] |= each.outcome in CAUGHT
        return len(caught), sum(caught.values())

    def ring_recall(self, without: frozenset[str] = frozenset()) -> float:
        """Rings in which at least one order was caught, of all."""
        pairs = [self.rings(group) for group in self.planted if group not in without]
        return sum(caught for _, caught in pairs) / sum(many for many, _ in pairs)

    def order_recall(self, without: frozenset[str] = frozenset()) -> float:
        """Planted orders that were caught, of all."""
        orders = [each for group, many in self.planted.items() if group not in without for each in many]
        return sum(each.outcome in CAUGHT for each in orders) / len(orders)

    def precision(self) -> float:
        """Planted orders among those that signs refused or sent to a person."""
        right = sum(each.outcome in FLAGGED for many in self.planted.values() for each in many)
        wrong = sum(each.outcome in FLAGGED for many in self.honest.values() for each in many)
        return right / (right + wrong) if right + wrong else 0.0

    def counted(self, group: str) -> Counter[Outcome]:
        """What became of the group's orders."""
        return Counter(each.outcome for each in (self.planted.get(group) or self.honest[group]))

    def waits(self, honest: bool) -> list[Found]:
        """Orders whose rewards waited for a person beyond their hold."""
        groups = self.honest if honest else self.planted
        return [each for many in groups.values() for each in many if each.waited is not None]
