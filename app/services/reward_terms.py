"""The terms on which a reward is given."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.domain.programs import AdvocateReward
from app.models import ProgramVersion, Reward


def of(session: Session, reward: Reward) -> AdvocateReward:
    """Its own, where its order's rank or day or a milestone decided them, else its version's."""
    return reward.terms or session.get_one(ProgramVersion, reward.version_id).rules.reward
