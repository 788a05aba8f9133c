"""What each way into the database promises."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app import clock as app_clock
from app.extensions import Database, make_engine
from app.models import Account
from app.services.once import insert_once


def how_many(address: str) -> int:
    """What another process sees."""
    engine = make_engine(address)
    try:
        with engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(Account)).scalar_one()
    finally:
        engine.dispose()


def make_account(connection: object) -> int | None:
    values = {"email": "mina@shop.test", "name": "Mina", "locale": "en", "runs_server": False, "session_epoch": 0}
    return insert_once(connection, Account, created_at=app_clock.now(), **values)  # type: ignore[arg-type]


def test_a_single_statement_is_committed_when_its_answer_is_there(db: Database, database_url: str) -> None:
    with db.single() as connection:
        assert make_account(connection)
        assert how_many(database_url) == 1
        assert make_account(connection) is None


def test_a_refused_transaction_leaves_nothing(db: Database, database_url: str) -> None:
    def break_off() -> None:
        with db.begin() as session:
            make_account(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert how_many(database_url) == 0


def test_looking_never_waits_for_a_writer(db: Database) -> None:
    with db.begin() as session:
        make_account(session)
        with db.single() as connection:
            assert connection.execute(select(func.count()).select_from(Account)).scalar_one() == 0
        with db.read() as reading:
            assert reading.scalar(select(func.count()).select_from(Account)) == 0
