"""One line of migrations that makes exactly the tables the models describe."""

from __future__ import annotations

import json
from dataclasses import replace

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from app.domain.programs import Unproven
from app.extensions import Database, make_engine
from app.migrate import configuration, downgrade, upgrade
from app.models import Base, ProgramVersion
from tests import factories


def test_migrations_have_one_head() -> None:
    scripts = ScriptDirectory.from_config(configuration("sqlite:///var/never-opened.sqlite"))
    assert len(scripts.get_heads()) == 1


def test_migrated_database_is_what_the_models_say(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert differences == []


def test_versions_of_before_keep_refusing_what_nobody_can_know(db: Database, database_url: str) -> None:
    """R11: owners were not asked then (migration 0004)."""
    with db.begin() as session:
        version_id = factories.program(session, factories.store(session)).id
    try:
        downgrade(database_url, "0003")
        with db.read() as session:
            rules = session.execute(text("SELECT rules FROM program_versions")).scalar_one()
            assert "unproven" not in (json.loads(rules) if isinstance(rules, str) else rules)
    finally:
        upgrade(database_url)
    with db.read() as session:
        assert session.get_one(ProgramVersion, version_id).rules == replace(factories.RULES, unproven=Unproven.REFUSE)
