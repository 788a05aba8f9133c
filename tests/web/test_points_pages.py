"""Points on pages: an advocate exchanges them with one tap that counts once; points are never written as money."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.domain.programs import AdvocateReward, InWords, Price, RewardKind
from app.extensions import Database
from app.models import Advocate, LedgerEntry, ProgramVersion, Reward, Store
from app.services import decisions
from tests import factories
from tests.scenes import Scene
from tests.web.conftest import Stand
from tests.web.desks import signed_in
from tests.web.walks import PEOPLE, sign_in, token_in

STARS = AdvocateReward(
    kind=RewardKind.POINTS,
    points=100,
    price=Price(points=50, amount_minor=500),
    gift=InWords(en="stars", ar="نجمة", fa="ستاره"),
)
SCRIPT = re.compile(r"<[^>]+>")


def words(page: TestResponse) -> str:
    """The page's text without its markup."""
    return " ".join(html.unescape(SCRIPT.sub(" ", page.text)).split())


@pytest.fixture
def client(stand: Stand) -> FlaskClient:
    """Lea's browser: she is in a program that pays points, and has none yet."""
    with stand.db.begin() as session:
        version = session.get_one(ProgramVersion, stand.version_id)
        version.rules = replace(version.rules, reward=STARS)
    browser = stand.friend()
    sign_in(stand, browser)
    return browser


def earned(stand: Stand, points: int = 100) -> None:
    """A friend's order has stayed: so many points are in Lea's account."""
    with stand.db.begin() as session:
        store, version = session.get_one(Store, stand.store_id), session.get_one(ProgramVersion, stand.version_id)
        lea = session.scalars(select(Advocate).order_by(Advocate.id.desc())).first()
        assert lea is not None
        attribution = factories.attribution(
            session, factories.order(session, store), factories.claim(session, version, lea)
        )
        given = {"kind": "points", "currency": "PTS", "worth_minor": points, "state": "issued", "reason": "issued"}
        reward = factories.reward(session, attribution, **given)
        factories.entry(session, reward, "issued", "points:1", -points)


def exchange(client: FlaskClient, stand: Stand, **answers: str) -> TestResponse:
    page = client.get("/me", headers=PEOPLE)
    nonce = re.search(r'name="nonce" value="([^"]+)"', page.text)
    given = {"csrf_token": token_in(page), "nonce": nonce[1] if nonce else "none", "coupons": "1"} | answers
    return client.post(f"/me/points/{stand.program_id}", data=given, headers=PEOPLE)


def bought(stand: Stand) -> list[tuple[str, int]]:
    with stand.db.read() as session:
        rows = select(Reward.state, Reward.worth_minor).where(Reward.cause_kind == "redemption")
        return [(state, worth) for state, worth in session.execute(rows)]


@pytest.mark.parametrize(("locale", "balance"), [("en", "100 stars"), ("ar", "١٠٠ نجمة"), ("fa", "۱۰۰ ستاره")])
def test_the_page_says_what_there_is_and_what_it_buys(
    client: FlaskClient, stand: Stand, locale: str, balance: str
) -> None:
    earned(stand)
    page = words(client.get(f"/me?lang={locale}", headers=PEOPLE))
    assert balance in page


def test_too_few_points_say_how_many_are_lacking(client: FlaskClient, stand: Stand) -> None:
    earned(stand, 30)
    page = client.get("/me", headers=PEOPLE)
    assert "20 stars more" in words(page)
    assert 'name="nonce"' not in page.text


def test_a_tap_buys_once_however_often_its_form_arrives(client: FlaskClient, stand: Stand) -> None:
    earned(stand)
    for _ in range(2):
        assert exchange(client, stand, nonce="the-same").location == "/me"
    assert bought(stand) == [("due", 500)]
    page = words(client.get("/me", headers=PEOPLE))
    assert "50 stars" in page
    assert "Exchanged for a coupon -50" in page


def test_several_at_once_make_one_coupon(client: FlaskClient, stand: Stand) -> None:
    earned(stand)
    assert "€10 for 100 stars" in words(client.get("/me", headers=PEOPLE))
    exchange(client, stand, coupons="2")
    assert bought(stand) == [("due", 1000)]


def test_more_than_there_is_is_refused_in_words(client: FlaskClient, stand: Stand) -> None:
    earned(stand)
    answer = exchange(client, stand, coupons="3")
    assert "more than your account holds" in words(client.get(answer.location, headers=PEOPLE))
    assert bought(stand) == []


@pytest.mark.parametrize("wrong", [{"csrf_token": "none"}, {"nonce": ""}, {"nonce": "x" * 65}])
def test_a_form_that_is_none_of_ours_buys_nothing(client: FlaskClient, stand: Stand, wrong: dict[str, str]) -> None:
    earned(stand)
    assert exchange(client, stand, **wrong).status_code == 400
    assert bought(stand) == []


def test_another_shops_program_is_not_found(client: FlaskClient, stand: Stand) -> None:
    earned(stand)
    with stand.db.begin() as session:
        other = factories.program(session, factories.store(session))
        other.rules = replace(other.rules, reward=STARS)
        program_id = other.program_id
    page = client.get("/me", headers=PEOPLE)
    answers = {"csrf_token": token_in(page), "nonce": "n", "coupons": "1"}
    assert client.post(f"/me/points/{program_id}", data=answers, headers=PEOPLE).status_code == 404


def test_who_is_not_signed_in_exchanges_nothing(client: FlaskClient, stand: Stand) -> None:
    earned(stand)
    stranger = stand.friend()
    answer = stranger.post(f"/me/points/{stand.program_id}", data={"nonce": "n", "coupons": "1"}, headers=PEOPLE)
    assert answer.status_code in (303, 400)
    assert bought(stand) == []


def test_the_owner_reads_points_as_points(app: Flask, db: Database, scene: Scene) -> None:
    with db.begin() as session:
        version = session.get_one(ProgramVersion, scene.version_id)
        version.rules = replace(version.rules, reward=STARS)
        decisions.settle(session, scene.store_id, scene.order_ref)
        slug = session.get_one(Store, scene.store_id).slug
        assert session.scalars(select(LedgerEntry.currency)).all() == ["PTS"]
    desk = signed_in(app, scene.account_id)
    assert "Points 100 points 0 points 100 points" in words(desk.get(f"/s/{slug}/ledger"))
    assert ",points,100" in desk.get(f"/s/{slug}/ledger.csv").text
    overview = words(desk.get(f"/s/{slug}/"))
    assert "Owed today €0.00 and 100 points" in overview
    assert "Cost: discounts and rewards €7.50" in overview
    assert "0 stars" in words(desk.get(f"/s/{slug}/people/{scene.person_id}"))
