"""What each database needs of its own to become one file and to come back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from app.config import Settings
from app.extensions import Database
from app.models import Account, Visit
from app.services import dumps
from app.services.backup import DumpFailed, backup, restore
from tests import factories
from tests.scenes import Scene
from tests.services.saved import contents, count, require_client_programs, visit


@pytest.fixture
def client_programs(engine: str, db: Database) -> None:
    require_client_programs(engine, db)


@pytest.mark.engines("sqlite")
def test_the_database_is_no_place_for_its_backup(db: Database, settings: Settings, scene: Scene) -> None:
    path = dumps.sqlite_path(settings.database_url)
    with pytest.raises(DumpFailed, match="database itself"):
        backup(path)
    assert count(db, Account) == 1


@pytest.mark.engines("sqlite")
def test_nothing_deleted_lies_in_a_backup(db: Database, settings: Settings, scene: Scene, tmp_path: Path) -> None:
    def free_pages(path: Path) -> int:
        with closing(sqlite3.connect(path)) as opened:
            return int(opened.execute("PRAGMA freelist_count").fetchone()[0])

    with db.begin() as session:
        for _ in range(50):
            factories.account(session, name="x" * 4000)
    with db.begin() as session:
        session.execute(text("DELETE FROM accounts WHERE length(name) = 4000"))
    backup(tmp_path / "saved")
    assert free_pages(dumps.sqlite_path(settings.database_url)) > 20
    assert free_pages(tmp_path / "saved") == 0


@pytest.mark.engines("sqlite")
def test_a_readers_transaction_keeps_its_view_during_a_restore(db: Database, scene: Scene, tmp_path: Path) -> None:
    backup(tmp_path / "saved")
    with db.begin() as session:
        session.add(visit(scene))
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Visit)) == 1
        restore(tmp_path / "saved", replace=True)
        assert session.scalar(select(func.count()).select_from(Visit)) == 1
    assert count(db, Visit) == 0


@pytest.mark.engines("sqlite")
def test_a_backup_of_the_other_database_is_refused(db: Database, tmp_path: Path) -> None:
    (tmp_path / "saved").write_bytes(b"PGDMP and more")
    with pytest.raises(DumpFailed, match="PostgreSQL"):
        restore(tmp_path / "saved")


@pytest.mark.engines("sqlite")
def test_some_other_sqlite_file_is_refused(db: Database, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other")) as other:
        other.execute("CREATE TABLE songs (id INTEGER)")
    with pytest.raises(DumpFailed, match="no database of Goodword"):
        restore(tmp_path / "other")


@pytest.mark.engines("postgresql")
@pytest.mark.usefixtures("client_programs")
def test_a_restore_that_breaks_off_leaves_postgresql_as_it_was(
    db: Database, scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The archive is read whole beforehand; should reading it fail all the same, nothing is committed."""
    backup(tmp_path / "saved")
    with db.begin() as session:
        session.add(visit(scene))
    before = contents(db)
    run = dumps._run

    def break_off(name: str, arguments: list[str], environment: object = None, output: object = None) -> str:
        if output is None:
            return run(name, arguments)
        run(name, arguments, output=output)  # type: ignore[arg-type]
        raise DumpFailed("pg_restore: the disk went away")

    monkeypatch.setattr(dumps, "_run", break_off)
    with pytest.raises(DumpFailed, match="went away"):
        restore(tmp_path / "saved", replace=True)
    assert contents(db) == before


@pytest.mark.engines("postgresql")
def test_without_postgresqls_programs_it_says_what_to_install(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DumpFailed, match="install the PostgreSQL client"):
        backup(tmp_path / "saved")


@pytest.mark.engines("postgresql")
def test_the_password_never_stands_on_a_command_line(
    db: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program in pg_dump's place notes how it was called."""
    url = make_url(settings.database_url).set(password="open sesame")
    fake, noted = tmp_path / "bin" / "pg_dump", tmp_path / "noted"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\necho "$0 $*" > {noted}\nenv >> {noted}\nexit 1\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(fake.parent))
    monkeypatch.setenv("SECRET_KEYS", "not for pg_dump")
    with pytest.raises(DumpFailed):
        dumps.dump_for(str(url)).write(url.render_as_string(hide_password=False), tmp_path / "saved")
    command, *environment = noted.read_text().splitlines()
    assert "sesame" not in command
    assert "PGPASSWORD=open sesame" in environment
    assert not any(line.startswith("SECRET_KEYS") for line in environment)


def test_addresses_become_libpqs_variables() -> None:
    url = "postgresql+psycopg://owner:p%40ss@db.internal:5433/good?sslmode=verify-full&sslrootcert=/etc/ca.pem"
    found = dumps.libpq_environment(url)
    assert {name: value for name, value in found.items() if name.startswith("PG")} == {
        "PGUSER": "owner",
        "PGPASSWORD": "p@ss",
        "PGHOST": "db.internal",
        "PGPORT": "5433",
        "PGDATABASE": "good",
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": "/etc/ca.pem",
    }
