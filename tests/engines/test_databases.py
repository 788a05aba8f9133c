"""Every test begins with an empty, migrated database, whatever the one before it left."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.extensions import Database
from app.models import Account
from tests.engines.frozen import FrozenClock


@pytest.mark.parametrize("attempt", [1, 2])
def test_what_one_test_writes_the_next_does_not_see(db: Database, clock: FrozenClock, attempt: int) -> None:
    with db.begin() as session:
        assert session.scalars(select(Account)).all() == []
        session.add(Account(email=f"owner-{attempt}@shop.test", name="Owner", locale="en", created_at=clock.now))


@pytest.mark.engines("postgresql")
def test_a_mark_chooses_the_engine(engine: str, db: Database) -> None:
    assert engine == db.engine.dialect.name == "postgresql"
