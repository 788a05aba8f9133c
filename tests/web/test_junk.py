"""What no browser sends and attackers do: every form and every address answers it with a page that helps."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.extensions import Database
from app.models import Account, Store
from integrations.registry import PLATFORMS
from tests.scenes import Scene
from tests.web.desks import PEOPLE, Desk, csrf_token, signed_in
from tools.visitors import Forms

HUGE = "9" * 30  # more than any database counts
JUNK = {
    "a NUL": "a\0b",
    "no UTF-8": b"\xed\xa0\x80\xff\xfe",
    "a page of text": "<script>\r\nBcc: c@d.example" * 400,
    "a number without end": "1e9999",
}


@pytest.fixture
def desk(app: Flask, db: Database, scene: Scene) -> Desk:
    """The owner's browser; a mistake of ours is a page with status 500, as on a real server."""
    app.testing = False
    with db.begin() as session:
        session.get_one(Account, scene.account_id).runs_server = True
    return signed_in(app, scene.account_id)


@pytest.fixture
def slug(db: Database, scene: Scene) -> str:
    """The store's name in addresses."""
    with db.read() as session:
        return session.get_one(Store, scene.store_id).slug


def numbered(app: Flask, slug: str, number: str) -> Iterator[tuple[Rule, str]]:
    """Every page with a number in its address, at this number."""
    for rule in app.url_map.iter_rules():
        if any("int" in part for part in re.findall(r"<(\w+):", rule.rule)):
            filled = rule.rule.replace("<slug>", slug)
            yield rule, re.sub(r"<int:\w+>", number, filled)


def test_odd_addresses_lead_to_pages_that_do_not_exist(desk: Desk, slug: str) -> None:
    for part in ("a%00b", "%ff%fe", "..%2f..%2fetc", "%0d%0aSet-Cookie:a=b", "%E2%80%AE"):
        for address in ("/join/{}", "/s/{}/", f"/s/{slug}/orders/{{}}", "/r/{}", "/c/{}"):
            assert desk.get(address.format(part)).status_code == 404, (address, part)
        assert desk.client.post(f"/webhooks/{PLATFORMS[0].key}/{part}").status_code in (401, 404), part


def test_numbers_without_end_are_no_trouble_of_ours(app: Flask, slug: str, desk: Desk) -> None:
    form = {"csrf_token": csrf_token(desk.get("/account")), "reason": "x"}
    walked = list(numbered(app, slug, HUGE))
    assert len(walked) > 15
    for rule, address in walked:
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer = desk.client.open(address, method=method, data=form, headers=PEOPLE)
            assert answer.status_code < 500, (method, rule)


@pytest.mark.parametrize("before", [HUGE, f"-{HUGE}", "0", "x"])
@pytest.mark.parametrize("page", ["messages", "audit"])
def test_pagers_take_no_number_for_granted(desk: Desk, slug: str, page: str, before: str) -> None:
    answer = desk.client.get(f"/s/{slug}/{page}", query_string={"before": before}, headers=PEOPLE)
    assert answer.status_code in (200, 404)


def forms(client: FlaskClient, address: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """(where it goes, its fields as they stand, its token) of every form on a page but the one that signs out."""
    collected = Forms()
    collected.feed(client.get(address, headers=PEOPLE).text)
    for form in collected.forms:
        token = form.fields.pop("csrf_token", "")
        fields = form.fields | dict(form.buttons)
        if form.method == "post" and form.action != "/sign-out":
            yield form.action or address, fields, token


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
def test_every_form_of_the_desks_survives_junk(desk: Desk, slug: str, scene: Scene, junk: str | bytes) -> None:
    program, person = f"/s/{slug}/programs/{scene.program_id}", f"/s/{slug}/people/{scene.person_id}"
    order = f"/s/{slug}/orders/{scene.order_ref}"
    pages = ["/account", f"/connect/{PLATFORMS[0].key}", program, f"{program}/edit", f"{program}/test"]
    pages += [f"/s/{slug}/programs/new", f"/s/{slug}/team", f"/s/{slug}/support", person, order, f"/s/{slug}/waiting"]
    broken = []
    for page in pages:
        for action, fields, token in forms(desk.client, page):
            answers = {**dict.fromkeys(fields, junk), "csrf_token": token}
            plain = {**fields, "csrf_token": token}
            sent = [answers] + [{**plain, name: junk} for name in fields]
            for each in sent:
                answer = desk.client.post(action, data=each, headers=PEOPLE)
                if answer.status_code >= 500:
                    broken.append((action, [name for name in each if each[name] == junk]))
    assert not broken
