"""One line of migrations that makes exactly the tables the models describe."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.extensions import make_engine
from app.migrate import configuration
from app.models import Base


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
