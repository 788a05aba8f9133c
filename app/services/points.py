"""Points: credited to an advocate's account when their reward is released, and taken back while they are there."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.domain.reasons import Reason
from app.domain.referrals import EntryKind
from app.models import Advocate, Reward
from app.models.points import account_of
from app.services import effects, ledger


def give(session: Session, reward: Reward) -> None:
    """The reward's points are in the account, and its advocate is told. A test order's reward has run its road here
    (R18)."""
    if reward.is_test:
        reward.state, reward.reason = "revoked", Reason.TEST_ORDER.value
        return
    ledger.post(session, reward, EntryKind.ISSUED, _next(session, reward), -ledger.balance(session, reward))
    reward.state, reward.reason, reward.issued_at = "issued", Reason.ISSUED.value, clock.now()
    effects.owe(session, reward.store_id, "tell_reward", f"reward:{reward.id}", lane="mail")


def take_back(session: Session, reward: Reward) -> Reason | None:
    """Points that are no longer deserved leave the account as far as they are in it; what was spent is a debt (R7)."""
    lock(session, reward.advocate_id)
    lost = -ledger.balance(session, reward)
    part = min(lost, account_of(session, reward.store_id, reward.advocate_id).credited)
    if part > 0:
        ledger.post(session, reward, EntryKind.RETURNED, _next(session, reward), part)
    if part < lost:
        return Reason.REVERSED_AFTER_USE
    reward.state, reward.reason = "revoked", Reason.REFUNDED.value
    return None


def come_back(session: Session, redemption: Reward) -> None:
    """The shop did not accept the coupon that the points bought: nothing is owed for it, and they are in the account
    again, less what had been taken back meanwhile."""
    spent = -sum(entry.amount_minor for entry in ledger.spent_on(session, redemption))
    ledger.post(session, redemption, EntryKind.REVERSED, "refused", -ledger.balance(session, redemption))
    ledger.spend(session, redemption, "refused", spent)
    redemption.worth_minor = 0
    redemption.state, redemption.reason = "revoked", Reason.POINTS_CAME_BACK.value
    lock(session, redemption.advocate_id)
    for reward_id in ledger.indebted_in_points(session, redemption):
        other = session.get_one(Reward, reward_id, with_for_update={"key_share": True}, populate_existing=True)
        if other.advocate_id == redemption.advocate_id:
            take_back(session, other)


def lock(session: Session, advocate_id: int) -> None:
    """Nobody else spends the advocate's points, or takes them back, until the transaction ends."""
    session.execute(select(Advocate.id).where(Advocate.id == advocate_id).with_for_update(key_share=True))


def _next(session: Session, reward: Reward) -> str:
    """The cause of the next crediting or taking-back: each stands once."""
    moves = ledger.booked(session, reward).get(reward.advocate_id, [])
    count = sum(entry.kind in (EntryKind.ISSUED, EntryKind.RETURNED) for entry in moves)
    return f"points:{count + 1}"
