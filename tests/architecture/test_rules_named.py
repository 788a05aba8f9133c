"""Every rule of the product, R1 to R18, is named by tests: `test_r7_…` fails when R7 breaks."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest

from tests.architecture.sources import ROOT

RULES = tuple(f"r{number}" for number in range(1, 19))
_NAMED = re.compile(r"r\d+")


def names() -> list[str]:
    """The names of all test functions."""
    trees = (ast.parse(path.read_text()) for path in sorted((ROOT / "tests").rglob("test_*.py")))
    functions = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return [each.name for each in functions if each.name.startswith("test_")]


NAMED = Counter(word for name in names() for word in name.split("_") if _NAMED.fullmatch(word))


@pytest.mark.parametrize("rule", RULES)
def test_a_test_names_the_rule(rule: str) -> None:
    assert NAMED[rule], f"no test is called test_{rule}_…"


def test_no_test_names_a_rule_that_there_is_not() -> None:
    assert set(NAMED) <= set(RULES)
