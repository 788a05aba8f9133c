"""Every platform's folder explains itself, and the documents' table says what the registry has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from integrations.contract import Platform
from integrations.registry import PLATFORMS

ROOT = Path(__file__).resolve().parents[3]
HEADINGS = [
    *("Status", "Version", "Topics", "Signature", "Ids and money", "Rate limits", "Quirks", "Recording fixtures"),
    "Installing on a test store",
]
each_platform = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.key)


def readme(platform: Platform) -> str:
    return (ROOT / "integrations" / platform.key / "README.md").read_text(encoding="utf-8")


@each_platform
def test_the_readme_has_every_heading(platform: Platform) -> None:
    assert re.findall(r"^## (.+)$", readme(platform), re.MULTILINE) == HEADINGS


@each_platform
def test_the_readme_names_every_topic_that_is_asked_for(platform: Platform) -> None:
    topics = platform.subscriptions.topics if platform.subscriptions else ()
    assert [topic for topic in topics if f"`{topic}`" not in readme(platform)] == []


@each_platform
def test_every_quirk_has_a_date(platform: Platform) -> None:
    quirks = readme(platform).split("## Quirks")[1].split("\n## ")[0]
    listed = [line for line in quirks.splitlines() if line.startswith("- ")]
    assert len(listed) >= 5
    assert [line for line in listed if not re.search(r"\((?:seen|read) 20\d\d-\d\d-\d\d\)", line)] == []


def test_the_table_of_capabilities_has_every_platform() -> None:
    table = (ROOT / "docs" / "platforms.md").read_text(encoding="utf-8")
    assert [platform.label for platform in PLATFORMS if f"| {platform.label} |" not in table] == []
