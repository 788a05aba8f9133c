"""`make run` starts everything, says where to look, and leaves nothing running."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


class Launched:
    """The launcher, started in a folder of its own on free ports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {"PORT": free_port(), "DEMO_PORT": free_port()}
        # What the developer's own shell sets must not reach the test.
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment = {**inherited, **{name: str(port) for name, port in self.ports.items()}, "VAR": str(folder)}
        self.said = (folder / "said").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tools.run"], cwd=ROOT, env=environment, stdout=self.said, stderr=subprocess.STDOUT
        )
        self.family = psutil.Process(self.process.pid)

    def wait_until_it_says(self, words: str, patience: float = 300) -> None:
        """The words stand on the terminal."""
        deadline = time.monotonic() + patience
        while words not in self.output():
            assert self.process.poll() is None, self.output()
            assert time.monotonic() < deadline, self.output()
            time.sleep(0.1)

    def output(self) -> str:
        """Everything said so far."""
        return (self.folder / "said").read_text()

    def stop(self, number: signal.Signals) -> list[psutil.Process]:
        """The signal was sent and the launcher ended; returns what it left running."""
        everybody = self.family.children(recursive=True)
        self.process.send_signal(number)
        self.process.wait(timeout=30)
        _, left = psutil.wait_procs(everybody, timeout=3)
        return [process for process in left if process.is_running()]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def launched(tmp_path: Path) -> Iterator[Launched]:
    """A launcher that is ended with everything it started, whatever the test finds."""
    running = Launched(tmp_path)
    yield running
    for process in [*running.family.children(recursive=True), running.family] if running.family.is_running() else []:
        process.kill()
    running.process.wait()
    running.said.close()


def test_everything_runs_and_nothing_is_left(launched: Launched) -> None:
    launched.wait_until_it_says("Goodword is running")
    with urllib.request.urlopen(f"http://127.0.0.1:{launched.ports['PORT']}/readyz", timeout=10) as answer:
        assert answer.status == 200
    assert (launched.folder / "development.env").stat().st_mode & 0o777 == 0o600

    assert launched.stop(signal.SIGTERM) == []
    assert launched.process.returncode == 0


def test_ctrl_c_while_it_starts_leaves_nothing(launched: Launched) -> None:
    launched.wait_until_it_says("Starting web")
    time.sleep(0.5)
    assert launched.stop(signal.SIGINT) == []


def test_busy_port_is_said_with_the_mend(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = str(busy.getsockname()[1])
        environment = {**os.environ, "PORT": port, "VAR": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-m", "tools.run"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert f"port {port} cannot be used" in done.stderr
    assert "make run PORT=" in done.stderr
