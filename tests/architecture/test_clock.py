"""Time has one source, so that tests and the clock file can move it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import name, python_files, tree

READINGS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


@pytest.mark.parametrize("file", python_files("app", "integrations"), ids=name)
def test_only_the_clock_reads_the_time(file: Path) -> None:
    if name(file) == "app/clock.py":
        return
    found = [
        f"{node.lineno}: {node.value.id}.{node.attr}"
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if (node.value.id, node.attr) in READINGS
    ]
    assert found == []
