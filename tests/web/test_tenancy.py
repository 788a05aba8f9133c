"""One store's desk is nobody else's: every route of a store, walked with the owner of another one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.extensions import Database
from app.models import Store
from tests import factories
from tests.scenes import Scene
from tests.web.desks import PEOPLE, csrf_token, signed_in

# Whatever a route asks for in its address: values that exist in the first store.
VALUES = {"program_id": "program_id", "person_id": "person_id", "advocate_id": "advocate_id", "order_ref": "order_ref"}


@pytest.fixture
def slug(db: Database, scene: Scene) -> str:
    """The first store's name in addresses."""
    with db.read() as session:
        return session.get_one(Store, scene.store_id).slug


@pytest.fixture
def stranger(db: Database, scene: Scene) -> int:
    """The owner of a second store."""
    with db.begin() as session:
        owner = factories.account(session, runs_server=True)
        factories.store(session, owner=owner)
        return owner.id


def rules_of_a_store(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if "slug" in rule.arguments and rule.rule.startswith("/s/"))


def address(app: Flask, rule: Rule, slug: str, scene: Scene) -> str:
    known = {name: getattr(scene, field) for name, field in VALUES.items()}
    values = {name: known.get(name, 1) for name in rule.arguments} | {"slug": slug}
    if "verb" in rule.arguments:
        values["verb"] = "approve"
    return str(app.url_map.bind("refer.test").build(rule.endpoint, values, method=next(iter(methods(rule)))))


def methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) & {"GET", "POST"}


def test_every_route_of_a_store_is_for_its_members(app: Flask) -> None:
    walked = list(rules_of_a_store(app))
    assert len(walked) > 25
    for rule in walked:
        assert app.view_functions[rule.endpoint].access.startswith("member:"), rule  # type: ignore[attr-defined]


def test_strangers_find_nothing(app: Flask, scene: Scene, slug: str, stranger: int) -> None:
    desk = signed_in(app, stranger)
    token = csrf_token(desk.get("/account"))
    for rule in rules_of_a_store(app):
        for method in methods(rule):
            answer = desk.client.open(
                address(app, rule, slug, scene),
                method=method,
                data={"csrf_token": token, "reason": "x"},
                headers=PEOPLE,
            )
            assert answer.status_code == 404, (method, rule)


def test_whoever_is_not_signed_in_is_sent_to_the_door(app: Flask, scene: Scene, slug: str) -> None:
    browser = app.test_client()
    token = csrf_token(browser.get("/sign-in", headers=PEOPLE))
    for rule in rules_of_a_store(app):
        for method in methods(rule):
            answer = browser.open(
                address(app, rule, slug, scene), method=method, data={"csrf_token": token}, headers=PEOPLE
            )
            assert answer.status_code == 302, (method, rule)
            assert answer.location.startswith("/sign-in"), (method, rule)


def test_agents_open_support_and_nothing_of_the_owners(app: Flask, db: Database, scene: Scene, slug: str) -> None:
    with db.begin() as session:
        agent = factories.account(session)
        factories.member(session, session.get_one(Store, scene.store_id), agent, "agent")
    desk = signed_in(app, agent.id)
    token = csrf_token(desk.get(f"/s/{slug}/support"))
    for rule in rules_of_a_store(app):
        is_owners = app.view_functions[rule.endpoint].access == "member:owner"  # type: ignore[attr-defined]
        for method in methods(rule):
            answer = desk.client.open(
                address(app, rule, slug, scene), method=method, data={"csrf_token": token}, headers=PEOPLE
            )
            assert (answer.status_code == 403) == is_owners, (method, rule, answer.status_code)


def test_no_form_of_a_store_works_without_its_token(app: Flask, scene: Scene, slug: str) -> None:
    desk = signed_in(app, scene.account_id)
    for rule in rules_of_a_store(app):
        if "POST" in methods(rule):
            answer = desk.client.post(address(app, rule, slug, scene), data={"reason": "x"}, headers=PEOPLE)
            assert answer.status_code == 400, rule
