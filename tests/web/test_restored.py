"""After a restore the desks say so."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.extensions import Database
from app.models import Store
from app.services.backup import backup, restore
from tests import factories
from tests.scenes import Scene
from tests.web.desks import signed_in


@pytest.mark.engines("sqlite")
def test_the_audit_log_tells_of_a_restore(app: Flask, db: Database, scene: Scene, tmp_path: Path) -> None:
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        agent, slug = factories.account(session), store.slug
        factories.member(session, store, agent, "agent")
    backup(tmp_path / "saved")
    restore(tmp_path / "saved", replace=True)
    assert "Server restored from a backup" in signed_in(app, agent.id).get(f"/s/{slug}/audit").text
