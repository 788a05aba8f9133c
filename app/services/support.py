"""What support does about an order, an advocate or a person: each act with its reason, on record, most of them undone
by another act. A decision and what follows from it are written in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.domain import codes
from app.domain.errors import AnswersRefused, DomainError
from app.domain.program_faults import Fault
from app.domain.programs import MEANS, Means, RewardKind
from app.domain.reasons import Reason
from app.extensions import db
from app.models import Advocate, AuditEntry, Coupon, Decision, Order, Person, Program, Reward, Store
from app.services import audit, decisions, handouts, people, rewards, second_looks
from app.services.people import Identity

LONGEST_REASON = 1000
# Acts that another act takes back. A coupon that was replaced, or an address that was shown, stays so.
DECISIONS = frozenset({"approve", "reject", "link", "release"})
UNDOABLE = DECISIONS | {"block", "hand_out", "keep"}
# Nothing ties such an order to an advocate now; only a link by hand would.
UNTIED = frozenset({Reason.EVIDENCE_WITHDRAWN.value, Reason.CLAIM_ALREADY_PAID.value})


@dataclass(frozen=True, slots=True)
class Revealed:
    """A person's addresses, for one page."""

    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who does something in which store, and why."""

    store_id: int
    account_id: int
    reason: str

    def __post_init__(self) -> None:
        """Raises AnswersRefused: nothing is done for no reason."""
        if not self.reason.strip():
            raise AnswersRefused(Fault("reason", "reason_missing"))
        if len(self.reason) > LONGEST_REASON:
            raise AnswersRefused(Fault("reason", "reason_long", (("most", LONGEST_REASON),)))


# --- decisions about an order (R2's rule 0) ---


def approve(act: Act, order_ref: str) -> None:
    """The order qualifies, whatever the rules say, until undone. Raises DomainError."""
    with db.begin() as session:
        _attributed(session, act, order_ref)
        _decide(session, act, order_ref, "approve")


def reject(act: Act, order_ref: str) -> None:
    """The order earns nothing, whatever the rules say, until undone. Raises DomainError."""
    with db.begin() as session:
        _attributed(session, act, order_ref)
        _decide(session, act, order_ref, "reject")


def keep(act: Act, order_ref: str) -> None:
    """Whoever asked for a second look reads that the order stays refused, and why. Raises DomainError: nothing_asked,
    not_refused."""
    with db.begin() as session:
        _known(session, act, order_ref)
        attribution = decisions.settle(session, act.store_id, order_ref)
        if attribution is None or not second_looks.is_open(session, act.store_id, order_ref):
            raise DomainError("nothing_asked")
        if attribution.state != "rejected":
            raise DomainError("not_refused")
        entry = _note(session, act, "keep", f"order:{order_ref}")
        second_looks.answer(session, entry, order_ref, counts=False)


def release(act: Act, order_ref: str) -> None:
    """The reward's hold ends now. Raises DomainError: not_attributed, nothing_held."""
    with db.begin() as session:
        _attributed(session, act, order_ref)
        held = [each for each in _of_both_sides(session, act.store_id, order_ref) if each.state == "held"]
        if not held:
            raise DomainError("nothing_held")
        _decide(session, act, order_ref, "release")
        for reward in held:
            rewards.release_now(session, reward.id)


def link(act: Act, order_ref: str, named: str) -> None:
    """The order counts for the advocate with this code or e-mail, until undone. Raises DomainError, AnswersRefused."""
    with db.begin() as session:
        _known(session, act, order_ref)
        advocate = _advocate_named(session, act.store_id, named)
        if advocate is None:
            raise AnswersRefused(Fault("advocate", "advocate_unknown"))
        _decide(session, act, order_ref, "link", advocate_id=advocate.id)


def _of_both_sides(session: Session, store_id: int, order_ref: str) -> list[Reward]:
    found = (rewards.of_order(session, store_id, order_ref, side) for side in ("advocate", "friend"))
    return [each for each in found if each is not None]


def _known(session: Session, act: Act, order_ref: str) -> None:
    order = select(Order.id).where(Order.store_id == act.store_id, Order.order_ref == order_ref)
    if session.scalar(order) is None:
        raise DomainError("order_unknown")


def _attributed(session: Session, act: Act, order_ref: str) -> None:
    _known(session, act, order_ref)
    attribution = decisions.settle(session, act.store_id, order_ref)
    if attribution is None or attribution.reason in UNTIED:
        raise DomainError("not_attributed")


def _decide(session: Session, act: Act, order_ref: str, verb: str, advocate_id: int | None = None) -> None:
    decision = Decision(
        store_id=act.store_id,
        order_ref=order_ref,
        verb=verb,
        advocate_id=advocate_id,
        account_id=act.account_id,
        reason=act.reason.strip(),
        at=clock.now(),
    )
    session.add(decision)
    session.flush()
    evidence: dict[str, object] = {"decision_id": decision.id}
    if advocate_id:
        evidence["advocate_id"] = advocate_id
    entry = _note(session, act, verb, f"order:{order_ref}", evidence)
    decisions.settle(session, act.store_id, order_ref)
    if verb in ("approve", "reject"):
        second_looks.answer(session, entry, order_ref, counts=verb == "approve")


def _advocate_named(session: Session, store_id: int, named: str) -> Advocate | None:
    """By personal code, else by e-mail: then in the newest live program, or in the newest one."""
    mine = (
        select(Advocate)
        .join(Program, Program.id == Advocate.program_id)
        .where(Advocate.store_id == store_id)
        .order_by((Program.state == "live").desc(), Advocate.id.desc())
    )
    if code := codes.normal(named):
        return session.scalars(mine.where(Advocate.code == code)).first()
    person = people.find(session, session.get_one(Store, store_id), Identity(email=named))
    return session.scalars(mine.where(Advocate.person_id == person.id)).first() if person else None


# --- undoing ---


def undo(act: Act, entry_id: int) -> AuditEntry:
    """What the audit entry did no longer holds; undone once. Raises DomainError."""
    with db.begin() as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.store_id == act.store_id, AuditEntry.id == entry_id).with_for_update()
        ).first()
        if entry is None or entry.verb not in UNDOABLE:
            raise DomainError("not_undoable")
        if session.scalar(select(AuditEntry.id).where(AuditEntry.undoes_id == entry.id)) is not None:
            raise DomainError("already_undone")
        # On record before anything is computed: of two at once, the second fails here on undoes_id.
        undone = _note(session, act, "undo", entry.subject, {"verb": entry.verb}, undoes_id=entry.id)
        second_looks.ask_again(session, entry)
        if entry.verb == "block":
            _set_advocate_state(session, act, int(entry.subject.removeprefix("advocate:")), "active")
        elif entry.verb == "hand_out":
            handouts.undone(session, act.store_id, entry.evidence)
        elif entry.verb in DECISIONS:
            _undo_decision(session, act, entry)
        return undone


def _undo_decision(session: Session, act: Act, entry: AuditEntry) -> None:
    order_ref = entry.subject.removeprefix("order:")
    both = _of_both_sides(session, act.store_id, order_ref)
    if entry.verb == "release" and any(each.state in ("due", "issued") for each in both):
        raise DomainError("already_released")
    session.get_one(Decision, entry.evidence["decision_id"]).undone_at = clock.now()
    session.flush()
    decisions.settle(session, act.store_id, order_ref)


# --- rewards, advocates, people ---


# What can be given anew: what the store keeps, where it refused it.
_GIVEN_ANEW: dict[Means | None, tuple[str, ...]] = {
    Means.COUPON: ("issued", "failed", "due"),
    Means.STORE: ("failed",),
}


def reissue(act: Act, order_ref: str) -> None:
    """The order's reward gets a new coupon, and the old one is taken back. Raises DomainError."""
    with db.begin() as session:
        reward = rewards.of_order(session, act.store_id, order_ref)
        means = MEANS[RewardKind(reward.kind)] if reward is not None else None
        if reward is None or reward.state not in _GIVEN_ANEW.get(means, ()):
            raise DomainError("nothing_to_reissue")
        if reward.coupon_id and session.get_one(Coupon, reward.coupon_id).used_by_order:
            raise DomainError("coupon_used")
        _note(session, act, "reissue", f"order:{order_ref}", {"coupon_id": reward.coupon_id})
        rewards.reissue(session, reward.id)


def hand_out(act: Act, reward_ids: Sequence[int]) -> None:
    """Somebody handed these rewards out; all of them are on record, or none. Raises DomainError."""
    with db.begin() as session:
        for reward_id in sorted(reward_ids):
            evidence = handouts.done(session, act.store_id, reward_id)
            reward = session.get_one(Reward, reward_id)
            is_order = reward.cause_kind == "order"
            subject = f"order:{reward.cause_ref}" if is_order else f"reward:{reward_id}"
            _note(session, act, "hand_out", subject, evidence)


def note_export(store_id: int, account_id: int, count: int) -> None:
    """Who took the list of rewards to hand out, with the addresses in it, is on record."""
    with db.begin() as session:
        audit.note(
            session, store_id, "export_handouts", f"store:{store_id}", account_id=account_id, evidence={"count": count}
        )


def block(act: Act, advocate_id: int) -> None:
    """The advocate's link makes no new claims; what was earned stays. Raises DomainError."""
    with db.begin() as session:
        if _set_advocate_state(session, act, advocate_id, "blocked"):
            _note(session, act, "block", f"advocate:{advocate_id}")


def _set_advocate_state(session: Session, act: Act, advocate_id: int, state: str) -> bool:
    advocate = session.scalars(
        select(Advocate).where(Advocate.store_id == act.store_id, Advocate.id == advocate_id).with_for_update()
    ).first()
    if advocate is None:
        raise DomainError("advocate_unknown")
    changed, advocate.state = advocate.state != state, state
    return changed


def add_note(act: Act, subject: str) -> None:
    """The note stands in the story of the person or the order. Raises DomainError."""
    kind, _, ref = subject.partition(":")
    with db.begin() as session:
        if kind == "person":
            _person(session, act.store_id, int(ref))
        else:
            _known(session, act, ref)
        _note(session, act, "note", subject)


def reveal(store_id: int, account_id: int, person_id: int) -> Revealed:
    """The person's addresses, and who looked at them is on record. Raises DomainError("person_unknown")."""
    with db.begin() as session:
        person = _person(session, store_id, person_id)
        audit.note(session, store_id, "reveal", f"person:{person_id}", account_id=account_id)
        return Revealed(person.email, person.phone)


def _person(session: Session, store_id: int, person_id: int) -> Person:
    person = session.scalars(select(Person).where(Person.store_id == store_id, Person.id == person_id)).first()
    if person is None:
        raise DomainError("person_unknown")
    return person


def _note(
    session: Session,
    act: Act,
    verb: str,
    subject: str,
    evidence: dict[str, object] | None = None,
    *,
    undoes_id: int | None = None,
) -> AuditEntry:
    return audit.note(
        session,
        act.store_id,
        verb,
        subject,
        account_id=act.account_id,
        reason=act.reason.strip(),
        evidence=evidence,
        undoes_id=undoes_id,
    )
