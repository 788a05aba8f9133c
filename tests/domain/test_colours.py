"""Whatever accent a store picks, what is drawn with it can be read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import colours
from tests.architecture.sources import ROOT

SHEET = (ROOT / "app/web/static/goodword.css").read_text()


def parsed(text: str) -> colours.Colour:
    """#rrggbb as three numbers."""
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue


@given(st.integers(0, 0xFFFFFF), st.sampled_from(["light", "dark"]))
def test_any_accent_becomes_readable(number: int, ground: str) -> None:
    palette = colours.palette(f"#{number:06x}", ground)
    accent = parsed(palette.accent)
    behind = [*colours._GROUNDS[ground], parsed(palette.wash)]
    assert min(colours.contrast(accent, each) for each in behind) >= 4.45  # the wash is rounded to whole numbers
    assert colours.contrast(accent, parsed(palette.ink)) >= 4.45


def test_a_readable_accent_is_left_alone() -> None:
    assert colours.palette("#0b5d55", "light").accent == "#0b5d55"


def test_a_pale_accent_is_darkened_on_paper_and_kept_at_night() -> None:
    assert colours.palette("#ffd54f", "light").accent != "#ffd54f"
    assert colours.palette("#ffd54f", "dark").accent == "#ffd54f"


@pytest.mark.parametrize("text", ["red", "#12", "", "#0b5d55;}"])
def test_what_is_no_colour_is_ours(text: str) -> None:
    assert colours.palette(text, "light") == colours.palette("#0b5d55", "light")


def test_contrast_agrees_with_the_published_examples() -> None:
    # W3C's own: black on white is 21, and #777 on white is 4.48.
    assert colours.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert colours.contrast((0x77,) * 3, (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_the_sheets_own_words_are_readable_on_their_grounds(ground: str) -> None:
    blocks = re.findall(r":root \{(.*?)\n\s*\}", SHEET, re.DOTALL)
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[0]))
    if ground == "dark":
        tokens |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[1]))
    pairs = [(ink, paper) for ink in ("ink", "ink-2", "ink-3", "accent") for paper in ("paper", "card")]
    pairs += [(tone, f"{tone}-wash") for tone in ("good", "wait", "bad", "info", "accent")]
    pairs += [("accent-ink", "accent"), ("bad", "card"), ("ink-2", "accent-wash"), ("ink", "wait-wash")]
    ratios = {pair: colours.contrast(*(parsed(tokens[each]) for each in pair)) for pair in pairs}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}
