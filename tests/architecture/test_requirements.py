"""What is installed is pinned, hashed, and names no machine."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import ROOT

PINNED = re.compile(r"^[a-z0-9][a-z0-9._-]*==\S+( ;.*)? \\$")
HASHED = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


@pytest.mark.parametrize("listed", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_and_hashed(listed: str) -> None:
    lines = [line for line in (ROOT / listed).read_text().splitlines() if line and not line.lstrip().startswith("#")]
    assert [line for line in lines if not PINNED.match(line) and not HASHED.match(line)] == []


@pytest.mark.parametrize("listed", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_name_no_machine(listed: str) -> None:
    assert re.findall(r"\w+://|(?<![\w.-])/\w+/", (ROOT / listed).read_text()) == []
