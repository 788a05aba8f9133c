"""Short words for what tests of connecting do, and where they look."""

from __future__ import annotations

import re
from html import unescape

import requests
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import Database
from app.languages import LOCALES
from app.models import Account, Coupon, Installation, ProgramVersion, Store
from app.services import installations, shelf
from app.web.install import words as told
from app.worker.loop import run_until_idle
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.engines.tea_shop import TeaShop
from tests.web.desks import Desk

PLATFORM = "woocommerce"
CONNECT = f"/connect/{PLATFORM}"
NOBODY = {"consumer_key": "ck_" + "0" * 40, "consumer_secret": "cs_" + "0" * 40}


def connect(account_id: int, shop: TeaShop, store_id: int | None = None) -> int:
    """The shop is connected with its newest keys; the installation's id."""
    return installations.connect(account_id, PLATFORM, shop.url, shop.keys, "en", store_id)


def installation(db: Database, installation_id: int) -> Installation:
    """The installation as it stands now."""
    with db.read() as session:
        return session.get_one(Installation, installation_id)


def slug(db: Database, store_id: int) -> str:
    """The store's name in addresses."""
    with db.read() as session:
        return session.get_one(Store, store_id).slug


def words(text: str) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", text)))


def work_through(clock: FrozenClock) -> None:
    """What is due is done, and what follows within a minute."""
    for _ in range(4):
        run_until_idle()
        clock.advance(seconds=21)


def live_program(session: Session, store_id: int) -> int:
    """A program of the shop that is live, its shelf about to be filled; its version."""
    version = factories.program(session, session.get_one(Store, store_id))
    shelf.owe_refill(session, version)
    return version.id


def claim_one(db: Database, version_id: int) -> str:
    """A friend holds a code."""
    with db.begin() as session:
        version = session.get_one(ProgramVersion, version_id)
        sara = factories.advocate(session, version, factories.person(session, session.get_one(Store, version.store_id)))
        coupon = session.scalars(select(Coupon).where(Coupon.state == "ready").order_by(Coupon.id)).first()
        assert coupon is not None
        coupon.state = "claimed"
        factories.claim(session, version, sara, coupon=coupon)
        return coupon.code


def buy(shop: TeaShop, number: int) -> None:
    """Somebody ordered and paid a tin of tea."""
    browser = requests.Session()
    browser.trust_env = False
    browser.post(f"{shop.url}/cart/add", data={"product_id": "1"})
    form = {
        "first_name": "Bob", "last_name": "Muster", "email": f"bob{number}@mail.example", "phone": "0612345678",
        "address_1": "Street 1", "city": "Utrecht", "postcode": "3511AA", "country": "NL", "payment_method": "card",
    }  # fmt: skip
    answer = browser.post(f"{shop.url}/checkout/", data=form, allow_redirects=False)
    assert answer.status_code == 303
    browser.close()


def explained(desk: Desk, app: Flask, db: Database, reason: str, detail: str = "", **form: str) -> None:
    """The form is refused with the words for `reason`, whole and in every language, and nothing is kept."""
    said = set()
    for locale in LOCALES:
        with db.begin() as session:
            session.query(Account).update({"locale": locale})
        page = desk.post(CONNECT, **form)
        assert page.status_code == 422
        with app.test_request_context(f"/?lang={locale}"):
            expected = str(told.trouble(reason, detail))
        assert expected in page.text, re.findall(r'class="alert[^>]*>(.*?)</div>', page.text)
        said.add(unescape(expected))
    assert len(said) == len(LOCALES)
    assert reason in told.TROUBLE or reason.startswith("server_error_")
    with db.read() as session:
        assert session.query(Installation).count() == 0
