"""What a tap gives, what it does not, and who is asked for an address (R12)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.domain.codes import is_code
from app.domain.programs import FriendOffer, Named, OfferKind
from app.extensions import settings
from app.links.tokens import ShareLink, tokens
from app.models import Claim, Coupon, Effect, ProgramVersion, Visit
from app.services.claims import MOST_IN_AN_HOUR
from tests.engines.frozen import FrozenClock
from tests.web.conftest import Stand, code_on


def test_r12_a_tap_gives_a_code_from_the_shelf_in_one_answer(stand: Stand) -> None:
    answer = stand.tap(stand.friend(), path=f"{stand.path}?c=wa")
    assert answer.status_code == 200
    code = code_on(answer.text)
    (claim,) = stand.claims()
    assert is_code(code)
    assert stand.coupon(claim.coupon_id).code == code
    assert stand.coupon(claim.coupon_id).state == "claimed"
    assert (claim.state, claim.channel, claim.version_id) == ("ready", "wa", stand.version_id)
    assert answer.headers["Content-Location"] == f"/c/{tokens.claim(claim.id)}"


def test_r12_the_date_shown_is_the_end_of_the_stores_day_and_never_after_the_stores_own(stand: Stand) -> None:
    stand.tap(stand.friend())
    (claim,) = stand.claims()
    # 2 March and fourteen days is 16 March; its last second in Berlin is 22:59:59 UTC.
    assert claim.expires_at.isoformat() == "2026-03-16T22:59:59+00:00"
    assert stand.coupon(claim.coupon_id).expires_at >= claim.expires_at
    assert "Monday 16 March" in stand.open(stand.friend(), f"/c/{tokens.claim(claim.id)}").text


def test_r12_the_same_form_gives_the_same_code(stand: Stand) -> None:
    friend = stand.friend()
    nonce = stand.nonce(stand.open(friend))
    codes = {code_on(stand.tap(friend, nonce).text) for _ in range(5)}
    assert len(codes) == 1
    assert len(stand.claims()) == 1


def test_r12_the_same_form_gives_its_code_also_while_the_program_is_paused(stand: Stand) -> None:
    friend = stand.friend()
    nonce = stand.nonce(stand.open(friend))
    first = code_on(stand.tap(friend, nonce).text)
    stand.become("paused")
    assert code_on(stand.tap(friend, nonce).text) == first
    assert "taking a break" in stand.open(stand.friend()).text


@pytest.mark.parametrize("nonce", ["", "nonsense"])
def test_a_tap_without_a_form_of_ours_is_refused_kindly(stand: Stand, nonce: str) -> None:
    answer = stand.friend().post(stand.path, data={"nonce": nonce})
    assert answer.status_code == 400
    assert "Please tap once more" in answer.text
    assert stand.claims() == []


def test_a_form_of_another_link_or_of_yesterday_makes_no_claim(stand: Stand, clock: FrozenClock) -> None:
    from app.web.links.forms import new_nonce

    other = new_nonce(ShareLink(stand.program_id, stand.advocate_id + 1))
    assert stand.tap(stand.friend(), other).status_code == 400
    nonce = stand.nonce(stand.open(stand.friend()))
    clock.advance(hours=25)
    assert stand.tap(stand.friend(), nonce).status_code == 400
    assert stand.claims() == []


def test_two_friends_get_two_codes(stand: Stand) -> None:
    assert code_on(stand.tap(stand.friend()).text) != code_on(stand.tap(stand.friend()).text)


def test_r12_a_dry_shelf_says_in_a_moment_and_never_shares_a_code(stand: Stand) -> None:
    with stand.db.begin() as session:
        session.execute(update(Coupon).values(state="revoked"))
    friend = stand.friend()
    answer = stand.tap(friend)
    (claim,) = stand.claims()
    page = f"/c/{tokens.claim(claim.id)}"
    assert "Ready in a moment" in answer.text
    assert 'http-equiv="refresh"' in answer.text
    assert friend.get(f"{page}/state").get_json() == {"ready": False}
    assert {effect.kind for effect in stand.rows(Effect)} == {"refill_shelf"}
    hand_over(stand, claim)
    assert friend.get(f"{page}/state").get_json() == {"ready": True}
    assert code_on(stand.open(friend, page).text)


def hand_over(stand: Stand, claim: Claim) -> None:
    """What the worker does when the shelf is full again."""
    from app.models import ProgramVersion
    from app.services import shelf

    stand.fill(1)
    with stand.db.begin() as session:
        shelf.serve_waiting(session, session.get_one(ProgramVersion, claim.version_id))


def test_a_friend_who_comes_back_finds_their_code(stand: Stand) -> None:
    friend = stand.friend()
    code = code_on(stand.tap(friend).text)
    cookie = friend.get_cookie("goodword_claim", path=stand.path)
    assert cookie is not None
    assert cookie.http_only
    answer = stand.open(friend)
    assert answer.status_code == 303
    assert code_on(stand.open(friend, answer.location).text) == code
    assert len(stand.rows(Visit)) == 1


def test_looking_sets_no_cookie(stand: Stand) -> None:
    assert "Set-Cookie" not in stand.open(stand.friend()).headers


def test_somebody_elses_cookie_is_no_claim_here(stand: Stand) -> None:
    friend = stand.friend()
    friend.set_cookie("goodword_claim", tokens.claim(12345), path=stand.path)
    assert stand.open(friend).status_code == 200


@pytest.mark.parametrize(("state", "words"), [("used", "has been used"), ("ready", "has run out")])
def test_a_code_that_is_no_good_any_more_says_why(stand: Stand, clock: FrozenClock, state: str, words: str) -> None:
    friend = stand.friend()
    stand.tap(friend)
    (claim,) = stand.claims()
    with stand.db.begin() as session:
        session.get_one(Coupon, claim.coupon_id).state = state
    if state == "ready":
        clock.advance(days=15)
    answer = stand.open(friend, f"/c/{tokens.claim(claim.id)}")
    assert words in answer.text
    assert 'href="https://tea.test/"' in answer.text
    assert stand.open(friend).status_code == 200  # the link offers again


def test_the_way_to_the_shop_carries_the_signed_claim_and_nothing_personal(stand: Stand) -> None:
    text = stand.tap(stand.friend()).text
    (claim,) = stand.claims()
    found = re.search(r'href="(https://tea\.test/\?[^"]+)"', text)
    assert found
    assert f"goodword={tokens.claim(claim.id)}" in found[1]
    assert "utm_source=goodword" in found[1]
    assert found[1].endswith(f"goodword_code={stand.coupon(claim.coupon_id).code}")
    assert "sara" not in found[1].lower()


@pytest.mark.parametrize("minimum", [0, 3000])
def test_a_free_product_may_be_taken_to_a_basket_where_it_is_enough_by_itself(stand: Stand, minimum: int) -> None:
    """With a least order it is not: the shop would refuse the code beside it."""
    offer = FriendOffer(kind=OfferKind.FREE_PRODUCT, product=Named("12", "Sencha"))
    with stand.db.begin() as session:
        version = session.get_one(ProgramVersion, stand.version_id)
        version.rules = replace(version.rules, friend=offer, minimum_minor=minimum)
    text = stand.tap(stand.friend()).text
    found = re.search(r'href="(https://tea\.test/checkout-link/[^"]+)"', text)
    assert "into the basket yourself" in text
    if minimum:
        assert found is None
    else:
        assert found
        assert found[1].startswith("https://tea.test/checkout-link/?products=12:1&amp;coupon=")


# --- limits ---


def test_r12_after_ten_codes_a_visitor_is_asked_for_an_address(stand: Stand) -> None:
    stand.fill(10)
    for _ in range(10):
        stand.tap(stand.friend())
    answer = stand.tap(stand.friend())
    assert answer.status_code == 200
    assert "Where may we send your code?" in answer.text
    assert len(stand.claims()) == 10


def test_r9_another_visitor_is_not_held_to_it(stand: Stand) -> None:
    for _ in range(11):
        stand.tap(stand.friend())
    stand.fill(1)
    friend = stand.friend()
    friend.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert code_on(stand.tap(friend).text)


def test_a_sender_that_is_no_address_gets_a_code_all_the_same(stand: Stand) -> None:
    friend = stand.friend()
    friend.environ_base["REMOTE_ADDR"] = "198.51.100.7:4711"  # what some proxies write
    assert code_on(stand.tap(friend).text)


def test_a_link_that_goes_round_asks_everybody_for_an_address(stand: Stand, clock: FrozenClock) -> None:
    with stand.db.begin() as session:
        from app.models import Advocate, ProgramVersion
        from tests import factories

        version = session.get_one(ProgramVersion, stand.version_id)
        sara = session.get_one(Advocate, stand.advocate_id)
        for _ in range(MOST_IN_AN_HOUR):
            factories.claim(session, version, sara, claimed_at=clock.now - timedelta(minutes=5))
    assert "Where may we send your code?" in stand.tap(stand.friend()).text
    clock.advance(hours=1)
    assert code_on(stand.tap(stand.friend()).text)


@pytest.mark.parametrize("lang", ["ar", "fa"])
def test_the_code_stands_from_left_to_right_in_right_to_left_pages(stand: Stand, lang: str) -> None:
    text = stand.tap(stand.friend(), path=f"{stand.path}?lang={lang}").text
    assert f'<html lang="{lang}" dir="rtl">' in text
    assert 'class="code" dir="ltr"' in text
    assert stand.claims()[0].locale == lang


def test_a_claims_page_keeps_the_language_in_which_it_was_made(stand: Stand) -> None:
    stand.tap(stand.friend(), path=f"{stand.path}?lang=fa")
    page = f"/c/{tokens.claim(stand.claims()[0].id)}"
    assert 'lang="fa"' in stand.open(stand.friend(), page, **{"Accept-Language": "en"}).text
    assert 'lang="ar"' in stand.open(stand.friend(), f"{page}?lang=ar").text


def test_pages_of_the_road_are_kept_by_nobody(stand: Stand) -> None:
    assert stand.open(stand.friend()).headers["Cache-Control"] == "no-store"
    assert settings().public_url == "http://refer.test"
