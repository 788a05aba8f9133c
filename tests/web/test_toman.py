"""A shop that counts in toman: every amount is shown and typed as the shop has it, and kept in rials."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.programs import AdvocateReward, FriendOffer, OfferKind, RewardKind
from app.extensions import Database
from app.models import Mail, ProgramVersion
from app.services import decisions, mail
from tests import factories
from tests.web.conftest import Stand
from tests.web.desks import Desk, signed_in
from tests.web.walks import sign_in

TOMAN = 1000  # in the minor units of the rial
RULES = replace(
    factories.RULES,
    currency="IRR",
    friend=FriendOffer(kind=OfferKind.FIXED, amount_minor=50_000 * TOMAN),
    reward=AdvocateReward(kind=RewardKind.FIXED, amount_minor=30_000 * TOMAN, minimum_minor=90_000 * TOMAN),
    minimum_minor=250_000 * TOMAN,
)
FRIEND = {"en": "50,000 toman", "ar": "٥٠٬٠٠٠ تومان", "fa": "۵۰٬۰۰۰ تومان"}
REWARD = {"en": "30,000 toman", "ar": "٣٠٬٠٠٠ تومان", "fa": "۳۰٬۰۰۰ تومان"}
MINIMUM = {"en": "250,000 toman", "ar": "٢٥٠٬٠٠٠ تومان", "fa": "۲۵۰٬۰۰۰ تومان"}
TOTAL = {"en": "400,000 toman", "ar": "٤٠٠٬٠٠٠ تومان", "fa": "۴۰۰٬۰۰۰ تومان"}
RIAL = re.compile(r"IRR|ریال|ريال|rial")
LOCALES = pytest.mark.parametrize("locale", ["en", "ar", "fa"])
pytestmark = pytest.mark.engines("sqlite")


def text_of(page: str) -> str:
    """What a page says, with plain spaces and without marks of direction."""
    text = unescape(re.sub(r"<[^>]+>", "", page)).replace("\xa0", " ")
    return "".join(letter for letter in text if letter not in "\u200e\u200f\u061c\u2068\u2069")


@pytest.fixture
def shop(app: Flask, db: Database) -> Stand:
    """A shop in Tehran with a program whose order has come and been decided."""
    with db.begin() as session:
        owner = factories.account(session)
        store = factories.store(session, owner=owner, currency="IRR", shown_currency="IRT", timezone="Asia/Tehran")
        version = factories.program(session, store, RULES)
        sara = factories.person(session, store)
        advocate = factories.advocate(session, version, sara)
        handed = factories.coupon(session, version, state="claimed", kind="fixed", amount_minor=50_000 * TOMAN)
        factories.claim(session, version, advocate, coupon=handed)
        amounts = {"total_minor": 400_000 * TOMAN, "base_minor": 400_000 * TOMAN, "currency": "IRR"}
        order = factories.order_with_code(session, store, handed.code, **amounts)
        decisions.settle(session, store.id, order.order_ref)
        made = Stand(app, db, store.id, store.slug, version.program_id, version.id, advocate.id, sara.id)
        made.owner, made.order_ref = owner.id, order.order_ref  # type: ignore[attr-defined]
    return made


@pytest.fixture
def desk(app: Flask, shop: Stand) -> Desk:
    """The owner at the desk."""
    return signed_in(app, shop.owner)  # type: ignore[attr-defined,no-any-return]


@LOCALES
def test_friend_and_terms_speak_of_toman(shop: Stand, locale: str) -> None:
    offer = text_of(shop.open(shop.friend(), f"{shop.path}?lang={locale}").text)
    terms = text_of(shop.open(shop.friend(), f"/join/{shop.slug}/{shop.program_id}/terms?lang={locale}").text)
    for page in (offer, terms):
        assert FRIEND[locale] in page
        assert REWARD[locale] in page
        assert MINIMUM[locale] in page
        assert not RIAL.search(page)


def test_oddity_toman_is_what_the_advocate_sees(shop: Stand) -> None:
    page = text_of(sign_in(shop, shop.friend()).text)
    assert REWARD["en"] in page
    assert not RIAL.search(page)


@LOCALES
def test_owner_and_support_see_toman(shop: Stand, desk: Desk, locale: str) -> None:
    at = f"/s/{shop.slug}"
    pages = {
        f"{at}/programs/{shop.program_id}": MINIMUM[locale],
        f"{at}/programs": FRIEND[locale],
        f"{at}/": TOTAL[locale],
        f"{at}/ledger": REWARD[locale],
        f"{at}/orders/{shop.order_ref}": TOTAL[locale],  # type: ignore[attr-defined]
        f"{at}/people/{shop.person_id}": REWARD[locale],
    }
    for address, amount in pages.items():
        page = text_of(desk.get(f"{address}?lang={locale}").text)
        assert amount in page, address
        assert not RIAL.search(page), address


def test_the_ledgers_file_counts_in_toman(shop: Stand, desk: Desk) -> None:
    lines = csv.DictReader(io.StringIO(desk.get(f"/s/{shop.slug}/ledger.csv").text.removeprefix("\ufeff")))
    assert [(line["Currency"], line["Amount"]) for line in lines] == [("IRT", "30000.00")]


@LOCALES
def test_mail_about_a_reward_speaks_of_toman(shop: Stand, db: Database, locale: str) -> None:
    with db.begin() as session:
        reward = factories.coupon(
            session,
            session.get_one(ProgramVersion, shop.version_id),
            purpose="reward",
            kind="fixed",
            amount_minor=30_000 * TOMAN,
            minimum_minor=250_000 * TOMAN,
            currency="IRR",
        )
        mail.owe_mail(
            session, shop.store_id, shop.person_id, "reward_issued", "1", locale, address="http://x.test", coupon=reward
        )
        text = text_of(session.scalars(select(Mail.text)).one() or "")
    assert REWARD[locale] in text
    assert MINIMUM[locale] in text
    assert not RIAL.search(text)


@LOCALES
def test_amounts_are_typed_in_toman_and_kept_in_rials(shop: Stand, desk: Desk, db: Database, locale: str) -> None:
    address = f"/s/{shop.slug}/programs/{shop.program_id}/edit"
    page = desk.get(f"{address}?lang={locale}").text
    assert re.search(r'name="friend_amount"[^>]*value="50000"', page)
    assert re.search(r'name="reward_minimum"[^>]*value="90000"', page)
    assert not RIAL.search(text_of(page))
    answers = {
        "name": "Tea", "friend_kind": "fixed", "friend_amount": "۶۰٬۰۰۰", "minimum": "250000", "friend_days": "14",
        "new_customers_only": "y", "reward_kind": "fixed", "reward_amount": "30,000", "reward_days": "180",
        "trigger": "paid", "hold_days": "30", "window_days": "30", "approval": "never", "unproven": "ask",
        "budget_period": "whole", "margin_limit": "50",
    }  # fmt: skip
    assert desk.post(address, step="save", **answers).status_code == 302
    with db.read() as session:
        rules = session.scalars(select(ProgramVersion.rules).order_by(ProgramVersion.number.desc())).first()
    assert rules is not None
    assert (rules.currency, rules.friend.amount_minor) == ("IRR", 60_000 * TOMAN)
    assert (rules.reward.amount_minor, rules.minimum_minor) == (30_000 * TOMAN, 250_000 * TOMAN)


@LOCALES
def test_what_is_too_much_is_said_in_toman(shop: Stand, desk: Desk, locale: str) -> None:
    address = f"/s/{shop.slug}/programs/{shop.program_id}/edit"
    answers = {
        "name": "Tea", "friend_kind": "fixed", "friend_amount": "60000", "minimum": "70000", "friend_days": "14",
        "reward_kind": "fixed", "reward_amount": "30000", "reward_days": "180", "trigger": "paid", "hold_days": "30",
        "window_days": "30", "approval": "never", "unproven": "ask", "budget_period": "whole", "margin_limit": "50",
    }  # fmt: skip
    page = desk.post(f"{address}?lang={locale}", step="save", **answers)
    assert page.status_code == 422
    least = {"en": "180,000 toman", "ar": "١٨٠٬٠٠٠ تومان", "fa": "۱۸۰٬۰۰۰ تومان"}[locale]
    assert least in text_of(page.text)
