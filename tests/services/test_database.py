"""What each way into the database promises."""

from __future__ import annotations

import re
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

import app
from app import clock as app_clock
from app.extensions import Database, make_engine
from app.models import Account
from app.services.once import insert_alone, insert_once

APP = Path(app.__file__).parent


def how_many(address: str) -> int:
    """What another process sees."""
    engine = make_engine(address)
    try:
        with engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(Account)).scalar_one()
    finally:
        engine.dispose()


def account(email: str = "mina@shop.test") -> dict[str, object]:
    return {
        "email": email, "name": "Mina", "locale": "en", "runs_server": False, "session_epoch": 0,
        "created_at": app_clock.now(),
    }  # fmt: skip


def make_account(connection: object) -> int | None:
    return insert_once(connection, Account, **account())  # type: ignore[arg-type]


def test_a_statement_alone_is_committed_when_it_returns(db: Database, database_url: str) -> None:
    assert insert_alone(Account, **account())
    assert how_many(database_url) == 1
    assert not insert_alone(Account, **account())
    assert how_many(database_url) == 1


def test_a_statement_alone_writes_what_the_models_read(db: Database) -> None:
    insert_alone(Account, **account())
    with db.read() as session:
        (kept,) = session.scalars(select(Account)).all()
    assert (kept.email, kept.created_at, kept.runs_server) == ("mina@shop.test", app_clock.now(), False)


def test_many_statements_alone_at_once_are_all_there(db: Database, database_url: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: insert_alone(Account, **account(f"{number}@shop.test")), range(100)))
    assert how_many(database_url) == 100


def test_trouble_with_a_statement_alone_is_the_trouble_that_everybody_knows(db: Database) -> None:
    with pytest.raises(OperationalError) as trouble:
        db.alone("INSERT INTO nowhere VALUES (1)" if is_sqlite(db) else "SELECT pg_terminate_backend(pg_backend_pid())",
                 ())  # fmt: skip
    assert trouble.value.params is None, "what was written stands in no log"
    assert insert_alone(Account, **account()), "the next one is not hindered"


@pytest.mark.engines("postgresql")
def test_a_connection_that_the_server_ended_is_replaced(db: Database, database_url: str) -> None:
    insert_alone(Account, **account())
    with db.begin() as session:
        ended = session.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND query LIKE 'INSERT INTO accounts%'"
            )
        ).all()
    assert ended
    assert insert_alone(Account, **account("lea@shop.test"))
    assert how_many(database_url) == 2


def is_sqlite(db: Database) -> bool:
    return db.engine.dialect.name == "sqlite"


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


SECRET = "mina.mahdavi@shop.test"


def spoil(kind: str, db: Database) -> None:
    """A statement that fails over the e-mail, or over a row with it."""
    reads = {"sqlite": "SELECT json(:value)", "postgresql": "SELECT CAST(:value AS INTEGER)"}
    with db.begin() as session:
        if kind == "twice":
            for _ in range(2):
                session.execute(insert(Account).values(**account(SECRET)))
        elif kind == "nothing":
            session.execute(insert(Account).values(**(account(SECRET) | {"locale": None})))
        elif kind == "no such column":
            session.execute(text("SELECT missing FROM accounts WHERE email = :value"), {"value": SECRET})
        else:
            session.execute(text(reads[session.get_bind().dialect.name]), {"value": SECRET})


@pytest.mark.parametrize("kind", ["twice", "nothing", "no such column", "no such value"])
def test_r14_failing_statement_tells_no_value(db: Database, kind: str) -> None:
    with pytest.raises(DBAPIError) as failed:
        spoil(kind, db)
    told = "".join(traceback.format_exception(failed.value))
    assert SECRET not in told
    assert any(word in told for word in ("accounts", "missing", "22P02", "malformed"))  # it still says what is wrong


def test_r14_neither_does_a_statement_of_a_hot_path(db: Database) -> None:
    with pytest.raises(Exception, match="locale") as failed:
        insert_alone(Account, **(account(SECRET) | {"locale": None}))
    assert SECRET not in "".join(traceback.format_exception(failed.value))


def test_r14_every_engine_of_the_application_is_made_so() -> None:
    sources = [*APP.rglob("*.py"), *(APP.parent / "migrations").rglob("*.py")]
    makers = [path for path in sources if re.search(r"create_engine\(|engine_from_config\(", path.read_text())]
    assert [path.name for path in makers] == ["extensions.py"]


HOLDS = """
import sys, time
from app.extensions import Database
db = Database()
db.configure(sys.argv[1])
with db.begin():
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.mark.engines("sqlite")
def test_a_writer_waits_for_its_turn_and_a_killed_one_gives_it_up(db: Database, database_url: str) -> None:
    """Not by asking again and again: whoever came first is let in first, also from another process."""
    with subprocess.Popen([sys.executable, "-c", HOLDS, database_url], stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            with ThreadPoolExecutor(1) as pool:
                written = pool.submit(insert_alone, Account, **account())
                with pytest.raises(TimeoutError):
                    written.result(timeout=0.3)
                holder.kill()
                assert written.result(timeout=30)
        finally:
            holder.kill()
