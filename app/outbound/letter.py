"""What a mail looks like: plain text, and a simple page of HTML without tables, pictures or tracking."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app import languages
from app.domain import codes, colours

_pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail's content, already in its reader's language."""

    locale: str
    shop: str
    accent: str
    heading: str
    paragraphs: tuple[str, ...]
    button: tuple[str, str]  # label, address
    code: str | None = None
    footer: str


def as_text(letter: Letter) -> str:
    """The letter for readers of plain text."""
    code = [codes.shown(letter.code)] if letter.code else []
    label, address = letter.button
    parts = [letter.heading, *code, *letter.paragraphs, f"{label}:\n{address}", f"-- \n{letter.shop}\n{letter.footer}"]
    return "\n\n".join(parts) + "\n"


def as_html(letter: Letter) -> str:
    """The letter as a page."""
    return _pages.get_template("letter.html").render(
        letter=letter,
        direction=languages.direction(letter.locale),
        colours=colours.palette(letter.accent, "light"),
        code=codes.shown(letter.code) if letter.code else None,
    )
