"""What an order is promised: its rank among the advocate's, its placing, and what a released reward keeps (R8, R11)."""

from __future__ import annotations

from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from app.domain import promises
from app.domain.attribution import Candidate
from app.domain.orders import OrderFacts
from app.domain.programs import Rules
from app.domain.promises import Promise
from app.models import Attribution, Reward
from app.services import ranks, reward_terms, rewards


def of_order(session: Session, store_id: int, facts: OrderFacts, winner: Candidate, rules: Rules) -> Promise:
    """What the order earns the advocate; a reward that was released keeps its terms.

    The caller has locked the advocate: of two of their orders that are decided at once, the second sees the first.
    """
    if promises.is_plain(rules):
        return Promise(rules)
    reward = rewards.of_order(session, store_id, facts.order_ref)
    if reward is not None and reward.advocate_id == winner.advocate_id and reward.state in ranks.RELEASED:
        return Promise(promises.fixed(rules, reward_terms.of(session, reward)), reward.rank)
    rank = _rank(session, store_id, facts, winner.advocate_id, promises.highest_rank(rules))
    return Promise(promises.in_force(rules, rank=rank, placed_at=facts.placed_at), rank)


_KEPT_RANK = case((Reward.state.in_(ranks.RELEASED), Reward.rank))
_BEFORE = (
    select(_KEPT_RANK, func.count())
    .select_from(Attribution)
    .outerjoin(
        Reward,
        (Reward.store_id == Attribution.store_id)
        & (Reward.cause_kind == "order")
        & (Reward.cause_ref == Attribution.order_ref)
        & (Reward.side == "advocate"),
    )
    .where(
        Attribution.store_id == bindparam("store_id"),
        Attribution.advocate_id == bindparam("advocate_id"),
        Attribution.state == "qualified",
        Attribution.is_test.is_(False),
        Attribution.order_ref != bindparam("order_ref"),
        ranks.before(Attribution),
        or_(_KEPT_RANK.is_(None), bindparam("most") >= _KEPT_RANK),  # higher ones take none that matters
    )
    .group_by(_KEPT_RANK)
)


def _rank(session: Session, store_id: int, facts: OrderFacts, advocate_id: int, most: int) -> int:
    """The order's rank among the advocate's; past `most` it is only known to be past it."""
    given = {"store_id": store_id, "advocate_id": advocate_id, "most": most} | ranks.place(facts)
    return promises.free_rank(dict(session.execute(_BEFORE, given).all()))
