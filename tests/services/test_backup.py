"""A backup taken in the middle of work is one moment, whole and private; a restore fits a world that went on."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from app import clock as app_clock
from app.config import Settings
from app.extensions import Database, vault
from app.models import (
    Account,
    AuditEntry,
    Coupon,
    Effect,
    InboxMessage,
    Installation,
    ProgramVersion,
    Store,
    Visit,
)
from app.services import dumps, effects
from app.services.backup import DumpFailed, backup, restore
from tests import factories
from tests.scenes import Scene
from tests.services.saved import contents, count, require_client_programs, visit


@pytest.fixture(autouse=True)
def client_programs(engine: str, db: Database) -> None:
    require_client_programs(engine, db)


def test_what_was_saved_comes_back_row_by_row(db: Database, scene: Scene, tmp_path: Path) -> None:
    before = contents(db)
    backup(tmp_path / "saved")
    with db.begin() as session:
        session.add(visit(scene))
        session.execute(update(Store).values(name="Somebody else's"))
    assert contents(db) != before
    restore(tmp_path / "saved", replace=True)
    assert contents(db) == before


def test_a_backup_is_readable_by_its_owner_only(db: Database, scene: Scene, tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        backup(tmp_path / "saved")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "saved").stat().st_mode) == 0o600


def test_a_backup_shows_one_moment_while_a_writer_writes(db: Database, scene: Scene, tmp_path: Path) -> None:
    stop, trouble = threading.Event(), list[Exception]()

    def write_pairs() -> None:
        try:
            while not stop.is_set():
                with db.begin() as session:
                    session.add(visit(scene))
                    session.flush()
                    session.add(visit(scene))
        except Exception as error:
            trouble.append(error)

    writer = threading.Thread(target=write_pairs)
    writer.start()
    try:
        while not (before := count(db, Visit)):
            assert trouble == []
        backup(tmp_path / "saved")
        after = count(db, Visit)
    finally:
        stop.set()
        writer.join()
    assert trouble == []
    restore(tmp_path / "saved", replace=True)
    kept = count(db, Visit)
    assert before <= kept <= after
    assert kept % 2 == 0, "half a transaction was saved"


@pytest.mark.engines("sqlite")
def test_nobody_waits_for_a_backup(db: Database, scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite calls back from within its copying: a write that had to wait there would wait for ever, and be refused."""
    opened = dumps._opened
    written = list[int]()

    def write_one() -> None:
        if not written:
            with db.begin() as session:
                session.add(visit(scene))
            written.append(count(db, Visit))

    def opened_and_watched(path: Path, how: str) -> sqlite3.Connection:
        connection = opened(path, how)
        if how == "mode=rw":
            connection.set_progress_handler(write_one, 100)
        return connection

    monkeypatch.setattr(dumps, "_opened", opened_and_watched)
    backup(tmp_path / "saved")
    monkeypatch.undo()
    assert written == [1]


def test_a_failed_backup_leaves_the_older_one_and_nothing_else(
    db: Database, scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    backup(folder / "saved")
    saved = (folder / "saved").read_bytes()

    def break_off(_dump: object, _url: str, file: Path) -> None:
        file.write_bytes(b"half of it")
        raise DumpFailed("the disk is full")

    for kind in (dumps.SqliteDump, dumps.PostgresDump):
        monkeypatch.setattr(kind, "write", break_off)
    with pytest.raises(DumpFailed):
        backup(folder / "saved")
    assert [each.name for each in folder.iterdir()] == ["saved"]
    assert (folder / "saved").read_bytes() == saved


def test_a_filled_database_is_not_overwritten_unasked(db: Database, scene: Scene, tmp_path: Path) -> None:
    backup(tmp_path / "saved")
    with db.begin() as session:
        session.add(visit(scene))
    with pytest.raises(DumpFailed, match="--replace"):
        restore(tmp_path / "saved")
    assert count(db, Visit) == 1


def test_an_empty_database_is_filled_unasked(db: Database, tmp_path: Path) -> None:
    backup(tmp_path / "saved")
    restore(tmp_path / "saved")
    assert count(db, Account) == 0


@pytest.mark.parametrize("content", [b"", b"anything", b"SQLite format 3\0" + b"x" * 5000, b"PGDMP" + b"x" * 5000])
def test_what_is_no_backup_is_refused_and_changes_nothing(
    db: Database, scene: Scene, tmp_path: Path, content: bytes
) -> None:
    before = contents(db)
    (tmp_path / "junk").write_bytes(content)
    with pytest.raises(DumpFailed):
        restore(tmp_path / "junk", replace=True)
    assert contents(db) == before


def test_a_cut_off_backup_is_refused_and_changes_nothing(db: Database, scene: Scene, tmp_path: Path) -> None:
    with db.begin() as session:
        session.add_all(visit(scene) for _ in range(2000))
    before = contents(db)
    size = backup(tmp_path / "saved")
    os.truncate(tmp_path / "saved", size * 3 // 4)
    with pytest.raises(DumpFailed):
        restore(tmp_path / "saved", replace=True)
    assert contents(db) == before


def test_a_missing_file_is_refused(db: Database, tmp_path: Path) -> None:
    with pytest.raises(DumpFailed, match="cannot be read"):
        restore(tmp_path / "nowhere")


def test_the_backup_of_a_newer_goodword_is_refused(db: Database, tmp_path: Path) -> None:
    with db.begin() as session:
        newest = session.scalars(text("SELECT version_num FROM alembic_version")).one()
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    backup(tmp_path / "saved")
    with pytest.raises(DumpFailed, match="newer Goodword"):
        restore(tmp_path / "saved", replace=True)
    with db.begin() as session:  # the next test on this PostgreSQL finds it as it was
        session.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})


def test_what_was_under_way_is_free_again(db: Database, scene: Scene, tmp_path: Path) -> None:
    with db.begin() as session:
        installation = factories.installation(session, session.get_one(Store, scene.store_id))
        factories.message(session, installation, lease_token="gone", lease_until=app_clock.real_now())
        effects.owe(session, scene.store_id, "push_coupons", "store", lane="coupons")
    assert effects.claim() is not None
    backup(tmp_path / "saved")
    done = restore(tmp_path / "saved", replace=True)
    assert done.freed == 2
    assert count(db, InboxMessage, InboxMessage.lease_token.is_not(None)) == 0
    assert effects.claim() is not None


def test_unclaimed_coupons_are_not_given_to_a_second_friend(db: Database, scene: Scene, tmp_path: Path) -> None:
    with db.begin() as session:
        version = session.get_one(ProgramVersion, scene.version_id)
        coupon_id = factories.coupon(session, version).id
        reward_coupon_id = factories.coupon(session, version, purpose="reward", state="planned").id
    backup(tmp_path / "saved")
    done = restore(tmp_path / "saved", replace=True)
    assert done.put_aside == 1
    with db.read() as session:
        coupon = session.get_one(Coupon, coupon_id)
        assert (coupon.state, coupon.reason) == ("revoked", "restored")
        assert session.get_one(Coupon, reward_coupon_id).state == "planned"
        owed = session.scalars(select(Effect.kind)).all()
    assert owed == ["refill_shelf"], "the shelf is filled anew, and nothing is taken back in the store"


def test_a_restore_stands_in_every_stores_audit(db: Database, scene: Scene, tmp_path: Path) -> None:
    backup(tmp_path / "saved")
    restore(tmp_path / "saved", replace=True)
    assert count(db, AuditEntry, AuditEntry.verb == "restore", AuditEntry.store_id == scene.store_id) == 1


def test_with_other_keys_it_is_said(db: Database, scene: Scene, settings: Settings, tmp_path: Path) -> None:
    backup(tmp_path / "saved")
    vault.configure(["b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktMTI="])
    try:
        with pytest.raises(DumpFailed, match="DATA_KEYS"):
            restore(tmp_path / "saved", replace=True)
    finally:
        vault.configure(settings.data_keys)


@pytest.mark.engines("sqlite")
def test_with_other_keys_a_sqlite_database_stays_as_it_was(
    db: Database, scene: Scene, settings: Settings, tmp_path: Path
) -> None:
    backup(tmp_path / "saved")
    with db.begin() as session:
        session.add(visit(scene))
        session.execute(update(Installation).values(webhook_secret=b"changed"))
    vault.configure(["b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktMTI="])
    with pytest.raises(DumpFailed):
        restore(tmp_path / "saved", replace=True)
    vault.configure(settings.data_keys)
    assert count(db, Visit) == 1
