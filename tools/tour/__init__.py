"""A walk past every page in every state and language, for whoever looks: `make screenshots`, and the tests of pages.

It stands in a town of real processes (tests/e2e/town.py), acts through pages as people do, and calls `see` at each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from playwright.sync_api import Browser, BrowserContext, Page

from tools.visitors import Stuck

LANGUAGES = ("en", "ar", "fa")


@dataclass(frozen=True)
class Sight:
    """Where the walk stands."""

    area: str  # friend, portal, doors, owner, support, shop, mail
    name: str
    language: str

    @property
    def title(self) -> str:
        """How pictures and findings call it."""
        return f"{self.area}-{self.name}.{self.language}"


See = Callable[[Sight, Page], None]


class World(Protocol):
    """What the walk needs of the town."""

    web_url: str
    shop_url: str

    def flask(self, *words: str) -> str:
        """What a `flask …` command printed."""

    def keeper(self, action: str, **fields: object) -> object:
        """The shopkeeper acts."""


class Walker:
    """Somebody's browser, in one language at a time."""

    def __init__(self, context: BrowserContext, base: str, see: See) -> None:
        self.page: Page = context.new_page()
        self.base = base
        self.language = LANGUAGES[0]
        self._see = see

    def open(self, path: str) -> None:
        """The page, in the walker's language."""
        address = path if path.startswith("http") else self.base + path
        self.page.goto(f"{address}{'&' if '?' in address else '?'}lang={self.language}")

    def show(self, area: str, name: str) -> None:
        """Whoever looks sees the page as it stands."""
        self._see(Sight(area, name, self.language), self.page)

    def visit(self, area: str, name: str, path: str) -> None:
        """The page is opened and seen."""
        self.open(path)
        self.show(area, name)

    def fill(self, **answers: str) -> None:
        """Fields have these values."""
        for name, value in answers.items():
            self.page.fill(f'main [name="{name}"]', value)

    def send(self, form: str, button: str = "button:not(.unseen)") -> None:
        """The form whose address ends so (or whose selector this is) is sent."""
        with self.page.expect_navigation():
            self.page.locator(f"{form} {button}").first.click()

    def address_of(self, pattern: str) -> str:
        """Where the first link that matches the selector leads. Raises Stuck."""
        found = self.page.locator(pattern).first.get_attribute("href")
        if not found:
            raise Stuck(f"{self.page.url} has no link like {pattern}")
        return found


@contextmanager
def walker(browser: Browser, base: str, see: See) -> Iterator[Walker]:
    """A walker in a browser of their own."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        yield Walker(context, base, see)
    finally:
        context.close()
