"""`flask check-ledger`."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete

from app.extensions import Database
from app.models import LedgerEntry
from app.services import decisions
from tests.scenes import Scene, scene

__all__ = ["scene"]  # a fixture: pytest finds it here
pytestmark = pytest.mark.engines("sqlite")


def test_it_says_that_all_is_well_or_where_it_is_not(app: Flask, db: Database, scene: Scene) -> None:
    with db.begin() as session:
        decisions.settle(session, scene.store_id, scene.order_ref)
    done = app.test_cli_runner().invoke(args=["check-ledger"])
    assert (done.exit_code, done.output) == (0, "Every ledger says what was seen.\n")
    with db.begin() as session:
        session.execute(delete(LedgerEntry))
    done = app.test_cli_runner().invoke(args=["check-ledger"])
    assert done.exit_code == 1
    assert f"order {scene.order_ref}: the ledger does not say what was seen of it" in done.output
