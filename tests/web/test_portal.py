"""What an advocate sees, and how long they stay signed in."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.models import Advocate, Mail, Person, ProgramVersion, Visit
from app.queries.offers import first_name
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.web.conftest import Stand
from tests.web.walks import PEOPLE, join, mailed_path, sign_in, token_in


def test_without_a_session_the_page_says_how_to_come_back(stand: Stand) -> None:
    client = stand.friend()
    answer = client.get("/me", headers=PEOPLE)
    assert answer.status_code == 303
    assert "There is no password" in client.get(answer.location, headers=PEOPLE).text


def test_the_session_lasts_ninety_days_from_the_last_visit(stand: Stand, clock: FrozenClock) -> None:
    client = stand.friend()
    assert "Hello Lea" in sign_in(stand, client).text
    cookie = client.get_cookie("goodword_me", path="/me")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.max_age == timedelta(days=90).total_seconds()
    old = cookie.value
    clock.advance(days=80)
    client.set_cookie("goodword_me", old, path="/me")
    assert client.get("/me", headers=PEOPLE).status_code == 200  # and renews itself
    clock.advance(days=80)
    assert client.get("/me", headers=PEOPLE).status_code == 200
    client.set_cookie("goodword_me", old, path="/me")
    assert client.get("/me", headers=PEOPLE).status_code == 303


def test_erasing_a_person_ends_their_session(stand: Stand, clock: FrozenClock) -> None:
    client = stand.friend()
    sign_in(stand, client)
    with stand.db.begin() as session:
        session.get_one(Person, stand.rows(Person)[-1].id).erased_at = clock.now  # type: ignore[attr-defined]
    assert client.get("/me", headers=PEOPLE).status_code == 303


def test_signing_out_forgets(stand: Stand) -> None:
    client = stand.friend()
    page = sign_in(stand, client)
    client.post("/me/sign-out", data={"csrf_token": token_in(page)}, headers=PEOPLE)
    assert client.get("/me", headers=PEOPLE).status_code == 303


def test_the_page_shares_the_link_honestly_on_every_channel(stand: Stand) -> None:
    text = html.unescape(sign_in(stand, stand.friend()).text)
    link = re.search(r'value="(http://refer\.test/r/[^"]+)"', text)
    assert link
    for beginning in (
        "https://wa.me/",
        "https://t.me/",
        "https://x.com/",
        "https://www.facebook.com/",
        "mailto:",
        "sms:",
    ):
        assert f'href="{beginning}' in text
    assert "I get a coupon worth €10 too" in text  # R16
    assert "c%3Dwa" in text


@pytest.mark.parametrize("lang", ["en", "ar", "fa"])
def test_r16_the_prepared_text_is_honest_in_every_language(stand: Stand, lang: str) -> None:
    client = stand.friend()
    sign_in(stand, client)
    text = client.get(f"/me?lang={lang}", headers=PEOPLE).text
    quoted = re.search(r"<blockquote[^>]*>(.*?)</blockquote>", text, re.DOTALL)
    assert quoted
    assert {"en": "€10", "ar": "١٠", "fa": "۱۰"}[lang] in quoted[1]


def sara(stand: Stand) -> FlaskClient:
    """Sara's browser, signed in."""
    client = stand.friend()
    with stand.db.read() as session:
        email = session.get_one(Person, stand.person_id).email
    sign_in(stand, client, email or "")
    return client


def test_r14_friends_are_told_without_anything_personal(stand: Stand) -> None:
    with stand.db.begin() as session:
        version = session.get_one(ProgramVersion, stand.version_id)
        advocate = session.get_one(Advocate, stand.advocate_id)
        store = factories.store(session)  # another shop, so that nothing is mixed up
        assert store.id != stand.store_id
        friend = factories.person(session, session.get_one(type(store), stand.store_id), name="Karim Alavi")
        claim = factories.claim(session, version, advocate, person_id=friend.id)
        order = factories.order(session, session.get_one(type(store), stand.store_id))
        factories.reward(session, factories.attribution(session, order, claim))
    text = sara(stand).get("/me", headers=PEOPLE).text
    assert "Karim" in text
    assert "Alavi" not in text
    assert "@" not in re.sub(r"<[^>]+>", "", text).replace("sara", "")
    assert "Your reward is sent on" in text
    assert "1 April" in text  # paid on 2 March, thirty days


def test_each_state_of_a_friend_has_its_words(stand: Stand, clock: FrozenClock) -> None:
    with stand.db.begin() as session:
        version = session.get_one(ProgramVersion, stand.version_id)
        advocate = session.get_one(Advocate, stand.advocate_id)
        factories.claim(session, version, advocate, claimed_at=clock.now, expires_at=clock.now + timedelta(days=14))
        factories.claim(session, version, advocate, claimed_at=clock.now, expires_at=clock.now - timedelta(days=1))
    text = sara(stand).get("/me", headers=PEOPLE).text
    assert "it is good through" in text
    assert "it ran out unused" in text


def test_a_reward_shows_its_code_only_once_it_was_sent(stand: Stand) -> None:
    with stand.db.begin() as session:
        version = session.get_one(ProgramVersion, stand.version_id)
        claim = factories.claim(session, version, session.get_one(Advocate, stand.advocate_id))
        from app.models import Store

        order = factories.order(session, session.get_one(Store, stand.store_id))
        coupon = factories.coupon(session, version, purpose="reward", state="planned")
        reward = factories.reward(session, factories.attribution(session, order, claim), coupon_id=coupon.id)
        reward_id, code = reward.id, coupon.code
    shown = f"<span>{code[:3]}</span><span>{code[3:6]}</span>"
    client = sara(stand)
    assert shown not in client.get("/me", headers=PEOPLE).text
    with stand.db.begin() as session:
        from app.models import Reward

        reward = session.get_one(Reward, reward_id)
        reward.state, reward.issued_at = "issued", reward.created_at
    assert shown in client.get("/me", headers=PEOPLE).text


def test_the_printed_card_carries_the_link_as_a_picture(stand: Stand) -> None:
    text = sara(stand).get(f"/me/card/{stand.program_id}", headers=PEOPLE).text
    assert "<svg" in text
    assert "http://refer.test/r/" in text
    assert stand.friend().get(f"/me/card/{stand.program_id}", headers=PEOPLE).status_code == 303


def test_visits_are_counted_on_the_page(stand: Stand) -> None:
    for _ in range(2):
        stand.open(stand.friend())
    assert len(stand.rows(Visit)) == 2
    assert "opened 2 times" in sara(stand).get("/me", headers=PEOPLE).text


def test_the_chosen_language_is_kept(stand: Stand) -> None:
    client = sara(stand)
    page = client.get("/me", headers=PEOPLE)
    client.post("/me/language", data={"csrf_token": token_in(page), "locale": "fa"}, headers=PEOPLE)
    assert '<html lang="fa" dir="rtl">' in client.get("/me", headers=PEOPLE).text


def test_first_names_are_all_that_stands_on_public_pages() -> None:
    assert [first_name(each) for each in ("Sara Mahdavi", " سارا  مهدوی", "", None, "  ")] == [
        "Sara",
        "سارا",
        None,
        None,
        None,
    ]


# --- the outbox of development ---


def test_the_outbox_shows_mails_whose_links_can_be_clicked(stand: Stand) -> None:
    client = stand.friend()
    join(stand, client, "lea@mail.shop")
    text = client.get("/outbox", headers=PEOPLE).text
    assert f'href="http://refer.test{html.escape(mailed_path(stand))}"' in text
    (mail,) = stand.rows(Mail)
    assert "Make my link" in client.get(f"/outbox/{mail.id}", headers=PEOPLE).text  # type: ignore[attr-defined]


def test_nobody_reads_mail_on_a_real_server(stand: Stand) -> None:
    from dataclasses import replace

    stand.app.config["GOODWORD"] = replace(stand.app.config["GOODWORD"], mode="production")
    assert stand.friend().get("/outbox", headers=PEOPLE).status_code == 404
