"""Fixtures that every test may use, and what a run does around its tests. The engines behind them are in engines/."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from app import clock as app_clock
from app import config as app_config
from app import create_app
from app.config import Settings
from app.extensions import Database, connect
from app.extensions import db as app_db
from tests.engines import lacking
from tests.engines.browser import chromium, launched, noto_fonts, page_of
from tests.engines.databases import ENGINES, POSTGRESQL, SQLITE, PostgresDatabase, SqliteDatabases
from tests.engines.frozen import FrozenClock
from tests.engines.postgres import Lacking, Server

SERVER = pytest.StashKey[Server]()
# Made for tests and good for nothing else.
KEYS = {"SECRET_KEYS": "tests-only-" + "s" * 32, "DATA_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="}

# Shared machines pause at will: how long one example took says nothing.
hypothesis_settings.register_profile("goodword", deadline=None, print_blob=True)
hypothesis_settings.load_profile("goodword")

# --- around a run ---


def pytest_configure(config: pytest.Config) -> None:
    """The run's PostgreSQL starts in the background; each worker is told where it will be."""
    given = getattr(config, "workerinput", {}).get("postgres")
    if given is not None:
        config.stash[SERVER] = Server(Path(given))
    elif not config.option.collectonly:
        config.stash[SERVER] = Server()
        config.stash[SERVER].start()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """pytest-xdist starts a worker."""
    node.workerinput["postgres"] = str(node.config.stash[SERVER].folder)  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run's PostgreSQL is stopped, also when the run was interrupted."""
    if SERVER in config.stash:
        config.stash[SERVER].stop()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What this machine lacks is said in red."""
    lacking.say_not_run(terminalreporter)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that uses a database runs on every engine, or on those that its `engines` mark names."""
    if "engine" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("engines")
        metafunc.parametrize("engine", mark.args if mark else ENGINES, scope="session")


# --- databases and time ---


@pytest.fixture(scope="session")
def worker_name() -> str:
    """A name that no other process of this run has."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    """SQLite files copied from a migrated template."""
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_database(pytestconfig: pytest.Config, worker_name: str) -> Iterator[PostgresDatabase]:
    """This process's database on the run's PostgreSQL."""
    try:
        database = PostgresDatabase(pytestconfig.stash[SERVER], worker_name)
    except Lacking as error:
        raise lacking.absence("PostgreSQL", f"apt-get install postgresql; {error}") from None
    yield database
    database.close()


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated, empty database; the test runs once for each engine."""
    # Asked for by name, so that a run on one engine does not wait for the other.
    if engine == POSTGRESQL:
        postgres: PostgresDatabase = request.getfixturevalue("postgres_database")
        return postgres.fresh()
    assert engine == SQLITE
    sqlite: SqliteDatabases = request.getfixturevalue("sqlite_databases")
    return sqlite.fresh(tmp_path)


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    """app.clock.now() stands still; clock.advance(days=30) moves it."""
    frozen = FrozenClock()
    app_clock.set_source(frozen)
    yield frozen
    app_clock.set_source(None)


@pytest.fixture
def public_url(request: pytest.FixtureRequest) -> str:
    """Where the server says that it is: a free port of this machine in browser tests, a made-up name in others."""
    if request.node.get_closest_marker("browser") is None:
        return "http://refer.test"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def settings(database_url: str, public_url: str) -> Settings:
    """The settings of a server on a developer's machine, with the test's database."""
    return app_config.load(
        {
            **KEYS,
            "MODE": "development",
            "PUBLIC_URL": public_url,
            "DATABASE_URL": database_url,
            "ALLOW_PRIVATE_STORES": "1",
            "LOG_LEVEL": "warning",
        }
    )


@pytest.fixture
def db(settings: Settings, clock: FrozenClock) -> Iterator[Database]:
    """The database that services use: db.begin() writes, db.read() reads."""
    connect(settings)
    app_clock.set_source(clock)
    yield app_db
    app_db.dispose()


# --- the application ---


@pytest.fixture
def app(settings: Settings, db: Database, clock: FrozenClock) -> Flask:
    """The application on the test's database, its clock standing still."""
    application = create_app(settings)
    application.testing = True
    app_clock.set_source(clock)
    return application


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without pages: client.get("/…")."""
    return app.test_client()


# --- the browser ---


@pytest.fixture
def server(app: Flask, settings: Settings) -> Iterator[str]:
    """The application answers at this address while the test runs."""
    port = urlsplit(settings.public_url).port or 0
    running = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield settings.public_url
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests of this process."""
    path = chromium()
    lacking.require(path, "Chromium", "apt-get install chromium, or name one in $CHROMIUM")
    lacking.require(noto_fonts(), "the Noto fonts", "apt-get install fonts-noto-core")
    with launched(str(path)) as running:
        yield running


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[Page]:
    """A page in a fresh profile, 1280 px wide; browser_page.set_viewport_size() makes it a phone."""
    with page_of(browser) as page:
        yield page
