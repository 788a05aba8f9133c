"""One way to start each part: Procfile, Makefile, systemd units and documents name the same, existing commands."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from honcho.environ import parse_procfile

from app import cli
from tests.architecture.sources import ROOT, name
from tests.engines import lacking

UNITS = sorted((ROOT / "docs" / "deploy").glob("goodword-*"))
PLACE = "/opt/goodword/.venv/bin/"
# `goodword …` is the server's own short way to say it: docs/deploy/goodword.
FLASK = re.compile(r"(?:flask(?: --app \S+)?|(?:^    |`)goodword) ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", re.MULTILINE)
COMMANDS = {name: cli.load(name) for name in cli.COMMANDS}


def procfile() -> dict[str, str]:
    return dict(parse_procfile((ROOT / "Procfile").read_text()).processes)


def started_by(unit: str) -> str:
    (line,) = re.findall(r"^ExecStart=(.*)$", (ROOT / "docs" / "deploy" / unit).read_text(), re.MULTILINE)
    return str(line).removeprefix(PLACE)


def made_by(target: str) -> str:
    """The last line of a make target's recipe."""
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe is not None
    return recipe[1].splitlines()[-1].strip().removeprefix("@exec ").removeprefix("@").removeprefix("$(BIN)/")


@pytest.mark.parametrize("part", ["web", "worker"])
def test_units_start_what_the_procfile_starts(part: str) -> None:
    assert started_by(f"goodword-{part}.service") == procfile()[part]


@pytest.mark.parametrize(("target", "part"), [("worker", "worker"), ("migrate", "release")])
def test_make_runs_what_the_procfile_runs(target: str, part: str) -> None:
    assert made_by(target) == procfile()[part]


def spoken() -> Iterator[Any]:
    """Every `flask …` that somebody is told to type, and where."""
    pages = [*(ROOT / "docs").rglob("*"), *ROOT.glob("*.md"), ROOT / "Procfile", ROOT / "Makefile"]
    for page in sorted(each for each in pages if each.is_file() and each.suffix not in {".png", ".svg"}):
        for words in sorted(set(FLASK.findall(page.read_text(encoding="utf-8")))):
            yield pytest.param(words, id=f"{name(page)}: {' '.join(words).strip()}")


@pytest.mark.parametrize("words", list(spoken()))
def test_every_command_that_is_named_exists(words: tuple[str, str]) -> None:
    command = COMMANDS.get(words[0])
    assert command is not None, f"there is no `flask {words[0]}`"
    if isinstance(command, click.Group):
        assert words[1] in command.commands


def test_what_runs_the_web_is_the_configuration_beside_it() -> None:
    words = procfile()["web"].split()
    assert words[0] == "gunicorn"
    assert (ROOT / words[words.index("--config") + 1]).exists()
    assert words[-1] == "wsgi:application"


def how_wide(monkeypatch: pytest.MonkeyPatch, **environment: str) -> tuple[object, ...]:
    for each in ("DATABASE_URL", "DATABASE_URL_FILE", "WEB_PROCESSES", "WEB_THREADS", "HOST", "PORT"):
        monkeypatch.delenv(each, raising=False)
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    said = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    return tuple(said[each] for each in ("workers", "threads", "preload_app", "bind"))


def test_the_web_is_as_wide_as_its_database_likes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert how_wide(monkeypatch) == (1, 16, False, "127.0.0.1:8080")
    assert how_wide(monkeypatch, DATABASE_URL="postgres://owner@db/good", PORT="9000") == (2, 4, True, "127.0.0.1:9000")
    mounted = tmp_path / "url"
    mounted.write_text("postgresql://owner@db/good\n")
    assert how_wide(monkeypatch, DATABASE_URL_FILE=str(mounted))[:2] == (2, 4)


def test_requests_may_finish_before_systemd_loses_patience() -> None:
    said = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    (patience,) = re.findall(r"^TimeoutStopSec=(\d+)$", (ROOT / "docs/deploy/goodword-web.service").read_text(), re.M)
    assert said["graceful_timeout"] < int(patience)


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    lacking.require(program, "systemd-analyze", "apt-get install systemd", optional=True)
    for each in ("gunicorn", "flask"):
        (tmp_path / each).touch(mode=0o755)
    for unit in UNITS:
        # The programs are where the guide puts them, which is not where they are here.
        text = unit.read_text().replace(PLACE, f"{tmp_path}/").replace("/opt/goodword", str(tmp_path))
        (tmp_path / unit.name).write_text(text)
    paths = [str(tmp_path / unit.name) for unit in UNITS]
    done = subprocess.run([str(program), "verify", "--man=no", *paths], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_command_is_called_as_the_table_says() -> None:
    assert {name: command.name for name, command in COMMANDS.items()} == {name: name for name in cli.COMMANDS}


def test_a_web_server_on_sqlite_loads_neither_commands_nor_migrations_nor_postgresql() -> None:
    """Memory and start: each of them takes megabytes and a tenth of a second."""
    look = "import sys, app.web, app.services.intake; print([name for name in %r if name in sys.modules])"
    heavy = ("alembic", "app.commands.backup", "psycopg")
    told = subprocess.run([sys.executable, "-c", look % (heavy,)], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout == "[]\n"
