"""Who waits for whom, where the database locks rows (PostgreSQL)."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.extensions import Database
from app.models import Advocate, ProgramVersion
from app.services import decisions
from tests import factories
from tests.scenes import Scene


@pytest.mark.engines("postgresql")
def test_who_only_refers_to_an_advocate_does_not_wait_for_a_decision(db: Database, scene: Scene) -> None:
    """A tap and a ledger entry point to the advocate by a foreign key. Had they to wait for a decision that holds the
    advocate, while it waits for a reward that they hold, neither could go on."""
    with db.begin() as deciding:
        decisions.settle(deciding, scene.store_id, scene.order_ref)
        with db.begin() as session:
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            version, advocate = (
                session.get_one(ProgramVersion, scene.version_id),
                session.get_one(Advocate, scene.advocate_id),
            )
            factories.claim(session, version, advocate)
