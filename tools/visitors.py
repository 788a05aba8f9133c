"""People at work in a browser without a screen: an owner, advocates, friends, and the demo store's keeper.

They use pages and forms over real HTTP and nothing else, so that the history of `make run` and the end-to-end tests
walk the same road as everybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
PATIENCE = 60


class Stuck(Exception):
    """A page did not have what its visitor looked for; the message says where they stood."""


@dataclass
class Form:
    """One form of a page as it stands: where it goes, and what it would send."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Forms(HTMLParser):
    """Collects forms with their values as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        if not self.forms:
            return
        if tag == "input" and "name" in given:
            self._input(given)
        elif tag == "button" and "name" in given:
            self.forms[-1].buttons.append((given["name"], given.get("value", "")))
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.forms[-1].fields):
            self.forms[-1].fields[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = given.get("name", "")
            self.forms[-1].fields.setdefault(self._area, "")

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in ("checkbox", "radio") and "checked" not in given:
            return
        if kind not in ("submit", "button", "image"):
            self.forms[-1].fields[given["name"]] = given.get("value", "on" if kind == "checkbox" else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area] += data


@dataclass
class Page:
    """What a browser shows."""

    address: str
    status: int
    html: str

    @property
    def text(self) -> str:
        """The page without its markup, in one line."""
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style).*?</\1>", " ", self.html)))

    def form(self, *, to: str) -> Form:
        """The first form whose address contains `to`. Raises Stuck."""
        collected = Forms()
        collected.feed(self.html)
        for each in collected.forms:
            each.action = urljoin(self.address, each.action or self.address)
            if to in each.action:
                return each
        raise Stuck(f"{self.address} ({self.status}) has no form to {to}: {self.text[:400]}")

    def find(self, pattern: str) -> str:
        """The first group of the pattern in the page's HTML. Raises Stuck."""
        found = re.search(pattern, self.html)
        if found is None:
            raise Stuck(f"{self.address} ({self.status}) shows nothing like {pattern}: {self.text[:400]}")
        return found[1]


class Browser:
    """One person's browser: cookies, forms, redirects."""

    def __init__(self, language: str = "en") -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update({"User-Agent": BROWSER, "Accept-Language": language, "Accept": "text/html"})

    def open(self, address: str) -> Page:
        """The page at the address."""
        return _page(self._session.get(address, timeout=PATIENCE))

    def send(self, form: Form, **answers: str) -> Page:
        """The form is sent with these answers; what is not answered goes as it stands on the page."""
        fields = form.fields | answers
        if form.method == "get":
            return _page(self._session.get(form.action, params=fields, timeout=PATIENCE))
        headers = {"Referer": form.action, "Origin": "/".join(form.action.split("/")[:3])}
        return _page(self._session.post(form.action, data=fields, headers=headers, timeout=PATIENCE))


def _page(answer: requests.Response) -> Page:
    if answer.status_code >= 500:
        raise Stuck(f"{answer.url} answered {answer.status_code}: {answer.text[:400]}")
    return Page(answer.url, answer.status_code, answer.text)
