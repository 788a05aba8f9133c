"""Banks of codes: what an owner brings in is given to due rewards, each code once. A code that was given cannot be
taken back, so an order that comes back leaves a debt (R7).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.domain import text
from app.domain.reasons import Reason
from app.domain.referrals import EntryKind
from app.extensions import db
from app.models import BankCode, Program, Reward, Store, Task
from app.services import audit, effects, ledger
from app.services.once import insert_once
from app.vault import keyed_digest

LOW = 10  # with fewer codes left, somebody is asked to bring more
MOST_AT_ONCE = 10_000
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of codes that somebody brought in."""

    added: int
    known: tuple[str, ...]  # in the bank before, or twice in the list
    unusable: tuple[str, ...]  # too long to be a code


def bring(store_id: int, account_id: int, program_id: int, lines: Iterable[str]) -> Brought:
    """The codes are in the program's bank, each once, and rewards that waited for one get it.

    Two codes are the same when they differ only in case, spaces and the script of their digits.
    """
    with db.begin() as session:
        key = session.get_one(Store, store_id).digest_key
        added, known, unusable = 0, [], []
        for code in filter(None, map(text.one_line, lines)):
            if len(code) > LONGEST:
                unusable.append(code)
                continue
            digest = keyed_digest(key, "bank_code", text.fold(code).replace(" ", ""))
            row = {"store_id": store_id, "program_id": program_id, "code": code, "digest": digest}
            if insert_once(session, BankCode, added_at=clock.now(), **row) is None:
                known.append(code)
            else:
                added += 1
        if added:
            audit.note(
                session, store_id, "bring_codes", f"program:{program_id}", account_id=account_id,
                evidence={"count": added},
            )  # fmt: skip
            effects.owe(session, store_id, "serve_bank", f"program:{program_id}", lane="orders")
        _mind_stock(session, store_id, program_id)
    return Brought(added, tuple(known), tuple(unusable))


def give(session: Session, reward: Reward) -> None:
    """The reward has a code of the bank, and its advocate is told; where there is none, it waits for one (`due`).

    The caller has locked the reward. A test order takes no code (R18).
    """
    if reward.is_test:
        reward.state, reward.reason = "revoked", Reason.TEST_ORDER.value
        return
    # Rewards of one program take turns, so that two never reach for the same code.
    session.get_one(Program, reward.program_id, with_for_update=True, populate_existing=True)
    free = _free(reward.store_id, reward.program_id).order_by(BankCode.id).limit(1)
    code = session.scalars(free).first()
    if code is None:
        reward.reason = Reason.WAITING_STOCK.value
        _mind_stock(session, reward.store_id, reward.program_id)
        return
    code.reward_id, code.given_at = reward.id, clock.now()
    session.flush()
    ledger.post(session, reward, EntryKind.ISSUED, f"bank:{code.id}", -ledger.balance(session, reward))
    reward.state, reward.reason, reward.issued_at = "issued", Reason.ISSUED.value, clock.now()
    effects.owe(session, reward.store_id, "tell_reward", f"reward:{reward.id}", lane="mail")
    _mind_stock(session, reward.store_id, reward.program_id)


def serve(store_id: int, program_id: int) -> None:
    """Rewards that waited for codes get them, the longest due first, as far as the codes reach."""
    waiting = (
        select(Reward.id)
        .where(
            Reward.store_id == store_id,
            Reward.program_id == program_id,
            Reward.state == "due",
            Reward.reason == Reason.WAITING_STOCK.value,
        )
        .order_by(Reward.due_at, Reward.id)
    )
    with db.read() as session:
        reward_ids = session.scalars(waiting).all()
    for reward_id in reward_ids:
        with db.begin() as session:
            reward = session.get_one(Reward, reward_id, with_for_update={"key_share": True})
            if (reward.state, reward.reason) != ("due", Reason.WAITING_STOCK.value):
                continue
            give(session, reward)
            if reward.state == "due":
                return


def _free(store_id: int, program_id: int):  # type: ignore[no-untyped-def]  # a Select of BankCode
    return select(BankCode).where(
        BankCode.store_id == store_id, BankCode.program_id == program_id, BankCode.reward_id.is_(None)
    )


def _mind_stock(session: Session, store_id: int, program_id: int) -> None:
    """A task stands open while few codes are left, and only then."""
    session.flush()
    left = session.scalars(select(func.count()).select_from(_free(store_id, program_id).subquery())).one()
    subject = f"program:{program_id}"
    task = session.scalars(
        select(Task).where(Task.store_id == store_id, Task.kind == "bank_low", Task.subject == subject)
    ).first()
    if left >= LOW:
        if task is not None and task.closed_at is None:
            task.closed_at = clock.now()
        return
    evidence = {"program_id": program_id, "left": left}
    if task is None:
        insert_once(
            session, Task, store_id=store_id, kind="bank_low", subject=subject, reason="", evidence=evidence,
            opened_at=clock.now(),
        )  # fmt: skip
    elif task.closed_at is not None and (left == 0 or task.evidence["left"] > left + LOW // 2):
        task.closed_at, task.evidence = None, evidence
