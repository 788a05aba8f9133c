"""What tests of connecting share: a real shop on a free port, and this server where the shop can reach it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import Database
from tests import factories
from tests.engines.tea_shop import TeaShop, free_port, opened, serving
from tests.web.desks import Desk, signed_in


@pytest.fixture
def public_url() -> str:
    """A free port of this machine, on which nobody listens unless a test asks for `reachable`."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture
def reachable(app: Flask, public_url: str) -> Iterator[None]:
    """The shop reaches this server."""
    with serving(app, int(public_url.rpartition(":")[2])):
        yield


@pytest.fixture
def tea(tmp_path: Path) -> Iterator[TeaShop]:
    """A tea shop that is open."""
    with opened(tmp_path / "tea.sqlite") as shop:
        yield shop


@pytest.fixture
def mina(db: Database) -> int:
    """The account of whoever runs the server."""
    with db.begin() as session:
        return factories.account(session, runs_server=True).id


@pytest.fixture
def other(db: Database) -> int:
    """Somebody else's account, which may connect shops too."""
    with db.begin() as session:
        return factories.account(session, runs_server=True).id


@pytest.fixture
def owner(app: Flask, db: Database) -> Desk:
    """Whoever runs the server, signed in."""
    with db.begin() as session:
        account = factories.account(session, runs_server=True)
    return signed_in(app, account.id)
