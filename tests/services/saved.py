"""What tests of backups look at: everything that a database holds."""

from __future__ import annotations

import re
import shutil
import subprocess

from sqlalchemy import func, select, text

from app import clock as app_clock
from app.extensions import Database
from app.models import Base, Visit
from tests.engines import lacking
from tests.scenes import Scene

# What a restore itself writes.
ITS_OWN = {"audit_entries", "effects", "coupons"}


def require_client_programs(engine: str, db: Database) -> None:
    """PostgreSQL is copied by its own programs, which must be no older than the server."""
    if engine == "sqlite":
        return
    with db.read() as session:
        server = int(session.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    found = shutil.which("pg_dump")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout if found else "0"
    version = int(re.findall(r"\d+", said)[0])
    lacking.require(version >= server, f"pg_dump {server}", "apt-get install postgresql-client")


def contents(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that a restore leaves alone, opened."""
    with db.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(table.c.id))]
            for table in Base.metadata.sorted_tables
            if table.name not in ITS_OWN
        }


def count(db: Database, kind: type[Base], *conditions: object) -> int:
    """How many rows of the table meet the conditions."""
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(kind).where(*conditions)) or 0  # type: ignore[arg-type]


def visit(scene: Scene) -> Visit:
    """One more opening of the advocate's link, not yet added."""
    return Visit(
        store_id=scene.store_id,
        program_id=scene.program_id,
        advocate_id=scene.advocate_id,
        channel="link",
        at=app_clock.now(),
    )
