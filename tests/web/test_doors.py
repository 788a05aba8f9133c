"""The doors of the desks: who comes in, how, and who does not."""

from __future__ import annotations

import pytest
from flask import Flask

from app.extensions import Database
from app.models import Account
from app.services import accounts, teams
from app.web import desk
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.web.desks import HOME, PEOPLE, Desk, csrf_token, signed_in

PASSWORD = "tea in the afternoon"


@pytest.fixture
def browser(app: Flask) -> Desk:
    """A browser in which nobody is signed in."""
    return Desk(app.test_client())


@pytest.fixture
def mina(db: Database) -> int:
    """An owner with a password."""
    answers = accounts.AccountAnswers(name="Mina", email="mina@shop.test", password=PASSWORD, locale="en")
    account_id = accounts.first_account(answers).account_id
    with db.begin() as session:
        factories.store(session, owner=session.get_one(Account, account_id), slug="tea")
    return account_id


def path(url: str) -> str:
    return url.removeprefix(HOME)


def test_setup_link_makes_the_first_account_and_leads_to_connecting(browser: Desk) -> None:
    link = path(accounts.setup_link(HOME))
    answer = browser.post(link, name="Mina", email="mina@shop.test", password=PASSWORD, locale="fa")
    assert (answer.status_code, answer.location) == (302, "/connect")
    assert 'lang="fa"' in browser.get("/desk").text
    assert browser.get(link).location == "/sign-in"


def test_setup_form_says_what_is_wrong_beside_its_field(browser: Desk) -> None:
    page = browser.post(path(accounts.setup_link(HOME)), name="", email="mina", password="short", locale="en")
    for field in ("name", "email", "password"):
        assert f'id="{field}-error"' in page.text
    assert "short" not in page.text.split("password-error")[0].rsplit("<input", 1)[1], "no password is written back"


def test_a_link_that_is_not_ours_is_a_kind_page(browser: Desk) -> None:
    for address in ("/setup/nonsense", "/invitations/nonsense"):
        page = browser.get(address)
        assert page.status_code == 404
        assert "This link is over" in page.text


def test_password_opens_the_desk(browser: Desk, mina: int) -> None:
    answer = browser.post("/sign-in", email="mina@shop.test", password=PASSWORD)
    assert answer.location == "/desk"
    assert browser.get("/desk").location == "/s/tea/"


@pytest.mark.parametrize(("email", "password"), [("mina@shop.test", "not this one"), ("nobody@shop.test", PASSWORD)])
def test_wrong_password_and_unknown_address_look_alike(browser: Desk, mina: int, email: str, password: str) -> None:
    page = browser.post("/sign-in", email=email, password=password)
    assert page.status_code == 422
    assert "do not belong together" in page.text
    assert browser.get("/desk").status_code == 302


def test_signing_in_leads_back_to_the_page_that_was_wanted(browser: Desk, mina: int) -> None:
    to_sign_in = browser.get("/s/tea/?days=7").location
    answer = browser.post(to_sign_in, email="mina@shop.test", password=PASSWORD)
    assert answer.location == "/s/tea/?days=7"


ELSEWHERE = [
    *(
        "https://evil.test/",
        "//evil.test",
        "/\\evil.test",
        "evil",
        "",
        "\\\\evil.test",
        "\t//evil.test",
        " //evil.test",
    ),
    *("/\t/evil.test", "/\n/evil.test", "/\r\n/evil.test", "/\x00/evil.test", "/\x1f/evil.test", "/\t\\evil.test"),
    *("/%09/evil.test", "/%2f/evil.test", "/%2Fevil.test", "/%5Cevil.test", "/%5c%5cevil.test", "/%0d%0a/evil.test"),
    *("/\x7f/evil.test", "/\x85/evil.test", "///evil.test", "/desk\\..\\..\\evil.test"),
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_address_that_may_lead_away_is_none_of_ours(elsewhere: str) -> None:
    assert desk.safe_next(elsewhere) is None


@pytest.mark.parametrize("own", ["/", "/desk", "/s/tea/?days=7", "/s/tea/orders/1 2", "/s/چای/?q=%20x#here"])
def test_own_address_is_led_to(own: str) -> None:
    assert desk.safe_next(own) == own


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "/\\evil.test", "/\t/evil.test"])
def test_signing_in_never_leads_to_another_server(browser: Desk, mina: int, elsewhere: str) -> None:
    answer = browser.client.get("/sign-in", query_string={"next": elsewhere}, headers=PEOPLE)
    token = answer.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    answers = {"csrf_token": token, "email": "mina@shop.test", "password": PASSWORD}
    answer = browser.client.post("/sign-in", query_string={"next": elsewhere}, data=answers)
    assert answer.location == "/desk"


def test_guessing_is_slowed_down(browser: Desk, mina: int) -> None:
    answers = [browser.post("/sign-in", email="mina@shop.test", password="guess") for _ in range(11)]
    assert {answer.status_code for answer in answers[:10]} == {422}
    assert answers[10].status_code == 429


def test_one_time_link_asks_for_a_press_and_works_once(browser: Desk, app: Flask, mina: int) -> None:
    link = path(accounts.one_time_sign_in(HOME, mina))
    assert browser.get(link).status_code == 200
    assert browser.get("/desk").status_code == 302, "looking at the link is not using it"
    assert browser.post(link).location == "/desk"
    again = Desk(app.test_client())
    over = again.get(link)
    assert over.status_code == 404
    assert "This link is over" in over.text, "nobody is shown a button that does nothing"
    answer = again.client.post(link, data={"csrf_token": csrf_token(again.get("/sign-in"))}, headers=PEOPLE)
    assert answer.status_code == 404


def test_one_time_link_ends_earlier_sessions(app: Flask, mina: int) -> None:
    first = signed_in(app, mina)
    signed_in(app, mina)
    assert first.get("/s/tea/").status_code == 302


def test_sign_out_needs_the_form_and_ends_the_session(app: Flask, mina: int) -> None:
    desk = signed_in(app, mina)
    assert desk.client.post("/sign-out", headers=PEOPLE).status_code == 400
    assert desk.post("/sign-out", page="/s/tea/").status_code == 302
    assert desk.get("/s/tea/").status_code == 302


def test_invited_person_joins_with_a_new_account(browser: Desk, db: Database, mina: int) -> None:
    with db.read() as session:
        store_id = session.query(factories.stores.Store.id).scalar()
    link = path(teams.invite(store_id, mina, email="lea@shop.test", role="agent", public_url=HOME))
    answer = browser.post(link, name="Lea", password=PASSWORD, locale="en")
    assert answer.location == "/s/tea/support"
    assert browser.get("/s/tea/support").status_code == 200
    assert browser.get("/s/tea/").status_code == 403, "numbers are the owner's"


def test_known_account_signs_in_before_it_joins(app: Flask, db: Database, mina: int) -> None:
    with db.begin() as session:
        lea = factories.account(session, email="lea@shop.test", password_hash="x").id
        store_id = session.query(factories.stores.Store.id).scalar()
    link = path(teams.invite(store_id, mina, email="lea@shop.test", role="owner", public_url=HOME))
    assert Desk(app.test_client()).get(link).location.startswith("/sign-in?next=/invitations/")
    wrong = signed_in(app, mina)
    assert "another account" in wrong.post(link).text
    # Signing in by a one-time link raises the epoch, which spends older links: an invitation is made anew then.
    desk = signed_in(app, lea)
    link = path(teams.invite(store_id, mina, email="lea@shop.test", role="owner", public_url=HOME))
    assert desk.post(link).location == "/s/tea/"


def test_account_page_changes_name_language_and_password(app: Flask, mina: int) -> None:
    desk = signed_in(app, mina)
    assert desk.post("/account", **{"self-name": "Mina K.", "self-locale": "ar"}).status_code == 302
    assert 'dir="rtl"' in desk.get("/account").text
    answer = desk.post("/account/password", page="/account", new_password="another good one")
    assert answer.status_code == 302, "whoever came by a link need not know the old password"
    assert accounts.sign_in("mina@shop.test", "another good one") is not None


def test_password_is_asked_for_where_it_was_used_to_come_in(browser: Desk, mina: int) -> None:
    browser.post("/sign-in", email="mina@shop.test", password=PASSWORD)
    wrong = {"current_password": "not it", "new_password": "another good one"}
    page = browser.post("/account/password", page="/account", **wrong)
    assert "current_password-error" in page.text
    assert accounts.sign_in("mina@shop.test", PASSWORD) is not None


def test_server_page_is_for_whoever_runs_it(app: Flask, db: Database, mina: int) -> None:
    assert "Leaf &amp; Kettle" in signed_in(app, mina).get("/server").text
    with db.begin() as session:
        other = factories.account(session).id
    assert signed_in(app, other).get("/server").status_code == 404


def test_session_is_over_after_two_weeks(app: Flask, mina: int, clock: FrozenClock) -> None:
    answer = app.test_client().post(path(accounts.one_time_sign_in(HOME, mina)))
    assert answer.status_code == 400  # no token: nothing is signed in
    assert app.permanent_session_lifetime.days == 14
