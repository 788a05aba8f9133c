"""Credit, gift cards and tags: the owner's form, where a platform has none, and what an advocate reads."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.domain.programs import AdvocateReward, InWords, RewardKind
from app.extensions import Database
from app.models import Store
from app.web import rewards, terms
from app.web.owner import summary
from integrations import registry
from tests import factories, paper_shop
from tests.paper_shop import PaperShop
from tests.road import road, rules, shop
from tests.scenes import Scene
from tests.web.desks import Desk, signed_in
from tests.web.test_owner_desk import ANSWERS, newest, words

__all__ = ["road", "rules", "shop"]  # fixtures: pytest finds them here

TAG = {"reward_kind": "tag", "reward_tag": " tea-club ", "reward_gift_en": "a place in our tea club"}


@pytest.fixture
def desk(app: Flask, db: Database, scene: Scene, shop: PaperShop) -> Desk:
    """The owner at the desk of a connected shop that keeps credit, gift cards and tags."""
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


@pytest.mark.parametrize("kind", ["store_credit", "gift_card"])
def test_a_sum_that_the_shop_keeps_is_saved_with_its_amount(
    desk: Desk, db: Database, scene: Scene, form: str, kind: str
) -> None:
    desk.post(form, **(ANSWERS | {"reward_kind": kind, "reward_amount": "7.50"}), step="save")
    reward = newest(db, scene.program_id).rules.reward
    assert (reward.kind, reward.amount_minor) == (RewardKind(kind), 750)


def test_a_tag_is_saved_with_what_it_brings(desk: Desk, db: Database, scene: Scene, form: str) -> None:
    desk.post(form, **(ANSWERS | TAG), step="save")
    reward = newest(db, scene.program_id).rules.reward
    assert (reward.tag, reward.gift.en) == ("tea-club", "a place in our tea club")
    assert 'value="tea-club"' in desk.get(form).text


@pytest.mark.parametrize("tag", ["", "tea, club"])
def test_a_tag_that_no_shop_could_keep_is_asked_for_again(desk: Desk, form: str, tag: str) -> None:
    page = desk.post(form, **(ANSWERS | TAG | {"reward_tag": tag}), step="preview")
    assert page.status_code == 422
    assert 'id="reward_tag-error"' in page.text


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "This shop’s platform keeps no credit for its customers."),
        ("ar", "منصة هذا المتجر لا تحفظ رصيدًا لعملائها."),
        ("fa", "سکوی این فروشگاه برای مشتریانش اعتبار نگه نمی‌دارد."),
    ],
)
def test_a_platform_without_credit_says_so_at_the_field(
    desk: Desk, shop: PaperShop, form: str, monkeypatch: pytest.MonkeyPatch, locale: str, said: str
) -> None:
    monkeypatch.setitem(registry.BY_KEY, paper_shop.KEY, replace(paper_shop.platform(shop), store_credit=None))
    page = desk.post(f"{form}?lang={locale}", **(ANSWERS | {"reward_kind": "store_credit"}), step="preview")
    assert page.status_code == 422
    assert said in page.text
    assert 'id="reward_kind-error"' in page.text


def test_the_tea_shop_keeps_none_of_them() -> None:
    """WooCommerce has no credit, gift cards or tags of its own."""
    platform = registry.BY_KEY["woocommerce"]
    assert (platform.store_credit, platform.gift_cards, platform.tags) == (None, None, None)


@pytest.mark.parametrize(
    ("reward", "promised", "given"),
    [
        (
            AdvocateReward(kind=RewardKind.STORE_CREDIT, amount_minor=1000),
            "€10 of credit at the shop",
            "into your account at the shop",
        ),
        (AdvocateReward(kind=RewardKind.GIFT_CARD, amount_minor=1000), "a gift card worth €10", "its code stands"),
        (
            AdvocateReward(kind=RewardKind.TAG, tag="club", gift=InWords(en="a place in our tea club")),
            "a place in our tea club",
            "into your account at the shop",
        ),
    ],
    ids=["credit", "card", "tag"],
)
def test_terms_say_what_it_is_and_how_it_comes(app: Flask, reward: AdvocateReward, promised: str, given: str) -> None:
    program = replace(factories.RULES, reward=reward)
    with app.test_request_context("/"):
        assert promised in words(str(rewards.reward_words(program)))
        lines = words(" ".join(str(line) for section in terms.sections(program) for line in section.lines))
        assert "no coupon" in words(" ".join(str(line.words) for line in summary.lines(program)))
    assert given in lines
    assert "what was used is settled with later rewards" in lines
