"""The worker hears of work at once, on both databases."""

from __future__ import annotations

import threading
import time

from app.extensions import Database
from app.services import effects
from app.worker.waking import LONGEST_WAIT, make_bell
from tests import factories


def test_committed_work_rings_the_bell(db: Database) -> None:
    with db.begin() as session:
        store_id = factories.store(session).id
    stop = threading.Event()
    bell = make_bell(stop)
    time.sleep(0.5)  # its thread listens by now
    heard: list[float] = []
    started = time.monotonic()
    waiting = threading.Thread(target=lambda: (bell.wait(), heard.append(time.monotonic() - started)))
    waiting.start()
    with db.begin() as session:
        effects.owe(session, store_id, "push_coupons", "store", lane="coupons")
    waiting.join()
    stop.set()
    assert heard[0] < LONGEST_WAIT * 0.9


def test_silence_lasts_no_longer_than_the_longest_wait(db: Database) -> None:
    stop = threading.Event()
    bell = make_bell(stop)
    started = time.monotonic()
    bell.wait()
    stop.set()
    assert time.monotonic() - started < LONGEST_WAIT + 1
