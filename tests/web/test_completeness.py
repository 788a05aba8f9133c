"""The owner reads in words whether every order is known here, and what says so is true."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock as app_clock
from app.extensions import Database
from app.models import Store, StoreDay, StoreLook
from app.queries import health
from app.web.install.words import trouble
from tests import factories
from tests.scenes import Scene
from tests.web.desks import Desk, signed_in

TODAY = date(2026, 3, 2)


@pytest.fixture
def slug(db: Database, scene: Scene) -> str:
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        factories.installation(session, store, facts={"currency": "EUR", "name": "Leaf"})
        return store.slug


@pytest.fixture
def owner(app: Flask, scene: Scene, slug: str) -> Desk:
    return signed_in(app, scene.account_id)


def look(db: Database, scene: Scene, kind: str = "days", **given: Any) -> None:
    with db.begin() as session:
        values = {"looked_at": app_clock.now(), "next_at": app_clock.now(), "problem": "", "memory": {}} | given
        session.add(StoreLook(store_id=scene.store_id, kind=kind, **values))


def days(db: Database, scene: Scene, **last: Any) -> None:
    """Seven days of thirty orders, the last of them as given."""
    with db.begin() as session:
        for back in range(7):
            values = {"in_store": 30, "known": 30, "gone": 0, "untold": 0, "slowest_seconds": 40}
            values |= {"until": app_clock.now(), "compared_at": app_clock.now()} | ({} if back else last)
            session.add(StoreDay(store_id=scene.store_id, day=TODAY - timedelta(days=back), **values))


def text(desk: Desk, slug: str, path: str = "connection") -> str:
    page = desk.get(f"/s/{slug}/{path}")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.get_data(as_text=True)))


def test_all_orders_known(db: Database, scene: Scene, owner: Desk, slug: str) -> None:
    look(db, scene)
    days(db, scene)
    assert "All 210 orders of the last 7 days are known here" in text(owner, slug)
    assert "All 210 orders of the last 7 days are known here" in text(owner, slug, "")


def test_what_came_late_is_said_with_its_hours(db: Database, scene: Scene, owner: Desk, slug: str) -> None:
    look(db, scene)
    days(db, scene, untold=3, untold_from=app_clock.now() - timedelta(hours=5), untold_until=app_clock.now())
    said = text(owner, slug)
    assert "All 210 orders" in said
    assert "Of 3 orders the shop’s messages did not come in time." in said
    assert "They were changed between" in said


def test_a_gap_that_cannot_be_closed_is_said_as_such(db: Database, scene: Scene, owner: Desk, slug: str) -> None:
    look(db, scene)
    days(db, scene, known=29)
    said = text(owner, slug)
    assert "1 order of the last 7 days cannot be read and is missing here" in said
    assert "are known here" not in said


def test_orders_that_left_the_shop_are_said(db: Database, scene: Scene, owner: Desk, slug: str) -> None:
    look(db, scene)
    days(db, scene, gone=2)
    assert "2 orders that were known here are no longer in the shop." in text(owner, slug)


def test_an_old_comparison_does_not_speak_for_today(db: Database, scene: Scene, owner: Desk, slug: str) -> None:
    look(db, scene, looked_at=app_clock.now() - timedelta(hours=4))
    days(db, scene)
    assert "That is too long ago to speak for today." in text(owner, slug)
    assert "orders were last compared" in text(owner, slug, "")


def test_a_shop_that_cannot_be_asked_is_said_with_the_mend(db: Database, scene: Scene, owner: Desk, slug: str) -> None:
    look(db, scene)
    look(db, scene, "orders", problem="key_unknown")
    days(db, scene)
    said = text(owner, slug)
    assert "At the moment the shop cannot be asked for its orders." in said
    assert "make a new one" in said
    assert "cannot be asked" in text(owner, slug, "")


@pytest.mark.parametrize("reason", ["key_unknown", "role_missing", "key_wrong_secret"])
@pytest.mark.parametrize("kind", ["webhooks", "orders", "held", "coupons", "days"])
def test_keys_that_no_longer_open_the_shop_are_said_wherever_all_would_seem_well(
    db: Database, scene: Scene, owner: Desk, slug: str, kind: str, reason: str
) -> None:
    if kind != "days":
        look(db, scene)
    look(db, scene, kind, problem=reason)
    days(db, scene)
    mend = re.sub(r"<[^>]+>", "", str(trouble(reason)))
    said = text(owner, slug)
    assert said.count(mend) == 1, "once, at the top"
    assert "Does not work" in said[: said.index(mend)]
    assert "messages arrive here" not in said
    assert "cannot be asked" in text(owner, slug, "")
    assert not health.health(scene.store_id).well


def test_a_shop_that_never_could_be_asked_for_its_orders_is_said_on_the_overview(
    db: Database, scene: Scene, owner: Desk, slug: str
) -> None:
    look(db, scene, "webhooks", looked_at=None, problem="role_missing")
    assert "The shop cannot be asked for all that is needed" in text(owner, slug, "")


def test_before_the_first_comparison_nothing_is_claimed(db: Database, scene: Scene, owner: Desk, slug: str) -> None:
    said = text(owner, slug)
    assert "have not been compared" in said
    assert "known here." not in said.replace("known here yet.", "")


def test_what_was_put_right_is_shown(db: Database, scene: Scene, owner: Desk, slug: str) -> None:
    look(db, scene, "webhooks", memory={"ours": ["1"], "mended_at": app_clock.now().isoformat(), "fault": "moved"})
    assert "messages led to another address. They lead here again." in text(owner, slug)


@pytest.mark.parametrize("locale", ["ar", "fa"])
def test_it_is_said_in_the_other_languages(db: Database, scene: Scene, owner: Desk, slug: str, locale: str) -> None:
    look(db, scene)
    days(db, scene, untold=3, untold_from=app_clock.now() - timedelta(hours=5), untold_until=app_clock.now(), gone=1)
    page = owner.get(f"/s/{slug}/connection?lang={locale}").get_data(as_text=True)
    assert {"ar": "معروفة هنا", "fa": "شناخته شده است"}[locale] in page
