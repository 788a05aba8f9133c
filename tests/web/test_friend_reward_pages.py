"""What a friend gets beside the code, on their own page, in the form and at the desk."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.domain.program_faults import faults
from app.domain.programs import AdvocateReward, InWords, RewardKind
from app.extensions import Database
from app.links.tokens import tokens
from app.models import Claim, Coupon, ProgramVersion, Store
from app.services import decisions
from tests import factories
from tests.scenes import Scene
from tests.web.conftest import Stand
from tests.web.desks import signed_in
from tests.web.walks import PEOPLE

TEA = AdvocateReward(kind=RewardKind.GIFT, gift=InWords(en="a tea box", ar="علبة شاي", fa="یک جعبه چای"))


def words(page: TestResponse) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def promise(session: object, version_id: int) -> None:
    version = session.get_one(ProgramVersion, version_id)  # type: ignore[attr-defined]
    version.rules = replace(version.rules, friend_reward=TEA)


@pytest.mark.parametrize(
    ("locale", "said"),
    [("en", "You also get a tea box"), ("ar", "ولك أيضًا علبة شاي"), ("fa", "یک جعبه چای هم می‌گیرید")],
)
def test_the_offer_and_the_terms_promise_it(stand: Stand, locale: str, said: str) -> None:
    with stand.db.begin() as session:
        promise(session, stand.version_id)
    client = stand.friend()
    assert said in words(stand.open(client, f"{stand.path}?lang={locale}"))
    full = words(client.get(f"/join/{stand.slug}/{stand.program_id}/terms?lang={locale}", headers=PEOPLE))
    assert TEA.gift.said(locale) in full


def test_the_page_of_a_used_code_says_where_it_stands(app: Flask, db: Database, scene: Scene) -> None:
    with db.begin() as session:
        promise(session, scene.version_id)
        decisions.settle(session, scene.store_id, scene.order_ref)
        assert session.get_one(Coupon, session.get_one(Claim, scene.claim_id).coupon_id).state == "used"
    page = app.test_client().get(f"/c/{tokens.claim(scene.claim_id)}", headers=PEOPLE)
    assert "This code has been used" in words(page)
    assert "You also get: a tea box . Your reward is sent on" in words(page)


def test_the_desk_shows_both_sides_of_an_order(app: Flask, db: Database, scene: Scene) -> None:
    with db.begin() as session:
        promise(session, scene.version_id)
        decisions.settle(session, scene.store_id, scene.order_ref)
        slug = session.get_one(Store, scene.store_id).slug
    page = words(signed_in(app, scene.account_id).get(f"/s/{slug}/orders/{scene.order_ref}"))
    assert "For the friend: a tea box On hold" in page
    assert "€10 On hold" in page


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (RewardKind.DONATION, "not_for_friends"),
        (RewardKind.POINTS, "not_for_friends"),
        (RewardKind.FIXED, "not_for_friends"),
        (RewardKind.BANK_CODE, "one_bank"),
    ],
)
def test_what_a_friend_cannot_be_given_is_refused_with_its_reason(kind: RewardKind, fault: str) -> None:
    bank = AdvocateReward(kind=RewardKind.BANK_CODE, gift=InWords(en="a ticket"))
    rules = replace(factories.RULES, reward=bank, friend_reward=AdvocateReward(kind=kind, gift=InWords(en="a ticket")))
    assert fault in {each.reason for each in faults(rules)}


def test_the_owner_reads_it_in_plain_words(app: Flask, db: Database, scene: Scene) -> None:
    with db.begin() as session:
        promise(session, scene.version_id)
        slug = session.get_one(Store, scene.store_id).slug
    page = words(signed_in(app, scene.account_id).get(f"/s/{slug}/programs/{scene.program_id}/edit"))
    assert "The friend also gets a tea box , on the same day as your customer." in page
