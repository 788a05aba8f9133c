"""A store's programs: made, changed by new versions only (R11), switched on and off (R10)."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.domain.errors import AnswersRefused, DomainError
from app.domain.offers import offer_fingerprint, products_given
from app.domain.program_faults import Fault, faults
from app.domain.programs import (
    Rules,
)
from app.extensions import db
from app.models import Program, ProgramVersion, Store
from app.models.pauses import DISCONNECTED, paused_because
from app.services import audit, connections, effects, platform_limits, shelf

LONGEST_NAME = 80
# What may follow a state. A program that ended stays ended: its advocates were told so.
NEXT_STATES = {
    "draft": ("live", "ended"),
    "live": ("paused", "ended"),
    "paused": ("live", "ended"),
    "ended": (),
}


def create(store_id: int, account_id: int, name: str, rules: Rules) -> int:
    """A draft with its first version; returns the program's id. Raises AnswersRefused."""
    with db.begin() as session:
        check(session, store_id, name, rules)
        program = Program(store_id=store_id, name=name.strip(), state="draft", created_at=clock.now())
        session.add(program)
        session.flush()
        _add_version(session, program, 1, rules)
        audit.note(session, store_id, "create_program", f"program:{program.id}", account_id=account_id)
        return program.id


def save_version(store_id: int, account_id: int, program_id: int, name: str, rules: Rules) -> int:
    """The rules are in force from now on, for new claims only; returns the version's number. Raises AnswersRefused.

    Saving what is in force already makes no version.
    """
    with db.begin() as session:
        program = _locked(session, store_id, program_id)
        if program.state == "ended":
            raise DomainError("program_ended")
        check(session, store_id, name, rules)
        program.name = name.strip()
        newest = in_force(session, store_id, program_id)
        if newest.rules == rules:
            return newest.number
        version = _add_version(session, program, newest.number + 1, rules)
        evidence = {"version": version.number, "before": newest.number}
        subject = f"program:{program_id}"
        audit.note(session, store_id, "change_program", subject, account_id=account_id, evidence=evidence)
        _follow_shelf(session, program, newest, version)
        return version.number


def review(store_id: int, name: str, rules: Rules) -> None:
    """Returns when the program could be saved as it is. Raises AnswersRefused."""
    with db.read() as session:
        check(session, store_id, name, rules, named=False)


def check(session: Session, store_id: int, name: str, rules: Rules, *, named: bool = True) -> None:
    """Returns when the program can be saved. Raises AnswersRefused, naming everything that cannot stand.

    Where the shop was not asked yet for what the rules name in it (not `named`), that is passed over.
    """
    found = [*faults(rules), *platform_limits.beyond(connections.platform_of(session, store_id), rules)]
    if named:
        found += [
            Fault(f"excluded.{field}", "name_unknown", named=each.name)
            for field in ("categories", "products")
            for each in getattr(rules.excluded, field)
            if not each.ref
        ]
        found += [
            Fault(field, "product_unknown", named=product.name)
            for field, product in products_given(rules)
            if not product.ref
        ]
    if not name.strip():
        found.append(Fault("name", "name_missing"))
    if len(name) > LONGEST_NAME:
        found.append(Fault("name", "name_too_long"))
    if rules.currency != session.get_one(Store, store_id).currency:
        found.append(Fault("currency", "currency_not_of_store"))
    if found:
        raise AnswersRefused(*found)


def set_state(store_id: int, account_id: int, program_id: int, state: str, reason: str = "") -> None:
    """The program is in this state. Raises DomainError: state_not_possible, currency_not_of_store, form_not_here.

    Pausing is the panic switch: no new claims, and every code that was handed out is honoured (R10).
    """
    with db.begin() as session:
        change_state(session, _locked(session, store_id, program_id), account_id, state, reason)


def pause_all(session: Session, store_id: int, account_id: int, reason: str) -> None:
    """No program of the store is live."""
    live = select(Program).where(Program.store_id == store_id, Program.state == "live")
    for program in session.scalars(live.order_by(Program.id).with_for_update()):
        change_state(session, program, account_id, "paused", reason)


def go_on(store_id: int, account_id: int) -> None:
    """What was live when the store was disconnected is live again; programs of another currency stay paused, and so
    do those that promise what the store's platform cannot do."""
    with db.begin() as session:
        store, platform = session.get_one(Store, store_id), connections.platform_of(session, store_id)
        for program in paused_because(session, store_id, DISCONNECTED):
            rules = in_force(session, store_id, program.id).rules
            if rules.currency == store.currency and not platform_limits.beyond(platform, rules):
                change_state(session, _locked(session, store_id, program.id), account_id, "live", "connected")


def change_state(session: Session, program: Program, account_id: int, state: str, reason: str) -> None:
    """The locked program is in this state, and its shelf follows.

    Raises DomainError: state_not_possible, currency_not_of_store, form_not_here.
    """
    if state == program.state:
        return
    if state not in NEXT_STATES[program.state]:
        raise DomainError("state_not_possible")
    store_id, subject = program.store_id, f"program:{program.id}"
    version = in_force(session, store_id, program.id)
    if state == "live" and version.rules.currency != session.get_one(Store, store_id).currency:
        raise DomainError("currency_not_of_store")
    if state == "live" and platform_limits.beyond(connections.platform_of(session, store_id), version.rules):
        raise DomainError("form_not_here")
    evidence = {"before": program.state, "after": state}
    program.state = state
    audit.note(session, store_id, "set_program_state", subject, account_id=account_id, reason=reason, evidence=evidence)
    session.flush()
    if state == "live":
        shelf.owe_refill(session, version)
    else:
        retire_unless_offered(session, store_id, version.fingerprint)


def in_force(session: Session, store_id: int, program_id: int) -> ProgramVersion:
    """The program's newest version, which new claims get. Raises DomainError("program_unknown")."""
    version = session.scalars(
        select(ProgramVersion)
        .where(ProgramVersion.store_id == store_id, ProgramVersion.program_id == program_id)
        .order_by(ProgramVersion.number.desc())
        .limit(1)
    ).first()
    if version is None:
        raise DomainError("program_unknown")
    return version


def retire_unless_offered(session: Session, store_id: int, fingerprint: str) -> None:
    """Unclaimed coupons of the offer will be taken back, unless a live program gives this very offer now."""
    newest = (
        select(ProgramVersion.program_id, func.max(ProgramVersion.number).label("number"))
        .where(ProgramVersion.store_id == store_id)
        .group_by(ProgramVersion.program_id)
        .subquery()
    )
    offered = (
        select(ProgramVersion.id)
        .join(
            newest,
            (newest.c.program_id == ProgramVersion.program_id) & (newest.c.number == ProgramVersion.number),
        )
        .join(Program, Program.id == ProgramVersion.program_id)
        .where(Program.store_id == store_id, Program.state == "live", ProgramVersion.fingerprint == fingerprint)
    )
    if session.scalars(offered.limit(1)).first() is None:
        effects.owe(session, store_id, "retire_shelf", f"fingerprint:{fingerprint}", lane="coupons")


def _locked(session: Session, store_id: int, program_id: int) -> Program:
    program = session.scalars(
        select(Program).where(Program.store_id == store_id, Program.id == program_id).with_for_update()
    ).first()
    if program is None:
        raise DomainError("program_unknown")
    return program


def _add_version(session: Session, program: Program, number: int, rules: Rules) -> ProgramVersion:
    version = ProgramVersion(
        store_id=program.store_id,
        program_id=program.id,
        number=number,
        rules=rules,
        fingerprint=offer_fingerprint(rules),
        created_at=clock.now(),
    )
    session.add(version)
    session.flush()
    return version


def _follow_shelf(session: Session, program: Program, before: ProgramVersion, after: ProgramVersion) -> None:
    if program.state != "live":
        return
    if before.fingerprint != after.fingerprint:
        retire_unless_offered(session, program.store_id, before.fingerprint)
    shelf.owe_refill(session, after)
