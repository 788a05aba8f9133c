"""One file that holds a whole database: written beside a running server, read back whole.

SQLite copies itself with VACUUM INTO: one consistent moment, no waiting writer, and nothing of what was deleted before.
PostgreSQL is left to its own client programs, which get what they need through the environment, never as arguments.
What is in a database, and what a restore has to put right, stands in backup.py.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import quote

from psycopg import pq
from sqlalchemy.engine import make_url

# Everything of ours in the schema, tables of a newer Goodword included: the archive must find it empty.
EMPTY_SCHEMA = """
DO $$ DECLARE each record; BEGIN
  FOR each IN
    SELECT format('DROP TABLE IF EXISTS %I.%I CASCADE', schemaname, tablename) AS command
      FROM pg_tables WHERE schemaname = current_schema()
    UNION ALL
    SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure) FROM pg_proc
      WHERE pronamespace = current_schema()::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
  LOOP EXECUTE each.command; END LOOP;
END $$;
"""


class DumpFailed(Exception):
    """The copy could not be written or read; the message tells an operator what to do."""


class Dump(Protocol):
    """How one kind of database becomes a file and comes back."""

    kind: str

    def write(self, url: str, file: Path) -> None:
        """`file`, which is there and empty, holds the database at `url`. Raises DumpFailed."""

    def revision(self, file: Path) -> str:
        """The schema of what the file holds, read from end to end without a fault. Raises DumpFailed."""

    def install(self, file: Path, url: str, finish: Callable[[str], None]) -> None:
        """The database at `url` holds what the file holds, and nothing else; `finish` was called with the address of
        the database to be brought up to date. Raises DumpFailed."""


class SqliteDump:
    """A SQLite file as it is."""

    kind = "SQLite"
    magic = b"SQLite format 3\0"

    def write(self, url: str, file: Path) -> None:
        path = sqlite_path(url)
        if not path.exists():
            raise DumpFailed(f"there is no database at {path}")
        with _sqlite_faults(path), closing(_opened(path, "mode=rw")) as source:
            source.execute("VACUUM INTO ?", (str(file),))

    def revision(self, file: Path) -> str:
        with _sqlite_faults(file), closing(_opened(file, "mode=ro&immutable=1")) as copy:
            (said,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
            if said != "ok":
                raise DumpFailed(f"{file} is damaged: {said}")
            if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone() is None:
                raise DumpFailed(f"{file} holds no database of Goodword")
            return str(copy.execute("SELECT version_num FROM alembic_version").fetchone()[0])

    def install(self, file: Path, url: str, finish: Callable[[str], None]) -> None:
        path = sqlite_path(url)
        path.parent.mkdir(parents=True, exist_ok=True)
        with scratch(path) as prepared:
            shutil.copyfile(file, prepared)
            finish(f"sqlite:///{prepared}")
            # Through SQLite itself, in one transaction: whoever has the database open sees the old one or the new one.
            path.touch(mode=0o600)
            source, target = _opened(prepared, "mode=rw"), _opened(path, "mode=rw")
            with _sqlite_faults(path), closing(source), closing(target):
                source.backup(target)


class PostgresDump:
    """PostgreSQL's own archive (pg_dump, custom format)."""

    kind = "PostgreSQL"
    magic = b"PGDMP"

    def write(self, url: str, file: Path) -> None:
        with file.open("wb") as archive:
            _run("pg_dump", ["--format=custom", "--no-owner", "--no-privileges"], libpq_environment(url), archive)

    def revision(self, file: Path) -> str:
        _run("pg_restore", ["--file=/dev/null", str(file)])  # reads and unpacks all of it
        arguments = ["--data-only", "--table=alembic_version", "--file=-", str(file)]
        found = re.search(r"^COPY \S+ \(version_num\) FROM stdin;\n(\S+)$", _run("pg_restore", arguments), re.MULTILINE)
        if found is None:
            raise DumpFailed(f"{file} holds no database of Goodword")
        return found[1]

    def install(self, file: Path, url: str, finish: Callable[[str], None]) -> None:
        """All in one transaction: a restore that breaks off leaves the database as it was."""
        _play(EMPTY_SCHEMA, file, libpq_environment(url))
        finish(url)


DUMPS: tuple[SqliteDump | PostgresDump, ...] = (SqliteDump(), PostgresDump())


def dump_for(url: str) -> Dump:
    """How the database at `url` is copied."""
    return DUMPS[0] if url.startswith("sqlite") else DUMPS[1]


def dump_of(file: Path) -> Dump:
    """How the file was written, by its first bytes. Raises DumpFailed."""
    try:
        with file.open("rb") as opened:
            first = opened.read(16)
    except OSError as error:
        raise DumpFailed(f"{file} cannot be read: {error.strerror}") from error
    for each in DUMPS:
        if first.startswith(each.magic):
            return each
    raise DumpFailed(f"{file} is no backup: it begins neither like SQLite nor like PostgreSQL's pg_dump")


def sqlite_path(url: str) -> Path:
    """The file of a SQLite database."""
    return Path(url.removeprefix("sqlite:///")).absolute()


@contextmanager
def scratch(beside: Path) -> Iterator[Path]:
    """An empty file in the same folder that nobody else may read; what is left of it at the end is removed."""
    try:
        number, name = tempfile.mkstemp(prefix=f".{beside.name}.", suffix=".partial", dir=beside.parent)
    except OSError as error:
        raise DumpFailed(f"nothing can be written in {beside.parent}: {error.strerror}") from error
    os.close(number)
    try:
        yield Path(name)
    finally:
        for ending in ("", "-wal", "-shm"):
            Path(name + ending).unlink(missing_ok=True)


def libpq_environment(url: str) -> dict[str, str]:
    """What PostgreSQL's programs must know to reach the database at `url`, and nothing of our own environment."""
    parsed = make_url(url)
    wanted = {**parsed.query, **parsed.translate_connect_args(username="user", database="dbname")}
    names = {option.keyword.decode(): option.envvar for option in pq.Conninfo.get_defaults()}
    found = {"PATH": os.defpath, "LC_ALL": "C"}
    for keyword, value in wanted.items():
        # What has no variable only tunes a connection (keepalives and the like).
        if variable := names.get(keyword):
            found[variable.decode()] = ",".join(value) if isinstance(value, tuple) else str(value)
    return found


def _opened(path: Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?{how}", uri=True, timeout=15, isolation_level=None)


@contextmanager
def _sqlite_faults(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise DumpFailed(f"SQLite says of {path}: {error}") from error


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise DumpFailed(f"{name} was not found: install the PostgreSQL client of your server's version")
    return found


def _run(
    name: str, arguments: Sequence[str], environment: dict[str, str] | None = None, output: IO[bytes] | None = None
) -> str:
    """What the program wrote. Raises DumpFailed with its last words."""
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, arguments of ours
        [_program(name), *arguments],
        stdin=subprocess.DEVNULL, stdout=output or subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment or {"PATH": os.defpath, "LC_ALL": "C"}, check=False,
    )  # fmt: skip
    if done.returncode:
        raise DumpFailed(f"{name}: {done.stderr.decode(errors='replace').strip()[-500:]}")
    return (done.stdout or b"").decode(errors="replace")


def _play(first: str, archive: Path, environment: dict[str, str]) -> None:
    """`first` and the archive are carried out in one transaction, which only a whole archive commits."""
    with tempfile.TemporaryFile() as said:
        psql = subprocess.Popen(  # noqa: S603 - a program of PostgreSQL's, arguments of ours
            [_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=environment, bufsize=0,
        )  # fmt: skip
        assert psql.stdin is not None  # noqa: S101 - tells mypy
        fault: Exception | None = None
        with psql.stdin as script:
            try:
                script.write(f"BEGIN;\nSET LOCAL lock_timeout = '15s';\n{first}\n".encode())
                _run("pg_restore", ["--no-owner", "--no-privileges", "--file=-", str(archive)], output=script)
                script.write(b"\nCOMMIT;\n")
            except (BrokenPipeError, DumpFailed) as error:
                fault = error
        if psql.wait():  # then its own words say more than those of whoever wrote to it
            said.seek(0)
            raise DumpFailed(f"psql: {said.read().decode(errors='replace').strip()[-500:]}")
        if fault is not None:
            raise fault
