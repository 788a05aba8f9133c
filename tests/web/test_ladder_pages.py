"""Tiers and boosts where people meet them: the owner's form and review, the terms, the advocate's page, the agent's."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.programs import AdvocateReward, Boost, RewardKind, Rules, Tier
from app.extensions import Database
from app.models import Attribution, ProgramVersion, Reward, Store
from app.services import decisions
from app.web import terms
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.scenes import Scene
from tests.web.desks import Desk, signed_in
from tests.web.test_owner_desk import ANSWERS, newest, words

TWENTY = AdvocateReward(kind=RewardKind.FIXED, amount_minor=2000)
LADDER = {
    "minimum": "100", "margin_limit": "60",
    "tier2_from": "3", "tier2_kind": "", "tier2_worth": "20", "tier1_from": "۱۰", "tier1_kind": "percent",
    "tier1_worth": "25", "boost1_from": "2026-12-01", "boost1_through": "2026-12-31", "boost1_raise": "150",
}  # fmt: skip


@pytest.fixture
def slug(db: Database, scene: Scene) -> str:
    """The store's name in addresses."""
    with db.read() as session:
        return session.get_one(Store, scene.store_id).slug


@pytest.fixture
def desk(app: Flask, scene: Scene) -> Desk:
    """The owner at the desk."""
    return signed_in(app, scene.account_id)


@pytest.fixture
def december() -> Rules:
    """Ten euros, twenty from the third friend on, and raised in December."""
    boost = Boost(
        starts_at=datetime(2026, 11, 30, 23, tzinfo=UTC), ends_at=datetime(2026, 12, 31, 23, tzinfo=UTC),
        factor_points=15_000,
    )  # fmt: skip
    return replace(factories.RULES, tiers=(Tier(from_rank=3, reward=TWENTY),), boosts=(boost,))


@pytest.fixture
def promising(db: Database, scene: Scene, december: Rules) -> Rules:
    """The scene's program promises it."""
    with db.begin() as session:
        for version in session.scalars(select(ProgramVersion)):
            version.rules = december
    return december


def test_rows_are_saved_in_their_order_with_days_of_the_shops_zone(desk: Desk, db: Database, slug: str) -> None:
    form = f"/s/{slug}/programs/new"
    review = desk.post(form, **(ANSWERS | LADDER), step="review")
    said = re.sub(r"<[^>]+>", "", review.text)
    assert "From friend 3 on: a coupon worth €20. From friend 10 on: a coupon for 25% off." in said
    assert "until 31 December, 23:59 earn 150% of that" in said
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', review.text.split("<main")[1]))
    hidden.pop("csrf_token")
    answer = desk.post(form, **hidden, step="save")
    rules = newest(db, int(answer.location.rsplit("/", 1)[1])).rules
    quarter = AdvocateReward(kind=RewardKind.PERCENT, basis_points=2500)
    assert rules.tiers == (Tier(from_rank=3, reward=TWENTY), Tier(from_rank=10, reward=quarter))
    (boost,) = rules.boosts
    assert boost.starts_at == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert (boost.ends_at, boost.factor_points) == (datetime(2026, 12, 31, 23, tzinfo=UTC), 15_000)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"tier1_from": "1", "tier1_worth": "20"}, "Write a number from 2 to 1,000."),
        ({"tier1_worth": "20"}, "Write a number from 2 to 1,000."),
        ({"tier1_from": "3"}, "Write €0.01 or more."),
        ({"boost1_from": "2026-12-01", "boost1_raise": "200"}, "Choose a day"),
        ({"boost1_from": "soon", "boost1_through": "2026-12-31", "boost1_raise": "200"}, "Choose a day"),
        ({"boost1_from": "2026-12-31", "boost1_through": "2026-12-01", "boost1_raise": "200"}, "not before the first"),
        ({"boost1_from": "2026-12-01", "boost1_through": "2026-12-31", "boost1_raise": "90"}, "from 100.01% to 1,000%"),
        ({"tier1_from": "3", "tier1_worth": "40"}, "Ask for orders from"),
    ],
)
def test_what_cannot_stand_is_marked_with_its_mend(desk: Desk, slug: str, answers: dict[str, str], said: str) -> None:
    page = desk.post(f"/s/{slug}/programs/new", **ANSWERS, **answers, step="review")
    assert page.status_code == 422
    assert said in words(page.text)


def test_r16_friend_reads_what_the_one_who_sent_the_link_may_get(
    app: Flask, december: Rules, clock: FrozenClock
) -> None:
    with app.test_request_context("/"):
        assert "Sara gets a coupon worth €10 (from friend 3 on: a coupon worth €20) too" in plain(december)
        clock.move_to(december.boosts[0].ends_at - timedelta(seconds=1))
        assert "Sara gets a coupon worth €15 (from friend 3 on: a coupon worth €30) too" in plain(december)
        clock.advance(seconds=1)
        assert "a coupon worth €10" in plain(december)


def plain(rules: Rules) -> str:
    return terms.honest_line(rules, "Sara").striptags()


def test_advocate_sees_how_many_friends_it_still_takes(app: Flask, december: Rules, clock: FrozenClock) -> None:
    with app.test_request_context("/"):
        ahead = [line.striptags() for line in terms.ahead(december, 1)]
        assert ahead[0] == "1 more friend until every one after earns a coupon worth €20."
        assert len(terms.ahead(december, 2)) == 1, "the next one earns it: only December is ahead"
        clock.move_to(december.boosts[0].ends_at)
        assert terms.ahead(december, 2) == []


def test_agent_sees_as_which_friend_an_order_counted(
    db: Database, scene: Scene, desk: Desk, slug: str, promising: Rules
) -> None:
    with db.begin() as session:
        decisions.settle(session, scene.store_id, scene.order_ref)
        assert session.scalars(select(Attribution)).one().state == "qualified"
        assert session.scalars(select(Reward)).one().rank == 1
    assert "(friend number 1)" in words(desk.get(f"/s/{slug}/orders/{scene.order_ref}").text)
