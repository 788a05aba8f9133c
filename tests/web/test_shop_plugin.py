"""The plugin that an owner downloads, and the offer in words that it shows in the shop."""

from __future__ import annotations

import io
from dataclasses import replace
from zipfile import ZipFile

import pytest
from flask import Flask

from app.extensions import Database
from app.models import Program, ProgramVersion, Store
from integrations.registry import PLATFORMS
from tests import factories
from tests.scenes import Scene
from tests.web.conftest import Stand
from tests.web.desks import Desk, signed_in

WITH_PLUGIN = next(each.key for each in PLATFORMS if each.shop_plugin)


# --- the offer in words ---


def offer(stand: Stand, path: str = "") -> dict[str, object]:
    """What the shop is told."""
    answer = stand.friend().get(f"/join/{stand.slug}{path}/offer.json")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in answer.headers
    told: dict[str, object] = answer.json
    return told


def test_r16_the_shop_is_told_what_both_get_in_every_language(stand: Stand) -> None:
    told = offer(stand)
    assert told["is_open"] is True
    words = told["words"]
    assert isinstance(words, dict)
    assert list(words) == ["ar", "en", "fa"]
    assert words["en"]["promise"] == (
        "Your friend gets \u206815%\u2069 off on the first order, "
        "and you get a coupon worth \u2068€10\u2069 once it has arrived and stayed."
    )
    assert "۱۵٪" in words["fa"]["promise"]
    assert "<" not in str(words)
    assert all(set(each) == {"heading", "promise", "button"} for each in words.values())


def test_the_offer_follows_the_program_at_once(stand: Stand) -> None:
    with stand.db.begin() as session:
        version = session.get_one(ProgramVersion, stand.version_id)
        raised = replace(version.rules, friend=replace(version.rules.friend, basis_points=2000))
        factories.version(session, session.get_one(Program, stand.program_id), raised, number=2)
    assert "20%" in str(offer(stand)["words"])
    assert "20%" in str(offer(stand, f"/{stand.program_id}")["words"])


@pytest.mark.parametrize("state", ["paused", "ended", "draft"])
def test_a_program_that_is_not_live_promises_nothing(stand: Stand, state: str) -> None:
    stand.become(state)
    assert offer(stand) == {"is_open": False, "words": {}}


def test_r10_a_used_up_program_promises_nothing(stand: Stand) -> None:
    with stand.db.begin() as session:
        version = session.get_one(ProgramVersion, stand.version_id)
        version.rules = replace(version.rules, budget_minor=1, budget_order_minor=4000)
    assert offer(stand) == {"is_open": False, "words": {}}


def test_an_unknown_shop_is_not_found_and_another_program_is_not_shown(stand: Stand) -> None:
    assert stand.friend().get("/join/nowhere/offer.json").status_code == 404
    assert offer(stand, f"/{stand.program_id + 1}")["is_open"] is False


# --- the download ---


@pytest.fixture
def desk(app: Flask, scene: Scene) -> Desk:
    """The owner at the desk."""
    return signed_in(app, scene.account_id)


@pytest.fixture
def slug(db: Database, scene: Scene) -> str:
    """The store's name in addresses."""
    with db.read() as session:
        return session.get_one(Store, scene.store_id).slug


def connect(db: Database, scene: Scene, platform: str) -> None:
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        factories.installation(session, store, platform=platform, facts={"name": "Leaf & Kettle"})


def test_the_owner_downloads_a_plugin_that_knows_the_programs_page(
    desk: Desk, db: Database, scene: Scene, slug: str
) -> None:
    connect(db, scene, WITH_PLUGIN)
    page = desk.get(f"/s/{slug}/connection").text
    assert "A plugin for the shop" in page
    assert f'href="/s/{slug}/connection/plugin"' in page
    answer = desk.get(f"/s/{slug}/connection/plugin")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="goodword.zip"'
    with ZipFile(io.BytesIO(answer.data)) as archive:
        assert f"'http://refer.test/join/{slug}'" in archive.read("goodword/address.php").decode()


def test_a_platform_without_a_plugin_offers_none(desk: Desk, db: Database, scene: Scene, slug: str) -> None:
    assert desk.get(f"/s/{slug}/connection/plugin").status_code == 404  # not connected yet
    connect(db, scene, "made-up")
    assert "A plugin for the shop" not in desk.get(f"/s/{slug}/connection").text
    assert desk.get(f"/s/{slug}/connection/plugin").status_code == 404
