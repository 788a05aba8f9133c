"""The owner gives a product for free, named as in the shop; friend, advocate and support read what it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.domain.programs import AdvocateReward, FriendOffer, Named, OfferKind, RewardKind
from app.extensions import Database
from app.models import Store
from app.web import terms
from app.web.owner import earnings
from integrations import registry
from tests import factories, paper_shop
from tests.paper_shop import PaperShop
from tests.road import shop
from tests.scenes import Scene
from tests.web.desks import Desk, signed_in
from tests.web.test_owner_desk import ANSWERS, newest, words

__all__ = ["shop"]  # a fixture: pytest finds it here

GIVEN = ANSWERS | {
    "friend_kind": "free_product",
    "friend_product": "sencha",
    "friend_not_on_sale": "y",
    "reward_kind": "free_product",
    "reward_product": "Clay Kettle",
    "tier1_from": "3",
    "tier1_kind": "free_product",
    "tier1_product": "Mug",
}


@pytest.fixture
def desk(app: Flask, db: Database, scene: Scene, shop: PaperShop) -> Desk:
    """The owner at the desk of a connected shop that sells tea, kettles and mugs."""
    shop.names["products"] = {"12": "Sencha", "20": "Clay Kettle", "31": "Mug"}
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


def test_products_are_saved_by_the_shops_own_names_and_shown_again(
    desk: Desk, db: Database, scene: Scene, form: str
) -> None:
    desk.post(form, **GIVEN, step="save")
    rules = newest(db, scene.program_id).rules
    assert (rules.friend.product, rules.reward.product) == (Named("12", "Sencha"), Named("20", "Clay Kettle"))
    assert rules.tiers[0].reward.product == Named("31", "Mug")
    assert not rules.friend.excludes_sale_items  # a gift on sale is a gift all the same
    page = desk.get(form).text
    assert [f'value="{name}"' in page for name in ("Sencha", "Clay Kettle", "Mug")] == [True] * 3


def test_a_product_that_is_not_named_is_asked_for_at_its_field(desk: Desk, form: str) -> None:
    page = desk.post(form, **(GIVEN | {"reward_product": " "}), step="preview")
    assert page.status_code == 422
    assert 'id="reward_product-error"' in page.text


def test_a_product_that_the_shop_has_not_is_said_at_its_field(desk: Desk, form: str) -> None:
    page = desk.post(form, **(GIVEN | {"tier1_product": "Teapot"}), step="save")
    assert page.status_code == 422
    assert 'id="tier1_product-error"' in page.text


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "This shop’s platform does not tell us its products"),
        ("ar", "منصة هذا المتجر لا تُطلعنا على منتجاته"),
        ("fa", "سکوی این فروشگاه کالاهایش را به ما نمی‌گوید"),
    ],
)
def test_what_the_platform_cannot_do_is_said_at_each_field(
    desk: Desk, shop: PaperShop, form: str, monkeypatch: pytest.MonkeyPatch, locale: str, said: str
) -> None:
    monkeypatch.setitem(registry.BY_KEY, paper_shop.KEY, replace(paper_shop.platform(shop), catalogue=None))
    page = desk.post(f"{form}?lang={locale}", **GIVEN, step="preview")
    assert page.status_code == 422
    assert page.text.count(said) == 3
    assert all(f'id="{name}-error"' in page.text for name in ("friend_kind", "reward_kind", "tier1_kind"))


def test_friend_and_advocate_read_what_it_is_and_that_they_take_it_themselves(app: Flask) -> None:
    rules = replace(
        factories.RULES,
        friend=FriendOffer(kind=OfferKind.FREE_PRODUCT, product=Named("12", "Sencha")),
        reward=AdvocateReward(kind=RewardKind.FREE_PRODUCT, product=Named("20", "<b>Kettle")),
    )
    with app.test_request_context("/"):
        friend = words(" ".join(map(str, [terms.headline(rules), *terms.friend_terms(rules)])))
        advocate = words(" ".join(str(line) for section in terms.sections(rules) for line in section.lines))
        figures = words(str(earnings.of(rules).based_on))
    assert friend.startswith("Sencha for free")
    assert "Put Sencha into the basket yourself" in friend
    assert "a coupon for a free &lt;b&gt;Kettle" in advocate
    assert "You put &lt;b&gt;Kettle into the basket yourself" in advocate
    assert figures.endswith("not in these figures: Sencha, &lt;b&gt;Kettle .") or "Sencha" in figures
