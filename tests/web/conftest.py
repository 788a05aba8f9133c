"""What tests of public pages share: a shop with a live program, an advocate with a link, and a shelf."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.extensions import Database
from app.links.tokens import ShareLink, tokens
from app.models import Advocate, Base, Claim, Coupon, Program, ProgramVersion
from integrations.registry import PLATFORMS
from tests import factories
from tests.scenes import light_passwords, scene

__all__ = ["light_passwords", "scene"]  # fixtures: pytest finds them here

BROWSER = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


@dataclass
class Stand:
    """Sara's link of one shop, and how friends come to it."""

    app: Flask
    db: Database
    store_id: int
    slug: str
    program_id: int
    version_id: int
    advocate_id: int
    person_id: int

    @property
    def link(self) -> ShareLink:
        """What Sara's link says."""
        return ShareLink(self.program_id, self.advocate_id)

    @property
    def path(self) -> str:
        """Where Sara's link leads."""
        return f"/r/{tokens.share(self.link)}"

    def friend(self) -> FlaskClient:
        """A browser of somebody new."""
        return self.app.test_client()

    def open(self, client: FlaskClient, path: str | None = None, **headers: str) -> TestResponse:
        """The page that a person sees."""
        return client.get(path or self.path, headers={"User-Agent": BROWSER, "Accept": "text/html", **headers})

    def nonce(self, page: TestResponse) -> str:
        """The nonce in the page's form."""
        found = re.search(r'name="nonce" value="([^"]+)"', page.text)
        assert found, "the page has no form to tap"
        return found[1]

    def tap(self, client: FlaskClient, nonce: str | None = None, path: str | None = None) -> TestResponse:
        """Open the link and tap the button."""
        nonce = nonce or self.nonce(self.open(client, path))
        return client.post(path or self.path, data={"nonce": nonce}, headers={"User-Agent": BROWSER})

    def fill(self, count: int) -> None:
        """So many more coupons stand on the shelf."""
        with self.db.begin() as session:
            for _ in range(count):
                factories.coupon(session, session.get_one(ProgramVersion, self.version_id))

    def become(self, state: str) -> None:
        """The program is in this state, and the server has not just read it."""
        with self.db.begin() as session:
            session.get_one(Program, self.program_id).state = state
        self.forget()

    def block(self) -> None:
        """Sara may not recommend any more."""
        with self.db.begin() as session:
            session.get_one(Advocate, self.advocate_id).state = "blocked"
        self.forget()

    def forget(self) -> None:
        """What was read a moment ago is read anew."""
        from app.queries import offers

        offers._recent.clear()

    def rows(self, model: type[Base]) -> list[Base]:
        """Every row of a table."""
        with self.db.read() as session:
            return list(session.scalars(select(model).order_by(model.id)))  # type: ignore[attr-defined]

    def claims(self) -> list[Claim]:
        """Every claim."""
        return self.rows(Claim)  # type: ignore[return-value]

    def coupon(self, coupon_id: int | None) -> Coupon:
        """One coupon."""
        with self.db.read() as session:
            return session.get_one(Coupon, coupon_id)


@pytest.fixture
def stand(app: Flask, db: Database) -> Stand:
    """A shop with a live program, Sara's link, and three coupons on the shelf."""
    with db.begin() as session:
        store = factories.store(session)
        factories.installation(session, store, platform=PLATFORMS[0].key if PLATFORMS else "made-up")
        version = factories.program(session, store)
        sara = factories.person(session, store)
        advocate = factories.advocate(session, version, sara)
        made = Stand(app, db, store.id, store.slug, version.program_id, version.id, advocate.id, sara.id)
    made.fill(3)
    return made


def code_on(text: str) -> str:
    """The code that a page shows, three letters by three."""
    found = re.search(r'class="code"[^>]*><span>(\w{3})</span><span>(\w{3})</span><span>(\w{3})</span>', text)
    assert found, "the page shows no code"
    return "".join(found.groups())
