"""How people of a shop walk through our pages: join, follow a mail, sign in."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.models import Mail
from tests.web.conftest import BROWSER, Stand

PEOPLE = {"Accept": "text/html", "User-Agent": BROWSER}


def token_in(page: TestResponse) -> str:
    """The session's token in a form of the page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found, "the page has no form of the session"
    return found[1]


def join(
    stand: Stand, client: FlaskClient, email: str, name: str = "Lea", lang: str = "en", program_id: int | None = None
) -> TestResponse:
    """Fill in the program's form, the shop's own where no program is named."""
    address = f"/join/{stand.slug}{f'/{program_id}' if program_id else ''}?lang={lang}"
    page = client.get(address, headers=PEOPLE)
    answers = {"csrf_token": token_in(page), "email": email, "name": name}
    return client.post(address, data=answers, headers=PEOPLE)


def mailed_path(stand: Stand) -> str:
    """Where the button of the newest mail leads."""
    mail = stand.rows(Mail)[-1]
    found = re.search(r"http://refer\.test(/\S+)", mail.text)  # type: ignore[attr-defined]
    assert found
    return found[1]


def tap(client: FlaskClient, path: str) -> TestResponse:
    """Open a mailed link and tap its button."""
    page = client.get(path, headers=PEOPLE)
    return client.post(path, data={"csrf_token": token_in(page)}, headers=PEOPLE)


def sign_in(stand: Stand, client: FlaskClient, email: str = "lea@mail.shop") -> TestResponse:
    """Join, and follow the mail to the page."""
    join(stand, client, email)
    return client.get(tap(client, mailed_path(stand)).location, headers=PEOPLE)
