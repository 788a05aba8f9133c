"""What a friend was promised beside their code, and where it stands; for the page of their claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select

from app.extensions import db
from app.models import Advocate, Attribution, Claim, Reward
from app.queries.banks import given_codes
from app.queries.portal import RewardShown, reward_shown


@dataclass(frozen=True, slots=True, kw_only=True)
class FriendReward:
    """The friend's order, and what it earned them."""

    state: str  # of the referral
    reason: str
    figures: dict[str, Any]
    reward: RewardShown | None


def of_claim(claim_id: int) -> FriendReward | None:
    """What became of the claim's order; None while it is not known."""
    with db.read() as session:
        rows = session.execute(
            select(Attribution, Reward)
            .join(Claim, and_(Claim.store_id == Attribution.store_id, Claim.id == Attribution.claim_id))
            .outerjoin(
                Reward,
                and_(
                    Reward.store_id == Attribution.store_id,
                    Reward.cause_kind == "order",
                    Reward.cause_ref == Attribution.order_ref,
                    Reward.side == "friend",
                ),
            )
            .where(Claim.id == claim_id)
            .order_by(Reward.state == "issued", Attribution.state == "qualified")
        ).all()
        if not rows:
            return None
        attribution, reward = rows[-1]
        shown = None
        if reward is not None and reward.terms is not None:
            codes = given_codes(session, session.get_one(Advocate, reward.advocate_id))
            shown = reward_shown(reward, None, reward.terms, codes.get(reward.id))
    return FriendReward(state=attribution.state, reason=attribution.reason, figures=attribution.figures, reward=shown)
