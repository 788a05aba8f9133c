"""Real processes on free loopback ports: floors, product, workers. Whatever was started here is ended here."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0
KEPT = ("PATH", "HOME", "LANG", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True)
class Shape:
    """How wide gunicorn serves."""

    processes: int
    threads: int


# One writer wants one process with many threads; PostgreSQL takes as many processes as there are processors.
SHAPES = {"sqlite": Shape(1, 16), "postgresql": Shape(2, 4)}


@dataclass(frozen=True, slots=True)
class Server:
    """One started program."""

    name: str
    program: subprocess.Popen[bytes]
    log: Path
    port: int = 0

    @property
    def pid(self) -> int:
        """The root of the program's process tree."""
        return self.program.pid

    def said(self) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-25:])


class Servers:
    """A context manager; nothing that was started within runs any more after it."""

    def __init__(self, folder: Path, preload: Path | None = None) -> None:
        self.folder = folder
        self._kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        if preload is not None:
            self._kept["LD_PRELOAD"] = str(preload)
        self._running: list[Server] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for server in list(self._running):
            self.stop(server)

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str], port: int = 0) -> Server:
        """The program runs, in a session of its own, with nothing but what is given in its environment."""
        log = self.folder / f"{name}.log"
        with log.open("ab") as output:
            program = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT, env={**self._kept, **environment}, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip
        server = Server(name, program, log, port)
        self._running.append(server)
        return server

    def serve(
        self, name: str, application: str, environment: Mapping[str, str], shape: Shape, port: int,
        configuration: str = "gunicorn.conf.py",
    ) -> Server:  # fmt: skip
        """gunicorn answers, with the project's own configuration in that shape."""
        where = {"PORT": str(port), "WEB_PROCESSES": str(shape.processes), "WEB_THREADS": str(shape.threads)}
        command = ["gunicorn", "--config", configuration, application]
        server = self.start(name, command, {**environment, **where}, port)
        wait_until(lambda: answers(port) or gone(server), f"{name} answers")
        return server

    def run(self, command: Sequence[str], environment: Mapping[str, str]) -> str:
        """What the command printed; it ended well."""
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=ROOT, env={**self._kept, **environment}, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed: {done.stderr[-2000:]}")
        return done.stdout

    def stop(self, server: Server) -> None:
        """The program has ended, by itself within ten seconds or else killed with all its children."""
        if server not in self._running:
            return
        self._running.remove(server)
        if server.program.poll() is None:
            server.program.send_signal(signal.SIGTERM)
            try:
                server.program.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.program.wait()


def gone(server: Server) -> bool:
    """False while the program runs. Raises where it ended, with what it said last."""
    if server.program.poll() is not None:
        raise RuntimeError(f"{server.name} ended by itself:\n{server.said()}")
    return False


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def answers(port: int, path: str = "/healthz") -> bool:
    """Whether a server on this machine answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def wait_until(holds: Callable[[], object], what: str, seconds: float = PATIENCE, pause: float = 0.02) -> None:
    """`holds` has become true. Raises RuntimeError when it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError(f"never came true: {what}")
        time.sleep(pause)
