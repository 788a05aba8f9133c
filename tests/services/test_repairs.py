"""Putting right what stands still."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import clock as app_clock
from app.domain.errors import DomainError
from app.extensions import Database
from app.models import AuditEntry, Effect, InboxMessage, Store, Task
from app.services import effects, repairs
from app.services.support import Act
from tests import factories
from tests.scenes import Scene


def act(scene: Scene) -> Act:
    return Act(store_id=scene.store_id, account_id=scene.account_id, reason="the store was down")


def failed_message(db: Database, scene: Scene, **given: object) -> int:
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        given = {"request": b"raw", "state": "failed", "reason": "body_not_json", "attempts": 8} | given
        return factories.message(session, factories.installation(session, store), **given).id


def test_replayed_message_waits_for_the_worker(db: Database, scene: Scene) -> None:
    message_id = failed_message(db, scene)
    repairs.replay(act(scene), message_id)
    with db.read() as session:
        message = session.get_one(InboxMessage, message_id)
        entry = session.scalars(select(AuditEntry)).one()
    assert (message.state, message.reason, message.attempts) == ("waiting", "", 0)
    assert (entry.verb, entry.subject, entry.reason) == ("replay", f"message:{message_id}", "the store was down")


def test_message_whose_bytes_are_gone_is_not_replayed(db: Database, scene: Scene) -> None:
    message_id = failed_message(db, scene, request=None)
    with pytest.raises(DomainError, match="raw_deleted"):
        repairs.replay(act(scene), message_id)


def stopped_effect(db: Database, scene: Scene) -> int:
    with db.begin() as session:
        effects.owe(session, scene.store_id, "push_coupons", "store", lane="coupons")
        effect = session.scalars(select(Effect)).one()
        effect.state, effect.reason = "stopped", "key_read_only"
        return effect.id


def test_stopped_effect_is_owed_anew_once(db: Database, scene: Scene) -> None:
    effect_id = stopped_effect(db, scene)
    repairs.retry(act(scene), effect_id)
    with db.read() as session:
        assert session.get_one(Effect, effect_id).state == "waiting"
    with pytest.raises(DomainError, match="nothing_stopped"):
        repairs.retry(act(scene), effect_id)


def open_task(db: Database, scene: Scene) -> int:
    with db.begin() as session:
        row = Task(
            store_id=scene.store_id,
            kind="unclaimed_coupon_used",
            subject="coupon:1",
            reason="unclaimed_coupon_used",
            evidence={},
            opened_at=app_clock.now(),
        )
        task: Task = factories.added(session, row)
        return task.id


def test_task_is_closed_once(db: Database, scene: Scene) -> None:
    task_id = open_task(db, scene)
    repairs.close_task(act(scene), task_id)
    repairs.close_task(act(scene), task_id)
    with db.read() as session:
        assert session.get_one(Task, task_id).closed_at == app_clock.now()
        assert len(session.scalars(select(AuditEntry)).all()) == 1


def test_another_stores_rows_do_not_exist(db: Database, scene: Scene) -> None:
    ids = failed_message(db, scene), stopped_effect(db, scene), open_task(db, scene)
    with db.begin() as session:
        stranger = Act(store_id=factories.store(session).id, account_id=scene.account_id, reason="curious")
    for attempt, row_id in zip((repairs.replay, repairs.retry, repairs.close_task), ids, strict=True):
        with pytest.raises(DomainError):
            attempt(stranger, row_id)
