"""One line of migrations that makes exactly the tables the models describe."""

from __future__ import annotations

import json
from dataclasses import replace

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

from app import clock
from app.domain.programs import Unproven
from app.extensions import Database, make_engine
from app.migrate import configuration, downgrade, upgrade
from app.models import Base, Installation, Mail, ProgramVersion
from app.services import mail
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


def test_invitations_leave_with_the_column_that_knows_their_reader(db: Database, database_url: str) -> None:
    """Migration 0006, down and up again: mails to people stay."""
    with db.begin() as session:
        store = factories.store(session)
        account = factories.account(session)
        person = factories.person(session, store)
        mail.owe_account_mail(
            session, store.id, account.id, "invitation", "1", "en", address="http://x.test", name="Mina", role="agent"
        )
        kept = mail.owe_mail(session, store.id, person.id, "join", "1", "en", address="http://x.test")
    try:
        downgrade(database_url, "0005")
    finally:
        upgrade(database_url)
    with db.read() as session:
        assert [(row.id, row.person_id, row.account_id) for row in session.scalars(select(Mail))] == [
            (kept, person.id, None)
        ]


def test_connections_live_through_a_downgrade(db: Database, database_url: str) -> None:
    """Migration 0008: what is referred to stays, what was only asked for is gone."""
    with db.begin() as session:
        account = factories.account(session)
        installation = factories.installation(session, factories.store(session))
        factories.message(session, installation)
        installation.greeted_at = clock.now()
        factories.authorization(session, account, installation_id=installation.id)
    try:
        downgrade(database_url, "0007")
        with db.read() as session:
            assert session.execute(text("SELECT count(*) FROM installations")).scalar_one() == 1
    finally:
        upgrade(database_url)
    with db.read() as session:
        standing = session.get_one(Installation, installation.id)
        assert (standing.public_id, standing.greeted_at, standing.leaving_at) == (installation.public_id, None, None)
        assert session.execute(text("SELECT count(*) FROM inbox_messages")).scalar_one() == 1
        assert session.execute(text("SELECT count(*) FROM authorizations")).scalar_one() == 0
