"""`make run`: web, worker and a demo store on one machine, with a believable history, until Ctrl-C.

What the processes say goes to var/log; the terminal shows progress, addresses, and what stopped by itself.
"""

from __future__ import annotations

import base64
import os
import secrets
import socket
import subprocess
import sys
from collections import defaultdict, deque
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from honcho import environ as procfiles
from honcho.manager import SYSTEM_PRINTER_NAME, Manager
from honcho.printer import Message

from tools.install import ROOT, say

VAR = ROOT / os.environ.get("VAR", "var")  # another folder is another world: its own database, keys and clock
KEYS = VAR / "development.env"
LOGS = VAR / "log"
WELCOME = "welcome"


def main() -> int:
    """Everything runs until somebody stops it or one part fails; nothing is left running."""
    os.chdir(ROOT)
    LOGS.mkdir(parents=True, exist_ok=True)
    environment = development_environment(os.environ)
    refuse_busy_ports(environment)
    commands = procfiles.parse_procfile((ROOT / "Procfile").read_text()).processes
    prepare_database(commands.pop("release"), environment)
    commands["demo"] = f"{sys.executable} -m demo"
    commands[WELCOME] = f"{sys.executable} -m tools.welcome"
    say("Starting web, worker and the demo store")
    logs = LogBook()
    manager = Manager(printer=logs)
    for name, command in commands.items():
        manager.add_process(name, f"exec {command}", env=environment, cwd=str(ROOT))
    manager.loop()
    return logs.farewell()


# --- what the processes are told ---


def development_environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment of every process: what is given wins over what a developer's machine needs."""
    port, demo_port = given.get("PORT", "8080"), given.get("DEMO_PORT", "8081")
    clock = given.get("CLOCK_FILE", str(VAR / "clock.json"))
    defaults = {
        "MODE": "development",
        "PORT": port,
        "DEMO_PORT": demo_port,
        # Two names for one machine: browsers keep the cookies of server and store apart, as in real life.
        "PUBLIC_URL": f"http://localhost:{port}",
        "DEMO_PUBLIC_URL": f"http://127.0.0.1:{demo_port}",
        "DATABASE_URL": f"sqlite:///{VAR / 'goodword.sqlite'}",
        "DEMO_DATABASE": str(VAR / "demo.sqlite"),
        "CLOCK_FILE": clock,
        "GOODWORD_CLOCK_FILE": clock,  # the demo store's name for it
        "ALLOW_PRIVATE_STORES": "1",
        "LOG_FORMAT": "console",
        "LOGS": shown(LOGS),
        **development_keys(),
    }
    ours = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{given.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
    }
    return {**defaults, **given, **ours}


def development_keys() -> dict[str, str]:
    """Keys made once for this folder, readable by nobody else."""
    if not KEYS.exists():
        say(f"Making keys of its own in {shown(KEYS)}")
        lines = (
            f"SECRET_KEYS={secrets.token_urlsafe(48)}\n"
            f"DATA_KEYS={base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}\n"
        )
        with open(os.open(KEYS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(lines)
    return dict(line.split("=", 1) for line in KEYS.read_text().splitlines())


def refuse_busy_ports(environment: Mapping[str, str]) -> None:
    """Both ports are free. Ends the program, saying how to choose others, where they are not."""
    for name in ("PORT", "DEMO_PORT"):
        port = environment[name]
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", int(port)))
            except OSError as error:
                sys.exit(f"error: port {port} cannot be used ({error.strerror}); choose another: make run {name}=8090")


def prepare_database(release: str, environment: Mapping[str, str]) -> None:
    """The database has the newest schema. Ends the program with what was said where it has not."""
    say("Bringing the database up to date")
    done = subprocess.run(release, shell=True, env=environment, capture_output=True, text=True)  # noqa: S602 - our Procfile
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}error: the database could not be prepared")


def shown(path: Path) -> str:
    """The path as a person types it."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


# --- what they say ---


class LogBook:
    """Honcho's printer: a file for each process; only the welcome is shown at once, and the end of what fails."""

    width = 0  # honcho sets it; files need no columns

    def __init__(self) -> None:
        self._files: dict[str, BinaryIO] = {}
        self._ends: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=15))
        self._first_to_stop = ""
        self._asked = False

    def write(self, message: Message) -> None:
        """One line of one process, or one of honcho's own."""
        line = message.data.decode(errors="replace") if isinstance(message.data, bytes) else message.data
        if message.name == SYSTEM_PRINTER_NAME:
            self._note(line)
        elif message.name == WELCOME:
            print(line, end="", flush=True)
        else:
            self._file(message.name).write(line.encode())
            self._ends[message.name].append(line)

    def farewell(self) -> int:
        """The exit status, after the last words: 0 where somebody asked for the end."""
        for file in self._files.values():
            file.close()
        if self._asked:
            say("Stopped.")
            return 0
        # The welcome gives up when the server does not answer: then it is the server that has something to say.
        name = "web" if self._first_to_stop == WELCOME else self._first_to_stop
        print("".join(self._ends[name]), end="", flush=True)
        print(f"error: {name} failed; all it said is in {shown(LOGS)}/{name}.log", file=sys.stderr)
        return 1

    def _note(self, line: str) -> None:
        words = line.split()
        if words[-1] == "received" and not self._asked:
            self._asked = True
            print(flush=True)
            say("Stopping")
        elif words[1] == "stopped" and not self._first_to_stop:
            self._first_to_stop = words[0]

    def _file(self, name: str) -> BinaryIO:
        if name not in self._files:
            # It stays open for as long as the process speaks; farewell() closes it.
            self._files[name] = (LOGS / f"{name}.log").open("ab", buffering=0)
        return self._files[name]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nStopped before everything had started.")
