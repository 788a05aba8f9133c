"""Lists of the desks: programs, messages, audit, queues, health, who is signed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from app.extensions import Database
from app.models import Account, Coupon, Effect, Installation, Store, Task
from app.queries import accounts, audit, health, messages, pages, programs, queues
from app.services import effects, support
from app.services import programs as program_services
from app.services.support import Act
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.scenes import Scene


def test_viewer_is_gone_with_the_epoch(db: Database, scene: Scene) -> None:
    viewer = accounts.viewer(scene.account_id, 0)
    assert viewer is not None
    assert [(each.store_id, each.role) for each in viewer.workplaces] == [(scene.store_id, "owner")]
    assert viewer.workplace("somewhere-else") is None
    with db.begin() as session:
        session.get_one(Account, scene.account_id).session_epoch = 1
    assert accounts.viewer(scene.account_id, 0) is None


def test_programs_show_rules_in_force_and_their_shelf(db: Database, scene: Scene) -> None:
    with db.begin() as session:
        version = session.get_one(factories.programs.ProgramVersion, scene.version_id)
        factories.coupon(session, version)
        factories.coupon(session, version, state="planned")
    (row,) = programs.programs(scene.store_id)
    assert (row.number, row.advocates, row.friends, row.shelf) == (1, 1, 1, 1)
    owner = scene.store_id, scene.account_id
    program_services.save_version(*owner, scene.program_id, "Tea", replace(factories.RULES, hold_days=7))
    page = programs.program(scene.store_id, scene.program_id)
    assert page is not None
    assert [each.number for each in page.versions] == [2, 1]
    assert page.program.rules.hold_days == 7


def test_test_order_is_followed_to_its_end(db: Database, scene: Scene) -> None:
    assert programs.trial_order(scene.store_id, scene.program_id) is None
    with db.begin() as session:
        version = session.get_one(factories.programs.ProgramVersion, scene.version_id)
        who = session.get_one(factories.programs.Advocate, scene.advocate_id)
        handed = factories.coupon(session, version, state="claimed")
        claimed = factories.claim(session, version, who, coupon=handed, is_test=True)
    trial = programs.trial_order(scene.store_id, scene.program_id)
    assert trial is not None
    assert (trial.code, trial.order_ref, trial.attribution_state) == (handed.code, None, None)
    with db.begin() as session:
        placed = factories.order(session, session.get_one(Store, scene.store_id), is_test=True)
        session.get_one(Coupon, handed.id).used_by_order = placed.order_ref
        factories.reward(session, factories.attribution(session, placed, claimed), state="due", reason="due")
    trial = programs.trial_order(scene.store_id, scene.program_id)
    assert trial is not None
    assert (trial.order_ref, trial.attribution_state, trial.reward_state) == (placed.order_ref, "qualified", "due")


def test_messages_are_paged_without_opening_them(db: Database, scene: Scene) -> None:
    with db.begin() as session:
        installation = factories.installation(session, session.get_one(Store, scene.store_id))
        made = [factories.message(session, installation, request=b"raw") for _ in range(pages.SIZE + 2)]
        made[0].state = "failed"
    first = messages.messages(scene.store_id)
    assert len(first.rows) == pages.SIZE
    second = messages.messages(scene.store_id, before=first.older)
    assert [row.message_id for row in second.rows] == [made[1].id, made[0].id]
    assert second.older is None
    assert [row.message_id for row in messages.messages(scene.store_id, state="failed").rows] == [made[0].id]
    page = messages.message(scene.store_id, made[0].id)
    assert page is not None
    assert page.packed == b"raw"
    assert "raw" not in repr(page)


def test_audit_is_paged_and_names_who_it_was(scene: Scene) -> None:
    act = Act(store_id=scene.store_id, account_id=scene.account_id, reason="because")
    for _ in range(pages.SIZE + 1):
        support.add_note(act, f"order:{scene.order_ref}")
    first = audit.entries(scene.store_id)
    second = audit.entries(scene.store_id, before=first.older)
    assert (len(first.rows), len(second.rows), second.older) == (pages.SIZE, 1, None)
    assert {row.by for row in first.rows} == {"Mina"}


def test_queues_hold_what_waits_for_a_person(db: Database, scene: Scene, clock: FrozenClock) -> None:
    before = queues.queues(scene.store_id)
    assert before.count == 0
    with db.begin() as session:
        effects.owe(session, scene.store_id, "push_coupons", "store", lane="coupons")
        effect = session.scalars(select(Effect).where(Effect.kind == "push_coupons")).one()
        effect.state, effect.reason = "stopped", "key_read_only"
        open_task = {"kind": "leak", "reason": "leak", "evidence": {}, "opened_at": clock.now}
        session.add(Task(store_id=scene.store_id, subject="coupon:1", **open_task))
        session.add(Task(store_id=scene.store_id, subject="coupon:2", **open_task, closed_at=clock.now))
    seen = queues.queues(scene.store_id)
    assert [row.kind for row in seen.effects] == ["push_coupons"]
    assert [row.subject for row in seen.tasks] == ["coupon:1"]


def test_health_of_a_store_that_is_not_connected(scene: Scene) -> None:
    seen = health.health(scene.store_id)
    assert not seen.connected
    assert not seen.well


def test_health_says_what_needs_a_look(db: Database, scene: Scene, clock: FrozenClock) -> None:
    with db.begin() as session:
        installation = factories.installation(session, session.get_one(Store, scene.store_id))
        installation.last_message_at = clock.now
        session.query(Effect).delete()
    seen = health.health(scene.store_id)
    assert seen.well
    assert [(shelf.ready, shelf.low) for shelf in seen.shelves] == [(0, True)]
    with db.begin() as session:
        factories.message(session, session.get_one(Installation, installation.id), state="failed")
        session.get_one(Installation, installation.id).last_message_at = clock.now - timedelta(days=4)
    seen = health.health(scene.store_id)
    assert (seen.failed_messages, seen.quiet, seen.well) == (1, True, False)


def test_server_health_names_no_person(db: Database, scene: Scene) -> None:
    (seen,) = health.server()
    assert seen.members == 1
    assert "Mina" not in repr(seen)
    assert "Sara" not in repr(seen)
