"""What an advocate was given and no longer deserves: settled against later rewards, else forgiven (R7)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app import clock
from app.domain.referrals import EntryKind
from app.extensions import db
from app.models import Reward
from app.services import effects, ledger

# Nobody is ever charged: a debt that no later reward settled in this time is written off.
FORGIVEN_AFTER = timedelta(days=180)


def net(session: Session, reward: Reward) -> None:
    """The advocate's debts are settled against this reward, visibly."""
    left = ledger.balance(session, reward)
    for other_id in ledger.indebted(session, reward):
        # Its coupon may be on its way back in another lane: under the lock the balance is what it will stay.
        other = session.get_one(Reward, other_id, with_for_update={"key_share": True}, populate_existing=True)
        part = min(left, -ledger.balance(session, other, of=reward.advocate_id))
        if part <= 0:
            continue
        ledger.post(session, reward, EntryKind.NETTED, f"reward:{other_id}", -part)
        ledger.post(session, other, EntryKind.NETTED, f"reward:{reward.id}", part, to=reward.advocate_id)
        left -= part


def owe_write_off(session: Session, reward: Reward) -> None:
    """Whoever owes something for the reward is forgiven in time."""
    due_at = clock.now() + FORGIVEN_AFTER
    effects.owe(session, reward.store_id, "write_off", f"reward:{reward.id}", lane="orders", due_at=due_at)


def write_off(reward_id: int) -> None:
    """What was given for the reward, is no longer deserved and was never settled is forgiven."""
    with db.begin() as session:
        reward = session.get_one(Reward, reward_id, with_for_update={"key_share": True})
        for advocate_id, entries in ledger.booked(session, reward).items():
            left = sum(entry.amount_minor for entry in entries)
            if left < 0:
                earlier = sum(entry.kind is EntryKind.WRITTEN_OFF for entry in entries)
                ledger.post(session, reward, EntryKind.WRITTEN_OFF, f"age:{earlier + 1}", -left, to=advocate_id)


def take_back_what_was_forgiven(session: Session, reward: Reward) -> None:
    """What the advocate deserves again is not owed to them where it was forgiven before: they kept the coupon."""
    entries = ledger.booked(session, reward).get(reward.advocate_id, [])
    forgiven = [entry.amount_minor for entry in entries if entry.kind is EntryKind.WRITTEN_OFF]
    part = min(sum(entry.amount_minor for entry in entries), sum(forgiven))
    if part > 0:
        ledger.post(session, reward, EntryKind.WRITTEN_OFF, f"deserved:{len(forgiven) + 1}", -part)
