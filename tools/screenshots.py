"""`make screenshots`: every page in every state and language, 360 and 1280 px wide, on contact sheets.

The pictures lie in var/screenshots, the sheets in var/screenshots/sheets. `make screenshots A=readme` also renews the
three of README.
"""

from __future__ import annotations

import html
import shutil
import struct
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.engines.browser import chromium, launched, noto_fonts
from tools.install import ROOT, say
from tools.tour import Sight
from tools.tour.whole import walk

FOLDER = ROOT / "var" / "screenshots"
SHEETS = FOLDER / "sheets"
FOR_README = FOLDER / "readme"
README = ROOT / "docs" / "screenshots"
IN_README = {  # sight: width, height, name
    "owner-overview.en": (1280, 1060, "overview.png"),
    "friend-offer.en": (360, 800, "friend.png"),
    "support-person.ar": (360, 800, "person-ar.png"),
}
WIDTHS = (360, 1280)
IN_THE_DARK = {"friend-offer", "friend-code", "portal-me", "owner-overview", "owner-program-errors", "support-person"}
SHEET_WIDTH, SHEET_HEIGHT = 1520, 1500
COLUMNS = {360: 4, 1280: 2}


def main() -> None:
    """Pictures and sheets are new; `readme` among the arguments renews those of README, too."""
    path = chromium()
    if path is None:
        sys.exit("error: no Chromium was found: apt-get install chromium, or name one in $CHROMIUM")
    if not noto_fonts():
        sys.exit("error: Arabic would be drawn with the wrong face: apt-get install fonts-noto-core")
    shutil.rmtree(FOLDER, ignore_errors=True)
    for folder in (SHEETS, FOR_README):
        folder.mkdir(parents=True)
    with launched(path) as browser, tempfile.TemporaryDirectory(prefix="goodword-") as world:
        say("Walking past every page; this takes some minutes")
        walk(browser, Path(world), take)
        say(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.relative_to(ROOT)}; laying them on sheets")
        lay_sheets(browser)
    if "readme" in sys.argv[1:]:
        shutil.copytree(FOR_README, README, dirs_exist_ok=True)


def take(sight: Sight, page: Page) -> None:
    """The page is photographed at every width; a few also in the dark, and the tops of some for README."""
    if sight.title in IN_README:
        width, height, name = IN_README[sight.title]
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=FOR_README / name, animations="disabled")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        _shoot(page, f"{sight.title}.{width}")
        if f"{sight.area}-{sight.name}" in IN_THE_DARK and sight.language != "fa":
            page.emulate_media(color_scheme="dark")
            _shoot(page, f"{sight.title}.{width}.dark")
            page.emulate_media(color_scheme="light")


def _shoot(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True, animations="disabled")


# --- contact sheets ---


@dataclass(frozen=True)
class Picture:
    """One picture in var/screenshots, by the parts of its name: <area>-<name>.<language>.<width>[.dark].png."""

    path: Path

    @property
    def parts(self) -> list[str]:
        """What stands between the full stops."""
        return self.path.name.removesuffix(".png").split(".")

    @property
    def sheet(self) -> str:
        """On which sheets it lies: those of its area, width, language and light."""
        return ".".join([self.parts[0].partition("-")[0], *self.parts[2:], self.parts[1]])

    @property
    def width(self) -> int:
        """For how wide a screen it was taken."""
        return int(self.parts[2])

    @property
    def drawn_height(self) -> float:
        """How high it is on a sheet, with its caption."""
        size: tuple[int, int] = struct.unpack(">II", self.path.read_bytes()[16:24])
        return size[1] * SHEET_WIDTH / COLUMNS[self.width] / size[0] + 30


def lay_sheets(browser: Browser) -> None:
    """Every picture lies on a sheet with others of its kind."""
    page = browser.new_page(viewport={"width": SHEET_WIDTH, "height": 400})
    pictures = sorted(map(Picture, FOLDER.glob("*.png")), key=lambda each: (each.sheet, each.path.stat().st_mtime))
    for name, group in groupby(pictures, key=lambda each: each.sheet):
        for number, columns in enumerate(_sheets(list(group)), 1):
            drawn = SHEETS / f"{name}.{number}.html"
            drawn.write_text(_sheet(columns), encoding="utf-8")
            page.goto(drawn.as_uri())
            page.screenshot(path=drawn.with_suffix(".png"), full_page=True)
            drawn.unlink()
    page.close()


def _sheets(pictures: list[Picture]) -> Iterator[list[list[Picture]]]:
    """Columns of pictures, as many as a sheet holds, sheet after sheet."""
    columns: list[list[Picture]] = [[] for _ in range(COLUMNS[pictures[0].width])]
    heights = [0.0] * len(columns)
    for picture in pictures:
        shortest = heights.index(min(heights))
        if heights[shortest] and heights[shortest] + picture.drawn_height > SHEET_HEIGHT:
            yield columns
            columns, heights, shortest = [[] for _ in columns], [0.0] * len(columns), 0
        columns[shortest].append(picture)
        heights[shortest] += picture.drawn_height
    yield columns


def _sheet(columns: list[list[Picture]]) -> str:
    figures = "".join(f"<div>{''.join(map(_figure, column))}</div>" for column in columns)
    return (
        "<!doctype html><meta charset=utf-8><style>body{margin:0;display:grid;grid-auto-flow:column;align-items:start;"
        f"grid-template-columns:repeat({len(columns)},1fr);background:#999;font:14px sans-serif}}figure{{margin:4px}}"
        f"img{{width:100%;display:block}}</style>{figures}"
    )


def _figure(picture: Picture) -> str:
    caption = html.escape(picture.path.name.removesuffix(".png"))
    return f"<figure><figcaption>{caption}</figcaption><img src={picture.path.as_uri()}></figure>"


if __name__ == "__main__":
    main()
