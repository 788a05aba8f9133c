"""Claim, run, record, in a few threads of one process; several processes may run beside each other."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable

import structlog

from app.extensions import DatabaseTrouble
from app.services import authorizations, effects, inbox
from app.services.connections import NotConnected
from app.worker.jobs import JOBS
from app.worker.waking import make_bell
from integrations.errors import PayloadInvalid, RemoteOutcomeUnknown, RemoteRejected, RemoteUnavailable

log = structlog.get_logger()
TIDY_EVERY = 600.0  # seconds


def run_effect() -> bool:
    """One due effect was run and its outcome recorded; False when none was due."""
    leased = effects.claim()
    if leased is None:
        return False
    with structlog.contextvars.bound_contextvars(effect=leased.kind, subject=leased.subject, store_id=leased.store_id):
        started = time.monotonic()

        def spent() -> int:
            return int((time.monotonic() - started) * 1000)

        try:
            again_at = JOBS[leased.kind](leased.store_id, leased.subject)
            effects.finish(leased, spent(), again_at)
            log.info("effect_done", milliseconds=spent())
        except RemoteUnavailable as error:
            _wait(leased, error.reason, spent(), error.retry_after)
        except RemoteOutcomeUnknown as error:
            _wait(leased, error.reason, spent())
        except (RemoteRejected, PayloadInvalid) as error:  # what cannot be read will not be readable by asking again
            _stop(leased, error.reason, spent())
        except NotConnected:
            _stop(leased, "not_connected", spent())
        except Exception as error:  # a bug or a database in trouble: the effect waits and is seen
            log.exception("effect_failed")
            _wait(leased, type(error).__name__[:40], spent())
    return True


def _wait(leased: effects.Leased, reason: str, milliseconds: int, retry_after: float | None = None) -> None:
    if effects.retry(leased, reason, milliseconds, retry_after):
        log.warning("effect_waits", reason=reason)
    else:
        log.error("effect_stopped", reason=reason)


def _stop(leased: effects.Leased, reason: str, milliseconds: int) -> None:
    effects.stop(leased, reason, milliseconds)
    log.error("effect_stopped", reason=reason)


def run_until_idle(most: int = 10_000) -> int:
    """Messages and effects that are due now are worked through in this thread; returns how many runs it took."""
    for count in range(most):
        if not inbox.work() and not run_effect():
            return count
    raise RuntimeError(f"still busy after {most} runs")


def _tidy() -> None:
    """What belongs to no store yet, and so to no effect, is gone when its time is over."""
    try:
        authorizations.forget_expired()
    except DatabaseTrouble:
        log.exception("database_unavailable")


class Worker:
    """Threads that work until they are told to stop; what is under way is finished first."""

    def __init__(self, threads: int) -> None:
        self._stop = threading.Event()
        self._bell = make_bell(self._stop)
        works: list[Callable[[], object]] = [inbox.work, *([run_effect] * threads)]
        self._threads = [
            threading.Thread(target=self._repeat, args=(work,), name=f"worker-{number}")
            for number, work in enumerate(works)
        ]

    def run(self) -> None:
        """Returns after SIGTERM or SIGINT, when the threads have finished what they held."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        for thread in self._threads:
            thread.start()
        log.info("worker_started", threads=len(self._threads))
        tidy_at = 0.0
        while not self._stop.wait(1):
            if time.monotonic() >= tidy_at:
                tidy_at = time.monotonic() + TIDY_EVERY
                _tidy()
            if not all(thread.is_alive() for thread in self._threads):
                log.error("worker_thread_died")
                self._stop.set()
        for thread in self._threads:
            thread.join()
        log.info("worker_stopped")

    def _repeat(self, work: Callable[[], object]) -> None:
        while not self._stop.is_set():
            try:
                if work():
                    continue
            except DatabaseTrouble:
                log.exception("database_unavailable")
                self._stop.wait(1)
            self._bell.wait()
