"""Browsers that are signed in at a desk."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.services import accounts

HOME = "http://refer.test"
PEOPLE = {"Accept": "text/html"}
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def signed_in(app: Flask, account_id: int) -> Desk:
    """A browser in which the account came in by a one-time link."""
    desk = Desk(app.test_client())
    link = accounts.one_time_sign_in(HOME, account_id).removeprefix(HOME)
    desk.post(link, page=link)
    return desk


class Desk:
    """A browser that follows pages as people do: forms carry the token of the page they stand on."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, address: str) -> TestResponse:
        """The page."""
        return self.client.get(address, headers=PEOPLE)

    def post(self, address: str, /, *, page: str | None = None, **answers: str) -> TestResponse:
        """The answer to a form that stands on `page` (by default, at its own address)."""
        token = csrf_token(self.get(page or address))
        return self.client.post(address, data={"csrf_token": token, **answers}, headers=PEOPLE)


def csrf_token(response: TestResponse) -> str:
    """The token in the page's forms."""
    found = _TOKEN.search(response.text)
    assert found, f"no form in a page of status {response.status_code}"
    return found[1]
