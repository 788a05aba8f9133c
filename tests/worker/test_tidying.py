"""Keys that nobody came back for do not stay, though no store is connected to which work could be owed."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.extensions import Database
from app.models import Authorization
from app.worker.loop import Worker
from tests import factories

MOST_SECONDS = 20


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """The worker's ways to be stopped are gone again after the test."""
    before = [(number, signal.getsignal(number)) for number in (signal.SIGTERM, signal.SIGINT)]
    yield
    for number, known in before:
        signal.signal(number, known)


def test_worker_forgets_what_was_asked_for_in_vain(db: Database) -> None:
    with db.begin() as session:
        mina = factories.account(session)
        factories.authorization(session, mina, expires_at=clock.now() - timedelta(minutes=1))
        good = factories.authorization(session, mina, expires_at=clock.now() + timedelta(minutes=1)).id
    worker = Worker(1)

    def stop_when_tidy() -> None:
        deadline = time.monotonic() + MOST_SECONDS
        while known(db) != [good] and time.monotonic() < deadline:
            time.sleep(0.05)
        worker._stop.set()

    watching = threading.Thread(target=stop_when_tidy)
    watching.start()
    worker.run()
    watching.join()
    assert known(db) == [good]


def known(db: Database) -> list[int]:
    with db.read() as session:
        return list(session.scalars(select(Authorization.id)))
