"""An upgrade restarts the web behind a socket that outlives it: whoever calls meanwhile waits, and is served."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
import requests

from tests.e2e.town import ROOT, Town

# SQLite has one web process, which answers: a signal to one that is still being born would be lost.
pytestmark = [pytest.mark.slow, pytest.mark.engines("sqlite")]


def started(town: Town, listening: socket.socket) -> subprocess.Popen[bytes]:
    """gunicorn, given the socket as systemd gives it."""

    def hand_over() -> None:
        os.dup2(listening.fileno(), 3)
        os.set_inheritable(3, True)

    # LISTEN_PID must be the process's own number, which only a shell knows in time.
    return subprocess.Popen(
        ["/bin/sh", "-c", f"LISTEN_PID=$$ LISTEN_FDS=1 exec {sys.executable} -m gunicorn wsgi:application"],
        cwd=ROOT, env=dict(town.environment), pass_fds=(3,), preexec_fn=hand_over,
    )  # fmt: skip


def test_nobody_is_refused_while_the_web_restarts(town: Town) -> None:
    town.flask("migrate")
    codes: list[int] = []
    stop = threading.Event()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"

        def keep_calling() -> None:
            while not stop.is_set():
                codes.append(requests.get(f"{address}/readyz", timeout=30).status_code)
                time.sleep(0.02)

        web = started(town, listening)
        caller = threading.Thread(target=keep_calling)
        try:
            caller.start()
            town.wait_until(lambda: codes, "the web answers")
            web.send_signal(signal.SIGTERM)
            web.wait(30)
            before = len(codes)
            web = started(town, listening)
            town.wait_until(lambda: len(codes) > before + 5, "the web answers again")
        finally:
            stop.set()
            web.terminate()
            caller.join(30)
            web.wait(30)
    assert set(codes) == {200}
