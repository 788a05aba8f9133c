"""What tests of queries share: a shop with a referral under way, and a count of statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from app.extensions import Database
from app.links.tokens import tokens
from app.services import decisions
from tests.scenes import Scene, make_scene


@pytest.fixture(autouse=True)
def keys() -> None:
    """Tokens are signed."""
    tokens.configure(("k" * 40,))


@pytest.fixture
def scene(db: Database) -> Scene:
    """Sara recommended; a friend ordered and paid, and the order was decided."""
    with db.begin() as session:
        made = make_scene(session)
        decisions.settle(session, made.store_id, made.order_ref)
        return made


@pytest.fixture
def statements(db: Database) -> Callable[[], Iterator[list[str]]]:
    """`with statements() as sent:` collects every SELECT that is sent."""

    @contextmanager
    def collecting() -> Iterator[list[str]]:
        sent: list[str] = []

        def keep(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if statement.lstrip().upper().startswith("SELECT"):
                sent.append(statement)

        event.listen(db.engine, "before_cursor_execute", keep)
        try:
            yield sent
        finally:
            event.remove(db.engine, "before_cursor_execute", keep)

    return collecting
