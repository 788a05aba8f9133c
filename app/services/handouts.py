"""Rewards that people hand out: done, or not done after all. The caller owns the transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.domain.errors import DomainError
from app.domain.programs import MEANS, Means, RewardKind
from app.domain.reasons import Reason
from app.domain.referrals import EntryKind
from app.models import Advocate, LedgerEntry, Reward
from app.services import debts, effects, ledger, reward_terms


def done(session: Session, store_id: int, reward_id: int) -> dict[str, object]:
    """The reward reached its advocate, who is told; what undone() needs to take that back.

    Raises DomainError("not_to_hand_out").
    """
    reward = _locked(session, store_id, reward_id)
    if reward is None or reward.state != "due" or MEANS[RewardKind(reward.kind)] is not Means.HAND:
        raise DomainError("not_to_hand_out")
    cause = f"hand:{len(given(session, reward)) + 1}"
    ledger.post(session, reward, EntryKind.ISSUED, cause, -ledger.balance(session, reward))
    reward.state, reward.reason, reward.issued_at = "issued", Reason.ISSUED.value, clock.now()
    reward.donated_to = cause_of(session, reward)
    effects.owe(session, store_id, "tell_reward", f"reward:{reward.id}", lane="mail")
    return {"reward_id": reward.id, "cause": cause}


def undone(session: Session, store_id: int, evidence: dict[str, object]) -> None:
    """What done() said is not so: the reward is in the queue again, as far as it is still deserved."""
    reward = _locked(session, store_id, int(str(evidence["reward_id"])))
    if reward is None:
        raise DomainError("not_undoable")
    wrong = next(each for each in given(session, reward) if each.cause == evidence["cause"])
    ledger.post(session, reward, EntryKind.RETURNED, wrong.cause, -wrong.amount_minor, to=wrong.advocate_id)
    if reward.state != "issued" or reward.advocate_id != wrong.advocate_id:
        return  # a part that is owed once more, or the reward of another advocate, goes its own way
    debts.take_back_what_was_forgiven(session, reward)
    reward.donated_to = None
    if ledger.balance(session, reward) > 0:
        reward.state, reward.reason = "due", Reason.TO_HAND_OUT.value
    else:
        reward.state, reward.reason = "revoked", Reason.REFUNDED.value


def _locked(session: Session, store_id: int, reward_id: int) -> Reward | None:
    return session.scalars(
        select(Reward)
        .where(Reward.store_id == store_id, Reward.id == reward_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()


def given(session: Session, reward: Reward) -> Sequence[LedgerEntry]:
    """What somebody said was handed out for the reward, oldest first; what was undone too."""
    entries = select(LedgerEntry).where(
        LedgerEntry.store_id == reward.store_id,
        LedgerEntry.reward_id == reward.id,
        LedgerEntry.kind == EntryKind.ISSUED.value,
    )
    return session.scalars(entries.order_by(LedgerEntry.id)).all()


def cause_of(session: Session, reward: Reward) -> str | None:
    """To whom the donation goes; None where the reward is none."""
    return reward_terms.of(session, reward).cause(session.get_one(Advocate, reward.advocate_id).donates_to)
