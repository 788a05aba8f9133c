"""Right-to-left is an equal: style sheets speak of start and end, never of left and right."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import ROOT, name

PHYSICAL = re.compile(
    r"""(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b
      | \bborder-(?:top|bottom)-(?:left|right)-radius\b
      | (?<![\w-])(?:left|right)\s*:
      | \b(?:text-align|float|clear|caption-side)\s*:\s*(?:left|right)\b""",
    re.VERBOSE,
)
STYLE_IN_PAGE = re.compile(r"""<style[^>]*>(.*?)</style>|\bstyle=["'](.*?)["']""", re.DOTALL)


def physical(text: str) -> list[str]:
    """The declarations in a style sheet that do not turn around with the direction of writing."""
    return PHYSICAL.findall(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))


def styles_of_page(text: str) -> str:
    """What a page says about style by itself."""
    return "\n".join(sheet or inline for sheet, inline in STYLE_IN_PAGE.findall(text))


def test_style_sheets_use_logical_properties() -> None:
    sheets = {file: file.read_text() for folder in ("app", "demo") for file in (ROOT / folder).rglob("*.css")}
    pages = {
        file: styles_of_page(file.read_text()) for folder in ("app", "demo") for file in (ROOT / folder).rglob("*.html")
    }
    found = {name(file): physical(text) for file, text in (sheets | pages).items()}
    assert {file: lines for file, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "text", ["a{margin-left:0}", "a{ left : 0}", "a{text-align: right}", "a{border-top-left-radius:1px}"]
)
def test_physical_properties_are_found(text: str) -> None:
    assert physical(text)


@pytest.mark.parametrize(
    "text", ["a{margin-inline-start:0}", "a{inset-inline-start:0}", "/* left: */ a{text-align:start}"]
)
def test_logical_properties_are_not(text: str) -> None:
    assert physical(text) == []
