"""Backups: the whole database in one file while everything runs, and back again.

SECRET_KEYS and DATA_KEYS are not in it: without them a stolen backup opens nothing, and neither does the owner's own.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import InvalidToken
from sqlalchemy import CursorResult, inspect, literal_column, select, table, update
from sqlalchemy.orm import Session

from app import clock, migrate
from app.extensions import make_engine, settings
from app.models import Coupon, Effect, InboxMessage, Program, ProgramVersion, Store
from app.services import audit, shelf
from app.services.dumps import DumpFailed, dump_for, dump_of, scratch, sqlite_path

__all__ = ["DumpFailed", "Restored", "backup", "restore"]


@dataclass(slots=True)
class Restored:
    """What a restore had to put right."""

    revision: str = ""  # the schema that the backup had
    freed: int = 0  # effects and messages that a worker of that moment held
    put_aside: int = 0  # shelf coupons that somebody may have got since


def backup(file: Path) -> int:
    """`file` holds the database as it stands at one moment, read back and found whole; returns its size in bytes.

    Until it is complete the file does not exist, or is the older one. Raises DumpFailed.
    """
    url = settings().database_url
    _refuse_the_database(file, url)
    dump = dump_for(url)
    with scratch(file.absolute()) as part:
        dump.write(url, part)
        dump.revision(part)
        size = part.stat().st_size
        _sync(part)
        part.replace(file)
        _sync(file.absolute().parent)
    return size


def restore(file: Path, *, replace: bool = False) -> Restored:
    """The database holds what the backup holds, with the newest schema, and nothing that was under way is stuck.

    Web and worker must not run meanwhile. A database with rows is only overwritten with `replace`. Raises DumpFailed.
    """
    url = settings().database_url
    _refuse_the_database(file, url)
    dump, wanted = dump_of(file), dump_for(url)
    if dump is not wanted:
        raise DumpFailed(f"{file} is a backup of {dump.kind}, and DATABASE_URL names {wanted.kind}")
    done = Restored(dump.revision(file))
    if not migrate.knows(done.revision):
        raise DumpFailed(f"{file} has the schema {done.revision} of a newer Goodword: install that first")
    if not replace and _holds_rows(url):
        raise DumpFailed("the database is not empty: --replace gives up everything in it")
    dump.install(file, url, lambda restored: _finish(restored, done))
    return done


def _refuse_the_database(file: Path, url: str) -> None:
    if url.startswith("sqlite") and file.resolve() == sqlite_path(url).resolve():
        raise DumpFailed(f"{file} is the database itself")


def _sync(path: Path) -> None:
    """What was written to the file or folder survives a power failure."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _holds_rows(url: str) -> bool:
    engine = make_engine(url)
    try:
        names = [name for name in inspect(engine).get_table_names() if name != "alembic_version"]
        with engine.connect() as connection:
            return any(connection.execute(select(literal_column("1")).select_from(table(name)).limit(1)).first()
                       for name in names)  # fmt: skip
    finally:
        engine.dispose()


def _finish(url: str, done: Restored) -> None:
    """The restored database has the newest schema and fits the world that went on without it."""
    migrate.upgrade(url)
    engine = make_engine(url)
    try:
        with Session(engine) as session, session.begin():
            _try_keys(session)
            done.freed = _free_leases(session)
            done.put_aside = _put_shelf_aside(session)
            for store_id in session.scalars(select(Store.id)).all():
                audit.note(session, store_id, "restore", f"store:{store_id}", account_id=None)
    finally:
        engine.dispose()


def _try_keys(session: Session) -> None:
    try:
        session.scalars(select(Store.digest_key)).all()
    except InvalidToken as error:
        raise DumpFailed(
            "DATA_KEYS does not open what is in the backup: set the keys of the server that made it, and restore again"
        ) from error


def _free_leases(session: Session) -> int:
    """Nothing waits for a worker that is long gone."""
    freed = 0
    for queue in (Effect, InboxMessage):
        result = session.execute(
            update(queue).where(queue.lease_token.is_not(None)).values(lease_token=None, lease_until=None)
        )
        assert isinstance(result, CursorResult)  # noqa: S101 - tells mypy
        freed += result.rowcount
    return freed


def _put_shelf_aside(session: Session) -> int:
    """No unclaimed coupon of the backup is handed out: since then a friend may have got it.

    For the same reason none is taken back in the store; they end by their own expiry. The worker fills the shelf anew.
    """
    result = session.execute(
        update(Coupon)
        .where(Coupon.purpose == "shelf", Coupon.state.in_(("planned", "pushing", "ready")))
        .values(state="revoked", reason="restored")
    )
    assert isinstance(result, CursorResult)  # noqa: S101 - tells mypy
    versions = select(ProgramVersion).join(Program, Program.id == ProgramVersion.program_id)
    for version in session.scalars(versions.where(Program.state == "live")).all():
        if shelf.in_force(session, version):
            shelf.owe_refill(session, version, clock.now())
    return result.rowcount
