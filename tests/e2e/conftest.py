"""A town on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.town import Town


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[Town]:
    """Nothing runs yet: start() what the test needs."""
    made = Town(tmp_path, database_url)
    yield made
    made.stop()
