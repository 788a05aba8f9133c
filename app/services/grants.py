"""What the store keeps for an advocate other than coupons, as rows: planned before the store is asked, and what becomes
of the reward when it is given, refused or taken back (R5, R7). The caller has locked the reward."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.domain import codes
from app.domain.programs import RewardKind
from app.domain.reasons import Reason
from app.domain.referrals import EntryKind
from app.models import Grant, LedgerEntry, Reward, Store, Task
from app.services import debts, effects, ledger, new_coupons, reward_terms
from app.services.once import insert_once
from app.vault import keyed_digest

USED = "used"  # why a grant stays with its advocate: they have used some of it


def plan(session: Session, reward: Reward, asked_before: datetime | None) -> None:
    """What is owed is on its way. `asked_before`: since when the store may have been asked already by a database that
    was lost, so that it is looked up first. A test order's reward ends here (R18): a store may write to its owner."""
    if reward.is_test:
        reward.state, reward.reason = "revoked", Reason.TEST_ORDER.value
        return
    digest_key = session.get_one(Store, reward.store_id).digest_key
    number = session.scalars(select(func.count(Grant.id)).where(Grant.reward_id == reward.id)).one() + 1
    cause = f"{reward.cause_kind}:{reward.cause_ref}:{reward.side}:{reward.advocate_id}:{number}"
    grant_id = insert_once(
        session,
        Grant,
        store_id=reward.store_id,
        reward_id=reward.id,
        advocate_id=reward.advocate_id,
        kind=reward.kind,
        state="giving" if asked_before else "planned",
        reason="",
        key=keyed_digest(digest_key, "grant", cause),
        amount_minor=ledger.balance(session, reward),
        currency=reward.currency,
        tag=reward_terms.of(session, reward).tag,
        code=_gift_card_code(digest_key, cause) if reward.kind == RewardKind.GIFT_CARD else None,
        asked_at=asked_before,
        created_at=clock.now(),
    )
    assert grant_id is not None  # noqa: S101 - the reward is locked, so the number is free
    effects.owe(session, reward.store_id, "give_grant", f"grant:{grant_id}", lane="coupons")


def _gift_card_code(digest_key: bytes, cause: str) -> str:
    """Two codes of ours in one: long enough to be worth money, and the same when it is worked out anew."""
    parts = (int(keyed_digest(digest_key, "gift_card", f"{cause}:{part}"), 16) for part in (1, 2))
    return "".join(codes.new_code(new_coupons.drawn(part)) for part in parts)


def reprice(session: Session, reward: Reward) -> None:
    """What the store was not asked for yet is worth what is owed; what it was is taken back once it is known."""
    grant = _newest(session, reward, "planned")
    if grant is not None:
        grant.amount_minor = ledger.balance(session, reward)


def call_off(session: Session, reward: Reward) -> None:
    """Nothing is on its way any more; what the store may have been asked for is taken back."""
    grant = _newest(session, reward, "planned", "giving")
    if grant is None:
        return
    if grant.state == "planned":
        grant.state = "returned"
    else:
        _owe_return(session, grant)


def take_back(session: Session, reward: Reward) -> Reason | None:
    """What was given is on its way back, unless the advocate has used some of it."""
    grant = _newest(session, reward, "given", "returning")
    if grant is None or grant.reason == USED:
        return Reason.REVERSED_AFTER_USE
    _owe_return(session, grant)
    return None


def _owe_return(session: Session, grant: Grant) -> None:
    grant.state = "returning"
    effects.owe(session, grant.store_id, "take_grant_back", f"grant:{grant.id}", lane="coupons")


def _newest(session: Session, reward: Reward, *states: str) -> Grant | None:
    """The advocate's newest grant in one of these states, locked: a worker may be asking for it at this moment."""
    return session.scalars(
        select(Grant)
        .where(
            Grant.store_id == reward.store_id,
            Grant.reward_id == reward.id,
            Grant.advocate_id == reward.advocate_id,
            Grant.state.in_(states),
        )
        .order_by(Grant.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


# --- what became of it ---


def locked(session: Session, grant_id: int) -> tuple[Reward, Grant]:
    """The grant and its reward, the reward first, as everywhere."""
    reward_id = session.scalars(select(Grant.reward_id).where(Grant.id == grant_id)).one()
    reward = session.get_one(Reward, reward_id, with_for_update={"key_share": True}, populate_existing=True)
    return reward, session.get_one(Grant, grant_id, with_for_update=True, populate_existing=True)


def given(session: Session, grant_id: int, grant_ref: str) -> None:
    """The store keeps it: the promise is kept, and the advocate is told once. What is worth too much by now, or was
    called off, goes back."""
    reward, grant = locked(session, grant_id)
    grant.grant_ref = grant_ref
    if grant.state != "giving":
        return
    grant.state, grant.given_at = "given", clock.now()
    ledger.post(session, reward, EntryKind.ISSUED, f"grant:{grant.id}", -grant.amount_minor, to=grant.advocate_id)
    reward.state, reward.reason, reward.issued_at = "issued", Reason.ISSUED.value, clock.now()
    if ledger.balance(session, reward) < 0:
        _owe_return(session, grant)
    else:
        effects.owe(session, reward.store_id, "tell_reward", f"reward:{reward.id}", lane="mail")


def refused(session: Session, grant_id: int, reason: str) -> None:
    """The store said no to it: a person is asked to look."""
    reward, grant = locked(session, grant_id)
    if grant.state not in ("planned", "giving"):
        return
    grant.state, grant.reason = "refused", reason[:40]
    reward.state, reward.reason = "failed", Reason.STORE_REFUSED.value
    insert_once(
        session, Task, store_id=grant.store_id, kind="grant_refused", subject=f"order:{reward.cause_ref}",
        reason=reason[:40], evidence={"reward_id": reward.id}, opened_at=clock.now(),
    )  # fmt: skip


def waits_for_account(session: Session, grant_id: int) -> None:
    """The store has no account with the advocate's address yet, and can keep it for nobody else."""
    reward, grant = locked(session, grant_id)
    if grant.state in ("planned", "giving") and reward.state == "due":
        reward.reason = Reason.WAITING_ACCOUNT.value


def returned(session: Session, grant_id: int) -> None:
    """The store keeps it no more: what is left of the promise is given anew (R7). Repeating changes nothing."""
    reward, grant = locked(session, grant_id)
    if grant.state != "returning":
        return
    grant.state = "returned"
    issue = _issue_of(session, grant)
    if issue is None:  # it was called off before it was known to be given
        return
    worth = -issue.amount_minor
    ledger.post(session, reward, EntryKind.RETURNED, issue.cause, worth, to=issue.advocate_id)
    if reward.state != "issued" or reward.advocate_id != issue.advocate_id:
        return
    left = ledger.balance(session, reward)
    if left <= 0:
        reward.state, reward.reason = "revoked", Reason.REFUNDED.value
        return
    reward.state = "due"
    plan(session, reward, None)
    reward.reason = (Reason.REFUNDED_IN_PART if left < worth else Reason.DUE).value


def kept_by_advocate(session: Session, grant_id: int, reason: str) -> None:
    """It stays: the advocate has used some of it, so that it is a debt (R7), or they deserve it once more."""
    reward, grant = locked(session, grant_id)
    if grant.state != "returning":
        return
    grant.state, grant.reason = "given", reason
    if reason and reward.advocate_id == grant.advocate_id and ledger.balance(session, reward) < 0:
        reward.reason = Reason.REVERSED_AFTER_USE.value
        debts.owe_write_off(session, reward)


def is_deserved(session: Session, grant: Grant) -> bool:
    """Whether its advocate has what the facts give them, so that nothing need be taken back any more."""
    reward = session.get_one(Reward, grant.reward_id)
    if _issue_of(session, grant) is None:
        return False
    return ledger.balance(session, reward, of=grant.advocate_id) >= 0


def has_another(session: Session, grant: Grant) -> bool:
    """Whether the advocate keeps the same tag for another reward: then the store must not take it from them."""
    if grant.kind != RewardKind.TAG:
        return False
    same = select(Grant.id).where(
        Grant.store_id == grant.store_id,
        Grant.advocate_id == grant.advocate_id,
        Grant.kind == grant.kind,
        Grant.tag == grant.tag,
        Grant.id != grant.id,
        Grant.state.in_(("giving", "given")),
    )
    return session.scalars(same.limit(1)).first() is not None


def _issue_of(session: Session, grant: Grant) -> LedgerEntry | None:
    return session.scalars(
        select(LedgerEntry).where(
            LedgerEntry.store_id == grant.store_id,
            LedgerEntry.reward_id == grant.reward_id,
            LedgerEntry.kind == EntryKind.ISSUED.value,
            LedgerEntry.cause == f"grant:{grant.id}",
        )
    ).first()
