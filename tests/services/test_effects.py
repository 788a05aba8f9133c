"""Effects: claimed once, one at a time in a lane, retried with patience, recorded only under a lease that still
stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock as app_clock
from app.extensions import Database
from app.models import Attempt, Effect
from app.services import effects
from tests import factories
from tests.engines.frozen import FrozenClock


@pytest.fixture
def store_id(db: Database) -> int:
    """A store that owes things."""
    with db.begin() as session:
        return factories.store(session).id


def owe(db: Database, store_id: int, subject: str = "one", lane: str = "coupons", **given: object) -> None:
    with db.begin() as session:
        effects.owe(session, store_id, "push_coupons", subject, lane=lane, **given)  # type: ignore[arg-type]


def row(db: Database, subject: str = "one") -> Effect:
    with db.read() as session:
        return session.scalars(select(Effect).where(Effect.subject == subject)).one()


def test_all_tries_take_three_days() -> None:
    pauses = [effects.pause_after(tries) for tries in range(1, effects.TRIES)]
    assert timedelta(days=2, hours=20) < sum(pauses, timedelta()) < timedelta(days=3, hours=4)
    assert pauses == sorted(pauses)


def test_owing_twice_is_owing_once(db: Database, store_id: int) -> None:
    owe(db, store_id)
    owe(db, store_id)
    assert effects.claim() is not None
    assert effects.claim() is None


def test_effect_waits_for_its_time_and_may_be_owed_earlier(db: Database, store_id: int, clock: FrozenClock) -> None:
    owe(db, store_id, due_at=clock.now + timedelta(days=30))
    assert effects.claim() is None
    owe(db, store_id, due_at=clock.now + timedelta(days=1))
    clock.advance(days=1)
    assert effects.claim() is not None


def test_one_effect_at_a_time_runs_in_a_lane_of_a_store(db: Database, store_id: int) -> None:
    owe(db, store_id, "one")
    owe(db, store_id, "two")
    owe(db, store_id, "three", lane="mail")
    first, second, third = effects.claim(), effects.claim(), effects.claim()
    assert first is not None
    assert second is not None
    assert {first.subject, second.subject} == {"one", "three"}
    assert third is None
    effects.finish(first, 5)
    again = effects.claim()
    assert again is not None
    assert again.subject == "two"


def test_effect_of_a_killed_worker_is_taken_over_when_its_lease_ends(
    db: Database, store_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe(db, store_id)
    killed = effects.claim()
    real = app_clock.real_now()
    monkeypatch.setattr(app_clock, "real_now", lambda: real + effects.LEASE + timedelta(seconds=1))
    taken_over = effects.claim()
    assert killed is not None
    assert taken_over is not None
    effects.stop(killed, "too_late", 5)
    assert row(db).state == "waiting"
    effects.finish(taken_over, 5)
    assert row(db).state == "done"


def test_effect_owed_anew_while_it_runs_is_run_once_more(db: Database, store_id: int) -> None:
    owe(db, store_id)
    running = effects.claim()
    owe(db, store_id)
    assert running is not None
    effects.finish(running, 5)
    assert effects.claim() is not None


def test_retries_wait_longer_each_time_and_end_with_a_stop(db: Database, store_id: int, clock: FrozenClock) -> None:
    owe(db, store_id)
    for _ in range(effects.TRIES):
        leased = effects.claim()
        assert leased is not None
        effects.retry(leased, "refused", 5)
        clock.advance(hours=6)
    assert (row(db).state, row(db).reason) == ("stopped", "refused")
    with db.read() as session:
        outcomes = [attempt.outcome for attempt in session.scalars(select(Attempt).order_by(Attempt.id))]
    assert outcomes == ["retry"] * (effects.TRIES - 1) + ["stopped"]


def test_store_that_names_a_pause_gets_it(db: Database, store_id: int, clock: FrozenClock) -> None:
    owe(db, store_id)
    leased = effects.claim()
    assert leased is not None
    effects.retry(leased, "too_many", 5, retry_after=600)
    assert row(db).due_at == clock.now + timedelta(seconds=600)


def test_stopped_effect_can_be_tried_again_by_a_person(db: Database, store_id: int) -> None:
    owe(db, store_id)
    leased = effects.claim()
    assert leased is not None
    effects.stop(leased, "rejected", 5)
    with db.begin() as session:
        assert effects.retry_stopped(session, store_id + 1, leased.id) is False
        assert effects.retry_stopped(session, store_id, leased.id) is True
    assert effects.claim() is not None
