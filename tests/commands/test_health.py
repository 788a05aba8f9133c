"""What monitoring reads: one line a trouble, and an exit status."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from app.extensions import Database
from app.services import effects
from tests import factories
from tests.engines.frozen import FrozenClock

pytestmark = pytest.mark.engines("sqlite")


def test_a_server_without_trouble_is_well(app: Flask, db: Database) -> None:
    with db.begin() as session:
        factories.installation(session, factories.store(session))
    done = app.test_cli_runner().invoke(args=["health"])
    assert (done.exit_code, done.output) == (0, "All is well.\n")


def test_each_trouble_is_a_line_with_its_store(app: Flask, db: Database, clock: FrozenClock) -> None:
    with db.begin() as session:
        store = factories.store(session, slug="leaf")
        factories.message(session, factories.installation(session, store), state="failed", reason="not_json")
        effects.owe(session, store.id, "push_coupons", "store", lane="coupons")
        factories.store(session, slug="unconnected")
    leased = effects.claim()
    assert leased is not None
    effects.stop(leased, "coupons_disabled", 5)
    with db.begin() as session:
        effects.owe(session, store.id, "revoke_coupons", "store", lane="coupons")
    clock.advance(minutes=20)
    done = app.test_cli_runner().invoke(args=["health"])
    assert done.exit_code == 1
    assert set(done.output.splitlines()) == {
        "leaf: messages that could not be interpreted: 1",
        "leaf: effects that were stopped: 1",
        "leaf: effects more than 15 minutes late: 1",
        "unconnected: not connected",
    }


def test_a_store_that_fell_silent_is_said(app: Flask, db: Database, clock: FrozenClock) -> None:
    with db.begin() as session:
        factories.installation(session, factories.store(session, slug="leaf"))
    clock.advance(days=4)
    assert app.test_cli_runner().invoke(args=["health"]).output == "leaf: no message for 3 days\n"


def test_a_database_that_cannot_be_used_is_a_sentence(app: Flask, db: Database) -> None:
    with db.begin() as session:
        session.execute(text("DROP TABLE memberships"))
    for command in (["health"], ["sign-in-link"], ["setup-link"]):
        with db.begin() as session:
            session.execute(text("DROP TABLE IF EXISTS accounts"))
        done = app.test_cli_runner().invoke(args=command)
        assert done.exit_code == 1
        assert "The database cannot be used: no such table" in done.output
        assert "flask migrate" in done.output
        assert "SELECT" not in done.output
