"""What the owner, advocates and friends do on Goodword's own pages."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from tools.visitors import Browser, Page, Stuck

LETTERS = "BCDFGHJKMNPQRSTVWXYZ"
CODE = re.compile(
    rf"\b([{LETTERS}]{{3}})\W*</span>\s*<span>\s*([{LETTERS}]{{3}})\W*</span>\s*<span>\s*([{LETTERS}]{{3}})"
)


class Owner:
    """Whoever installs Goodword."""

    def __init__(self, address: str, language: str = "en") -> None:
        self.address = address
        self.browser = Browser(language)
        self.slug = ""

    def set_up(self, link: str, *, name: str, email: str, password: str, locale: str = "en") -> None:
        """The first account is made from its one-time link."""
        form = self.browser.open(link).form(to="/setup/")
        _expect(self.browser.send(form, name=name, email=email, password=password, locale=locale), "/connect")

    def sign_in(self, link: str) -> None:
        """Signed in by a one-time link."""
        self.browser.send(self.browser.open(link).form(to="/sign-in/"))

    def connect(self, platform: str, shop: str, answers: dict[str, str]) -> Page:
        """The shop is connected; the slug of its desk is known."""
        form = self.browser.open(f"{self.address}/connect/{platform}").form(to="/connect/")
        done = self.browser.send(form, address=shop, **answers)
        _expect(done, "/connect/done/")
        self.slug = done.find(r'href="[^"]*/s/([a-z0-9-]+)/')
        return done

    def desk(self, path: str = "") -> Page:
        """A page of the store's desk."""
        return self.browser.open(f"{self.address}/s/{self.slug}/{path}")

    def make_program(self, name: str, **answers: str) -> int:
        """A program with these answers is saved and live; returns its number."""
        form = self.desk("programs/new").form(to="/programs/new")
        form.fields.pop("step", None)
        review = self.browser.send(form, name=name, step="review", **answers)
        saved = self.browser.send(review.form(to="/programs/new"), step="save")
        found = re.search(r"/programs/(\d+)$", saved.address)
        if found is None:
            raise Stuck(f"the program was not saved: {saved.text[:600]}")
        self.switch_program(int(found[1]), "live")
        return int(found[1])

    def switch_program(self, program_id: int, state: str) -> None:
        """The program is live, paused or ended."""
        self.browser.send(self.desk(f"programs/{program_id}").form(to="/state"), state=state)


@dataclass
class Friend:
    """Somebody who opens a link."""

    language: str = "en"

    def __post_init__(self) -> None:
        self.browser = Browser(self.language)

    def look(self, link: str) -> Page:
        """The offer."""
        return self.browser.open(link)

    def take_code(self, link: str) -> str:
        """The code that a tap gives."""
        token = link.rpartition("/")[2].partition("?")[0]
        return code_on(self.browser.send(self.look(link).form(to=f"/r/{token}")))


class Advocate:
    """Somebody who joins a program and shares."""

    def __init__(self, address: str, language: str = "en") -> None:
        self.address = address
        self.browser = Browser(language)

    def ask_to_join(self, slug: str, *, name: str, email: str) -> Page:
        """The join form is sent; a mail is on its way."""
        form = self.browser.open(f"{self.address}/join/{slug}").form(to=f"/join/{slug}")
        return self.browser.send(form, name=name, email=email)

    def tap_mailed_link(self, link: str) -> Page:
        """The mailed link's button is pressed."""
        return self.browser.send(self.browser.open(link).form(to="/m/"))

    def join(self, slug: str, *, name: str, email: str) -> str:
        """Joined; returns the share link."""
        self.ask_to_join(slug, name=name, email=email)
        _expect(self.tap_mailed_link(mailed_link(self.address, email)), "/me")
        return self.share_link()

    def page(self) -> Page:
        """The advocate's own page."""
        return self.browser.open(f"{self.address}/me")

    def share_link(self) -> str:
        """The link that the page shows."""
        return html.unescape(self.page().find(r"(https?://[^\"'<\s]*/r/[\w.-]+)"))


def mailed_link(address: str, email: str) -> str:
    """The link in the newest mail to this address, read on the outbox page of a developer's machine."""
    outbox = Browser().open(f"{address}/outbox")
    for mail in outbox.html.split("<article")[1:]:
        link = re.search(r"https?://[^\"'<\s]*/m/[\w.-]+", mail)
        if email in mail and link:
            return html.unescape(link[0])
    raise Stuck(f"no link for this address in the outbox: {outbox.text[:300]}")


def code_on(page: Page) -> str:
    """The code that the page shows three by three. Raises Stuck."""
    found = CODE.search(page.html)
    if found is None:
        raise Stuck(f"{page.address} ({page.status}) shows no code: {page.text[:400]}")
    return "".join(found.groups())


def _expect(page: Page, path: str) -> None:
    if path not in page.address:
        raise Stuck(f"meant to come to {path}, and stand at {page.address} ({page.status}): {page.text[:500]}")
