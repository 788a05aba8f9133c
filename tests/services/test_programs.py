"""Programs change by new versions only, and switching one off takes back only what nobody was promised."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.domain.errors import AnswersRefused, DomainError
from app.domain.programs import Rules
from app.extensions import Database
from app.models import AuditEntry, Effect, Program, ProgramVersion
from app.services import programs
from tests import factories
from tests.scenes import Scene

RULES = factories.RULES
OTHER_OFFER = replace(RULES, friend=replace(RULES.friend, basis_points=1000))
SAME_OFFER = replace(RULES, hold_days=14)


@pytest.fixture
def shop(db: Database) -> tuple[int, int]:
    """A store's id and its owner's."""
    with db.begin() as session:
        owner = factories.account(session)
        return factories.store(session, owner=owner).id, owner.id


def owed(db: Database) -> set[tuple[str, str]]:
    with db.read() as session:
        return {(row.kind, row.subject) for row in session.scalars(select(Effect))}


def version(db: Database, program_id: int, number: int) -> ProgramVersion:
    with db.read() as session:
        where = ProgramVersion.program_id == program_id, ProgramVersion.number == number
        return session.scalars(select(ProgramVersion).where(*where)).one()


def live(shop: tuple[int, int], rules: Rules = RULES) -> int:
    program_id = programs.create(*shop, "Tea for two", rules)
    programs.set_state(*shop, program_id, "live")
    return program_id


def test_new_program_is_a_draft_that_owes_nothing(db: Database, shop: tuple[int, int]) -> None:
    program_id = programs.create(*shop, " Tea for two ", RULES)
    with db.read() as session:
        program = session.get_one(Program, program_id)
    assert (program.name, program.state) == ("Tea for two", "draft")
    assert version(db, program_id, 1).rules == RULES
    assert owed(db) == set()


def test_what_cannot_stand_is_refused_whole(db: Database, shop: tuple[int, int]) -> None:
    wrong = replace(RULES, currency="USD", hold_days=400)
    with pytest.raises(AnswersRefused) as refused:
        programs.create(*shop, "", wrong)
    fields = [fault.field for fault in refused.value.faults]
    assert fields == ["hold_days", "name", "currency"]
    with db.read() as session:
        assert session.scalars(select(Program)).all() == []


def test_a_program_that_gives_away_too_much_is_refused(shop: tuple[int, int]) -> None:
    with pytest.raises(AnswersRefused) as refused:
        programs.create(*shop, "Tea", replace(RULES, minimum_minor=1000))
    assert refused.value.faults[0].reason == "margin_passed"


def test_going_live_fills_the_shelf(db: Database, shop: tuple[int, int]) -> None:
    program_id = live(shop)
    assert owed(db) == {("refill_shelf", f"version:{version(db, program_id, 1).id}")}


def test_change_makes_a_version_and_leaves_the_earlier_one(db: Database, shop: tuple[int, int]) -> None:
    program_id = live(shop)
    assert programs.save_version(*shop, program_id, "Tea", SAME_OFFER) == 2
    assert version(db, program_id, 1).rules == RULES
    assert version(db, program_id, 2).rules == SAME_OFFER
    assert not [kind for kind, _ in owed(db) if kind == "retire_shelf"]


def test_saving_what_is_in_force_makes_no_version(shop: tuple[int, int]) -> None:
    program_id = live(shop)
    assert programs.save_version(*shop, program_id, "Another name", RULES) == 1


def test_another_offer_retires_the_old_shelf_and_fills_a_new_one(db: Database, shop: tuple[int, int]) -> None:
    program_id = live(shop)
    programs.save_version(*shop, program_id, "Tea", OTHER_OFFER)
    first, second = version(db, program_id, 1), version(db, program_id, 2)
    assert ("retire_shelf", f"fingerprint:{first.fingerprint}") in owed(db)
    assert ("refill_shelf", f"version:{second.id}") in owed(db)


@pytest.mark.parametrize("state", ["paused", "ended"])
def test_switching_off_retires_the_shelf(db: Database, shop: tuple[int, int], state: str) -> None:
    program_id = live(shop)
    programs.set_state(*shop, program_id, state, "too many orders")
    assert ("retire_shelf", f"fingerprint:{version(db, program_id, 1).fingerprint}") in owed(db)
    with db.read() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.verb, entry.reason) == ("set_program_state", "too many orders")
    assert entry.evidence == {"before": "live", "after": state}


def test_shelf_that_another_live_program_gives_from_stays(db: Database, shop: tuple[int, int]) -> None:
    first = live(shop)
    live(shop, SAME_OFFER)
    programs.set_state(*shop, first, "paused")
    assert not [kind for kind, _ in owed(db) if kind == "retire_shelf"]


@pytest.mark.parametrize(("before", "after"), [("draft", "paused"), ("ended", "live"), ("live", "draft")])
def test_impossible_steps_are_refused(db: Database, shop: tuple[int, int], before: str, after: str) -> None:
    program_id = programs.create(*shop, "Tea", RULES)
    with db.begin() as session:
        session.get_one(Program, program_id).state = before
    with pytest.raises(DomainError, match="state_not_possible"):
        programs.set_state(*shop, program_id, after)


def test_ended_program_is_not_changed(shop: tuple[int, int]) -> None:
    program_id = live(shop)
    programs.set_state(*shop, program_id, "ended")
    with pytest.raises(DomainError, match="program_ended"):
        programs.save_version(*shop, program_id, "Tea", OTHER_OFFER)


def test_another_stores_program_does_not_exist(shop: tuple[int, int], scene: Scene) -> None:
    for attempt in (
        lambda: programs.save_version(*shop, scene.program_id, "Tea", OTHER_OFFER),
        lambda: programs.set_state(*shop, scene.program_id, "paused"),
    ):
        with pytest.raises(DomainError, match="program_unknown"):
            attempt()
