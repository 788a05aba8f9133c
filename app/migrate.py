"""Bringing the database to the newest schema, from code: no alembic.ini, no working directory."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from app.extensions import make_engine

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"


def configuration(url: str) -> Config:
    """Alembic's configuration for the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """The database at `url` has the schema of `revision`; repeating changes nothing."""
    _within(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """The database at `url` has the older schema of `revision`."""
    _within(url, lambda config: command.downgrade(config, revision))


def knows(revision: str) -> bool:
    """Whether this code has the migration `revision`, so that it can bring such a database forward."""
    try:
        ScriptDirectory(str(SCRIPTS)).get_revision(revision)
    except CommandError:
        return False
    return True


def _within(url: str, act) -> None:  # type: ignore[no-untyped-def]
    config = configuration(url)
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            act(config)
    finally:
        engine.dispose()
