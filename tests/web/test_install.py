"""Connecting a shop from the page: proven first, explained when it fails, and the secret never written back."""

from __future__ import annotations

import pytest
from flask import Flask

from app.extensions import Database
from app.models import Installation, Membership
from app.services import installations
from app.web.install.words import OTHERWISE, TROUBLE
from integrations.errors import PlatformError, RemoteOutcomeUnknown, RemoteRejected, RemoteUnavailable
from integrations.registry import PLATFORMS
from tests import factories
from tests.web.desks import Desk, signed_in

PLATFORM = next(each for each in PLATFORMS if each.connector is not None)
ADDRESS = f"/connect/{PLATFORM.key}"


@pytest.fixture
def answers() -> dict[str, str]:
    """Something in every field."""
    assert PLATFORM.connector is not None
    return {"address": "shop.test", **{field.key: f"typed-{field.key}" for field in PLATFORM.connector.fields}}


@pytest.fixture
def desk(app: Flask, db: Database) -> Desk:
    """Whoever runs the server, signed in."""
    with db.begin() as session:
        account = factories.account(session, runs_server=True)
    return signed_in(app, account.id)


def failing(monkeypatch: pytest.MonkeyPatch, error: PlatformError) -> None:
    def connect(*_given: object) -> int:
        raise error

    monkeypatch.setattr(installations, "connect", connect)


@pytest.mark.parametrize("reason", ["key_read_only", "address_private", "coupons_disabled", f"{PLATFORM.key}_absent"])
def test_refusal_is_explained_with_its_mend(
    desk: Desk, answers: dict[str, str], monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    failing(monkeypatch, RemoteRejected(reason))
    page = desk.post(ADDRESS, **answers)
    assert page.status_code == 422
    assert str(TROUBLE[reason.replace(PLATFORM.key, "platform")]) in page.text


@pytest.mark.parametrize("error", [RemoteRejected("never_heard_of"), RemoteOutcomeUnknown("never_heard_of")])
def test_what_nobody_foresaw_is_explained_too(
    desk: Desk, answers: dict[str, str], monkeypatch: pytest.MonkeyPatch, error: PlatformError
) -> None:
    failing(monkeypatch, error)
    assert str(OTHERWISE) in desk.post(ADDRESS, **answers).text


def test_secrets_are_not_written_back_into_the_page(
    desk: Desk, answers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, RemoteUnavailable("connection_refused"))
    assert PLATFORM.connector is not None
    page = desk.post(ADDRESS, **answers).text
    assert answers["address"] in page
    for field in PLATFORM.connector.fields:
        assert (answers[field.key] in page) == (not field.secret)


def test_connected_shop_shows_its_facts_to_its_own_people(
    desk: Desk, app: Flask, db: Database, answers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(account_id: int, platform: str, *_rest: object) -> int:
        with db.begin() as session:
            store = factories.store(session)
            session.add(Membership(store_id=store.id, account_id=account_id, role="owner", created_at=store.created_at))
            facts = {
                "name": "Leaf & Kettle",
                "home_url": "https://tea.test",
                "timezone": "Europe/Berlin",
                "currency": "EUR",
            }
            made: Installation = factories.installation(session, store, platform=platform, facts=facts)
            return made.id

    monkeypatch.setattr(installations, "connect", connect)
    answer = desk.post(ADDRESS, **answers)
    assert answer.location.startswith("/connect/done/")
    assert "Europe/Berlin" in desk.get(answer.location).text
    with db.begin() as session:
        other = factories.account(session, runs_server=True)
    assert signed_in(app, other.id).get(answer.location).status_code == 404


def test_agents_connect_nothing(app: Flask, db: Database) -> None:
    with db.begin() as session:
        agent = factories.account(session)
        factories.member(session, factories.store(session), agent, "agent")
    desk = signed_in(app, agent.id)
    assert desk.get("/connect").status_code == 403
    assert desk.get(ADDRESS).status_code == 403


def test_unknown_platform_is_not_found(desk: Desk) -> None:
    assert desk.get("/connect/nowhere").status_code == 404


@pytest.mark.parametrize("locale", ["en", "ar", "fa"])
def test_page_opens_in_every_language(desk: Desk, locale: str) -> None:
    assert f'lang="{locale}"' in desk.get(f"{ADDRESS}?lang={locale}").text
