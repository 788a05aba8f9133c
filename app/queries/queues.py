"""What waits for a person: open tasks, and effects that were stopped or keep failing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from app.extensions import db
from app.models import Effect, Reward, Task
from app.queries import doubts, handouts

MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """Something that waits for a person."""

    task_id: int
    kind: str
    subject: str
    reason: str
    evidence: dict[str, Any]
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectRow:
    """Something owed to the outside that stands still, or is being tried again and again."""

    effect_id: int
    kind: str
    subject: str
    state: str
    reason: str
    attempts: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardRow:
    """A reward that could not be sent."""

    order_ref: str
    worth_minor: int
    currency: str
    kind: str
    state: str
    reason: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """Everything that waits, the oldest first."""

    tasks: tuple[TaskRow, ...]
    effects: tuple[EffectRow, ...]
    rewards: tuple[RewardRow, ...]
    doubts: int  # rewards that somebody is to look at before they are sent
    handouts: int  # rewards that somebody is to hand out

    @property
    def count(self) -> int:
        """How much waits."""
        return len(self.tasks) + len(self.effects) + len(self.rewards) + self.doubts + self.handouts


def queues(store_id: int) -> Queues:
    """What waits for a person in the store."""
    with db.read() as session:
        tasks = session.scalars(
            select(Task).where(Task.store_id == store_id, Task.closed_at.is_(None)).order_by(Task.id).limit(MOST)
        ).all()
        troubled = or_(Effect.state == "stopped", (Effect.state == "waiting") & (Effect.reason != ""))
        effects = session.scalars(
            select(Effect).where(Effect.store_id == store_id, troubled).order_by(Effect.id).limit(MOST)
        ).all()
        failed = (Reward.store_id == store_id, Reward.state == "failed")
        rewards = session.scalars(select(Reward).where(*failed).order_by(Reward.due_at, Reward.id).limit(MOST)).all()
        to_look_at, to_hand_out = doubts.count(session, store_id), handouts.count(session, store_id)
    return Queues(
        tasks=tuple(_task(row) for row in tasks),
        effects=tuple(_effect(row) for row in effects),
        rewards=tuple(_reward(row) for row in rewards),
        doubts=to_look_at,
        handouts=to_hand_out,
    )


def _task(row: Task) -> TaskRow:
    return TaskRow(
        task_id=row.id,
        kind=row.kind,
        subject=row.subject,
        reason=row.reason,
        evidence=row.evidence,
        opened_at=row.opened_at,
    )


def _effect(row: Effect) -> EffectRow:
    return EffectRow(
        effect_id=row.id,
        kind=row.kind,
        subject=row.subject,
        state=row.state,
        reason=row.reason,
        attempts=row.attempts,
        due_at=row.due_at,
    )


def _reward(row: Reward) -> RewardRow:
    return RewardRow(
        order_ref=row.cause_ref,
        worth_minor=row.worth_minor,
        currency=row.currency,
        kind=row.kind,
        state=row.state,
        reason=row.reason,
        due_at=row.due_at,
    )
