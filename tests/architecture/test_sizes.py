"""Small enough to read: what is larger gives its reason here."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from tests.architecture.sources import functions, name, python_files

LONGEST_FUNCTION, MEDIAN_FUNCTION, LONGEST_FILE = 60, 10, 300
# path: why it is larger
REASONS: dict[str, str] = {"integrations/contract.py": "what an adapter owes is read as one"}


@pytest.mark.parametrize("file", python_files(), ids=name)
def test_files_and_functions_are_small(file: Path) -> None:
    if name(file) in REASONS:
        return
    lines = len(file.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE
    lengths = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions(file)}
    assert {each: length for each, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_the_usual_function_is_short() -> None:
    ours = python_files("app", "integrations", "demo", "tools")
    lengths = [(node.end_lineno or 0) - node.lineno + 1 for file in ours for node in functions(file)]
    assert statistics.median(lengths) <= MEDIAN_FUNCTION
