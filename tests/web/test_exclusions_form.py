"""The owner names goods that do not count as the shop does; the page says what the shop does not have."""

from __future__ import annotations

import pytest
from flask import Flask

from app.extensions import Database
from app.models import Store
from tests import factories, paper_shop
from tests.paper_shop import PaperShop
from tests.road import shop
from tests.scenes import Scene
from tests.web.desks import Desk, signed_in
from tests.web.test_owner_desk import ANSWERS, newest, words

__all__ = ["shop"]  # a fixture: pytest finds it here

LEFT_OUT = {
    "excluded_categories": "Kettles",
    "excluded_products": "little clay kettle\nMug, blue",
    "excluded_roles": "Wholesale، shop_manager",
    "excluded_domains": "@teashop.example",
    "excluded_sale": "y",
}


@pytest.fixture
def desk(app: Flask, db: Database, scene: Scene, shop: PaperShop) -> Desk:
    """The owner at the desk of a connected shop that sells kettles and mugs."""
    shop.names = {"categories": {"20": "Kettles"}, "products": {"2": "Little Clay Kettle", "3": "Mug, blue"}}
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        factories.installation(
            session, store, platform=paper_shop.KEY, credentials=paper_shop.CREDENTIALS, base_url="http://paper.test"
        )
    return signed_in(app, scene.account_id)


@pytest.fixture
def form(db: Database, scene: Scene) -> str:
    """Where the scene's program is changed."""
    with db.read() as session:
        return f"/s/{session.get_one(Store, scene.store_id).slug}/programs/{scene.program_id}/edit"


def test_goods_are_reviewed_and_saved_by_the_shops_own_names(desk: Desk, db: Database, scene: Scene, form: str) -> None:
    review = words(desk.post(form, **ANSWERS, **LEFT_OUT, step="review").text).replace(" ,", ",")
    assert "Goods that do not count none sale items, Kettles, Little Clay Kettle, and Mug, blue" in review
    desk.post(form, **ANSWERS, **LEFT_OUT, step="save")
    excluded = newest(db, scene.program_id).rules.excluded
    assert [(each.ref, each.name) for each in excluded.products] == [("2", "Little Clay Kettle"), ("3", "Mug, blue")]
    assert (excluded.roles, excluded.email_domains) == (("wholesale", "shop_manager"), ("teashop.example",))
    assert "Little Clay Kettle\nMug, blue</textarea>" in desk.get(form).text.replace("\r\n", "\n")


def test_a_preview_asks_the_shop_nothing(desk: Desk, shop: PaperShop, form: str) -> None:
    page = desk.post(form, **ANSWERS, **(LEFT_OUT | {"excluded_products": "Nothing of theirs"}), step="preview")
    assert page.status_code == 200
    assert shop.calls == []


def test_what_the_shop_does_not_have_is_said_at_its_field(desk: Desk, form: str) -> None:
    page = desk.post(form, **ANSWERS, excluded_products="Teapot <b>", step="save")
    assert page.status_code == 422
    assert 'id="excluded_products-error"' in page.text
    assert "nothing called “Teapot &lt;b&gt;”" in words(page.text).replace("“ ", "“").replace(" ”", "”")
    assert "<b>”" not in page.text


@pytest.mark.parametrize("locale", ["ar", "fa"])
def test_they_are_named_in_every_language(desk: Desk, form: str, locale: str) -> None:
    page = desk.post(f"{form}?lang={locale}", **ANSWERS, **LEFT_OUT, step="review")
    assert "Little Clay Kettle" in words(page.text)
