"""Words that say nothing name nothing; a platform's name is spelled only in its own folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from integrations.registry import PLATFORMS
from tests.architecture.sources import ROOT, functions, name, python_files

EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "manager", "handler", "process", "data", "info", "misc"}
WRITTEN = {".py", ".html", ".txt", ".css", ".js", ".svg", ".xml", ".json"}


@pytest.mark.parametrize("file", python_files(), ids=name)
def test_module_and_function_names_say_something(file: Path) -> None:
    words = [file.stem, file.parent.name, *(function.name.strip("_") for function in functions(file))]
    assert EMPTY_WORDS.isdisjoint(words)


def spelled(key: str, text: str) -> list[str]:
    """The places where a platform's key stands as a word or as part of an identifier."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)  # someKeyThing: three words
    pattern = re.compile(rf"(?<![a-z]){re.escape(key)}(?![a-z])", re.IGNORECASE)
    return [line.strip() for both in (text, parted) for line in both.splitlines() if pattern.search(line)]


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.key)
def test_no_platform_is_spelled_in_app(platform: object) -> None:
    files = [file for file in (ROOT / "app").rglob("*") if file.suffix in WRITTEN]
    found = {name(file): spelled(platform.key, file.read_text(encoding="utf-8")) for file in files}  # type: ignore[attr-defined]
    assert {file: lines for file, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "text", ['"acme"', "acme_orders = 1", "class AcmeIssuer:", "isAcme()", "# as Acme does", "ACME"]
)
def test_a_spelled_platform_is_found(text: str) -> None:
    assert spelled("acme", text)


def test_a_word_that_only_contains_the_key_is_none() -> None:
    assert spelled("zid", "bezid, zidane") == []
