"""A store's accent, corrected until everything that is drawn with it can be read (WCAG AA, light and dark)."""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass
from functools import lru_cache

READABLE = 4.5
OURS = "#0b5d55"  # the accent of goodword.css itself
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_WHITE, _INK = (255, 255, 255), (10, 16, 15)
# The grounds of goodword.css on which the accent stands as text: paper and card.
_GROUNDS = {"light": ((250, 248, 243), (255, 254, 251)), "dark": ((22, 21, 19), (30, 29, 26))}
_WASH = {"light": 0.11, "dark": 0.18}

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """The accent, what is written on it, and its wash behind text, as #rrggbb."""

    accent: str
    ink: str
    wash: str


@lru_cache(maxsize=256)
def palette(accent: str, ground: str) -> Palette:
    """The nearest readable relative of `accent` on the "light" or "dark" ground."""
    own = _parse(accent if _HEX.fullmatch(accent) else OURS)
    paper, card = _GROUNDS[ground]
    for step in range(101):
        colour = _nearer(own, step / 100, dark=ground == "dark")
        wash = _mix(card, colour, _WASH[ground])
        if min(contrast(colour, behind) for behind in (paper, card, wash)) >= READABLE:
            break
    ink = max((_WHITE, _INK), key=lambda candidate: contrast(candidate, colour))
    return Palette(_hex(colour), _hex(ink), _hex(wash))


def contrast(one: Colour, other: Colour) -> float:
    """WCAG's ratio of two colours, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=256)
def style(accent: str) -> str:
    """The custom properties that put the store's accent in place of ours; nothing where it is ours."""
    if accent.lower() == OURS:
        return ""
    light, dark = (_properties(palette(accent, ground)) for ground in ("light", "dark"))
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def _properties(colours: Palette) -> str:
    return f"--accent:{colours.accent};--accent-ink:{colours.ink};--accent-wash:{colours.wash}"


def _nearer(own: Colour, share: float, *, dark: bool) -> Colour:
    """The colour, so much darker for light grounds or lighter for dark ones; its hue stays."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in own))
    lightness += ((1 - lightness) if dark else -lightness) * share
    # A light colour as saturated as its dark relative glares at night.
    mixed = colorsys.hls_to_rgb(hue, lightness, saturation * (1 - share * 0.6 if dark else 1))
    red, green, blue = (round(part * 255) for part in mixed)
    return red, green, blue


def _luminance(colour: Colour) -> float:
    parts = [(part / 255) / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _parse(text: str) -> Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)
