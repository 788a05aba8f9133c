"""Documents that are generated say what the code says."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from app.config import Settings
from integrations.contract import Platform
from tests.architecture.sources import ROOT, name
from tools import docs


@pytest.mark.parametrize("path", docs.documents(), ids=name)
def test_generated_document_is_fresh(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == docs.documents()[path], "run `make docs`"


def test_every_setting_has_a_line_that_says_something() -> None:
    assert [row.name for row in fields(Settings) if len(row.metadata.get("doc", "")) < 10] == []


def test_every_capability_has_a_row() -> None:
    described = {"webhooks", *docs.CAPABILITIES}
    optional = {row.name for row in fields(Platform) if "None" in str(row.type)}
    assert optional <= described


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")) + sorted(ROOT.glob("*.md")), ids=name)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
