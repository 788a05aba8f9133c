"""Joining a program by its own page and by mail (R17), and a code by mail where a limit was reached (R12)."""

from __future__ import annotations

import re

import pytest

from app.models import Advocate, Claim, Mail, Person, SignInLink
from app.services import sign_in as sign_in_service
from tests.engines.frozen import FrozenClock
from tests.web.conftest import Stand, code_on
from tests.web.walks import PEOPLE, join, mailed_path, sign_in, tap, token_in


def test_r17_the_programs_page_explains_itself_and_lets_anybody_join(stand: Stand) -> None:
    text = stand.friend().get(f"/join/{stand.slug}", headers=PEOPLE).text
    assert "Your friend gets <bdi>15%</bdi> off on the first order" in text
    assert "you get a coupon worth <bdi>€10</bdi>" in text
    assert "30 days after the order has arrived" in text


def test_r17_nobody_is_enrolled_before_they_tap_the_mailed_button(stand: Stand) -> None:
    client = stand.friend()
    assert "Look into your inbox" in join(stand, client, "lea@mail.shop").text
    assert len(stand.rows(Advocate)) == 1
    page = client.get(mailed_path(stand), headers=PEOPLE)
    assert "Make my link" in page.text
    assert len(stand.rows(Advocate)) == 1  # opening is not tapping
    assert tap(client, mailed_path(stand)).location.startswith("/me")
    assert len(stand.rows(Advocate)) == 2


def test_the_answer_is_the_same_for_the_known_and_the_unknown(stand: Stand) -> None:
    with stand.db.read() as session:
        known = session.get_one(Person, stand.person_id).email
    answers = [join(stand, stand.friend(), email or "") for email in (known, "new@mail.shop")]
    assert answers[0].text == answers[1].text
    assert [mail.template for mail in stand.rows(Mail)] == ["sign_in", "join"]  # type: ignore[attr-defined]


def test_joining_twice_is_joining_once(stand: Stand) -> None:
    for _ in range(2):
        sign_in(stand, stand.friend())
    assert len(stand.rows(Advocate)) == 2


def test_a_mailed_link_works_once_and_for_half_an_hour(stand: Stand, clock: FrozenClock) -> None:
    client = stand.friend()
    join(stand, client, "lea@mail.shop")
    path = mailed_path(stand)
    page = client.get(path, headers=PEOPLE)
    assert client.post(path, data={"csrf_token": token_in(page)}, headers=PEOPLE).status_code == 302 + 1
    assert client.post(path, data={"csrf_token": token_in(page)}, headers=PEOPLE).status_code == 410
    assert client.get(path, headers=PEOPLE).status_code == 410
    join(stand, client, "lea@mail.shop")
    path = mailed_path(stand)
    clock.advance(minutes=31)
    assert "has done its work" in client.get(path, headers=PEOPLE).text


@pytest.mark.parametrize("minutes", [0, 31, 60 * 24 * 400])
def test_a_mailed_link_that_is_over_leads_to_where_a_new_one_is_asked_for(
    stand: Stand, clock: FrozenClock, minutes: int
) -> None:
    client = stand.friend()
    join(stand, client, "lea@mail.shop")
    path = mailed_path(stand)
    tap(client, path)
    clock.advance(minutes=minutes)
    page = client.get(path, headers=PEOPLE)
    assert page.status_code == 410
    assert f'href="/join/{stand.slug}/{stand.program_id}' in page.text
    assert "Leaf &amp; Kettle" in page.text, "it is the shop's page, not a stranger's"


def test_a_mailed_code_link_that_is_over_leads_back_to_the_offer(stand: Stand, clock: FrozenClock) -> None:
    sign_in_service.ask_for_code(stand.link, "omar@mail.shop", "en")
    clock.advance(minutes=31)
    page = stand.friend().get(mailed_path(stand), headers=PEOPLE)
    assert page.status_code == 410
    assert f'href="{stand.path}?lang=en"' in page.text


def test_a_link_that_is_nobodys_leads_nowhere(stand: Stand) -> None:
    page = stand.friend().get("/m/nonsense", headers=PEOPLE)
    assert page.status_code == 410
    assert "/join/" not in page.text


def test_whoever_writes_beside_anothers_address_does_not_name_them(stand: Stand) -> None:
    client = stand.friend()
    join(stand, client, "lea@mail.shop", name="Somebody Rude")
    join(stand, client, "lea@mail.shop", name="Lea")
    assert "Hello Lea" in client.get(tap(client, mailed_path(stand)).location, headers=PEOPLE).text
    join(stand, client, "lea@mail.shop", name="Somebody Rude")
    assert "Hello Lea" in client.get("/me", headers=PEOPLE).text, "her address is confirmed: her name stays"


def test_a_name_turns_no_sentence_around(stand: Stand) -> None:
    client = stand.friend()
    join(stand, client, "lea@mail.shop", name="\u202eLea\u2067 \x07علی‌رضا")
    assert "Hello Lea" in client.get(tap(client, mailed_path(stand)).location, headers=PEOPLE).text
    (name,) = [each.name for each in stand.rows(Person) if each.email == "lea@mail.shop"]  # type: ignore[attr-defined]
    assert name == "Lea علی‌رضا", "the joiner inside a Persian name is a letter's form, not a trick"


def test_a_wrong_address_is_told_beside_its_field(stand: Stand) -> None:
    answer = join(stand, stand.friend(), "lea@")
    assert 'aria-invalid="true"' in answer.text
    assert re.search(r'aria-describedby="email-hint email-error"', answer.text)
    assert stand.rows(SignInLink) == []


def test_a_form_from_elsewhere_makes_no_mail(stand: Stand) -> None:
    answer = stand.friend().post(f"/join/{stand.slug}", data={"email": "lea@mail.shop"}, headers=PEOPLE)
    assert stand.rows(Mail) == []
    assert answer.status_code in (200, 400)


def test_one_address_gets_no_more_than_a_few_mails(stand: Stand) -> None:
    answers = [join(stand, stand.friend(), "lea@mail.shop").text for _ in range(7)]
    assert len(stand.rows(Mail)) == 5
    assert len(set(answers)) == 1


def test_a_paused_program_takes_nobody_in(stand: Stand) -> None:
    stand.become("paused")
    assert "taking a break" in stand.friend().get(f"/join/{stand.slug}", headers=PEOPLE).text


@pytest.mark.parametrize("path", ["/join/no-such-shop", "/join/no-such-shop/terms"])
def test_an_unknown_shop_is_unknown(stand: Stand, path: str) -> None:
    assert stand.friend().get(path, headers=PEOPLE).status_code == 404


def test_a_shop_without_a_program_leads_to_the_shop(stand: Stand) -> None:
    stand.become("ended")
    assert 'href="https://tea.test/"' in stand.friend().get(f"/join/{stand.slug}", headers=PEOPLE).text


def test_r16_the_terms_are_made_from_the_rules(stand: Stand) -> None:
    text = stand.friend().get(f"/join/{stand.slug}/terms", headers=PEOPLE).text
    for promise in ("<bdi>15%</bdi> off", "<bdi>€30</bdi>", "180 days", "Nobody is ever charged"):
        assert promise in text


# --- an address instead of a limit ---


def test_r12_past_the_limit_a_mailed_button_gives_the_code(stand: Stand) -> None:
    friend = stand.friend()
    for _ in range(10):
        stand.tap(stand.friend())
    stand.fill(2)
    nonce = stand.nonce(stand.tap(friend))
    answer = friend.post(f"{stand.path}/address", data={"nonce": nonce, "email": "kim@mail.shop"}, headers=PEOPLE)
    assert "Look into your inbox" in answer.text
    shown = friend.get(tap(friend, mailed_path(stand)).location, headers=PEOPLE)
    claim = stand.claims()[-1]
    assert code_on(shown.text) == stand.coupon(claim.coupon_id).code
    assert claim.verified_at is not None
    assert claim.person_id is not None


def test_asking_again_gives_the_same_persons_code_again(stand: Stand) -> None:
    for _ in range(10):
        stand.tap(stand.friend())
    stand.fill(2)
    codes = set()
    for _ in range(2):
        friend = stand.friend()
        nonce = stand.nonce(stand.tap(friend))
        friend.post(f"{stand.path}/address", data={"nonce": nonce, "email": "kim@mail.shop"}, headers=PEOPLE)
        codes.add(code_on(friend.get(tap(friend, mailed_path(stand)).location, headers=PEOPLE).text))
    assert len(codes) == 1


def test_r15_a_friend_is_mailed_only_when_they_ask(stand: Stand) -> None:
    friend = stand.friend()
    code = code_on(stand.tap(friend).text)
    assert stand.rows(Mail) == []
    (claim,) = stand.claims()
    path = f"{re.search(r'/c/[^/]+', friend.get(stand.path, headers=PEOPLE).location)[0]}/mail"  # type: ignore[index]
    assert "Write an address" in friend.post(path, data={"email": "kim"}, headers=PEOPLE).text
    assert "on its way" in friend.post(path, data={"email": "kim@mail.shop"}, headers=PEOPLE).text
    (mail,) = stand.rows(Mail)
    assert f"{code[:3]} {code[3:6]} {code[6:]}" in mail.text  # type: ignore[attr-defined]
    with stand.db.read() as session:
        noted = session.get_one(Claim, claim.id)
    assert noted.person_id is not None
    assert noted.verified_at is None  # R2: nobody has shown that the address is theirs
