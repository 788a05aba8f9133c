"""What a share link shows before anybody taps, and that looking earns nothing (R1)."""

from __future__ import annotations

import re

import pytest

from app.links.tokens import ShareLink, tokens
from app.models import Effect, Visit
from app.web import formats
from tests.web.conftest import BROWSER, Stand


def test_the_offer_says_who_what_and_under_which_terms(stand: Stand) -> None:
    text = stand.open(stand.friend()).text
    assert "Sara put in a good word for us" in text
    assert "Mahdavi" not in text
    assert "<bdi>15%</bdi> off" in text
    assert "on orders from <bdi>€30</bdi>" in text
    assert "valid for 14 days" in text


@pytest.mark.parametrize("lang", ["en", "ar", "fa"])
def test_r16_the_offer_always_says_that_the_advocate_gets_something(stand: Stand, lang: str) -> None:
    amount = {"en": "€10", "ar": "١٠", "fa": "۱۰"}[lang]
    paragraphs = re.findall(r"<p>(.*?)</p>", stand.open(stand.friend(), f"{stand.path}?lang={lang}").text, re.DOTALL)
    assert any("Sara" in each and amount in each for each in paragraphs)


def test_r1_looking_makes_one_visit_and_nothing_else(stand: Stand) -> None:
    stand.open(stand.friend(), f"{stand.path}?c=wa")
    (visit,) = stand.rows(Visit)
    assert (visit.program_id, visit.advocate_id, visit.channel) == (stand.program_id, stand.advocate_id, "wa")
    assert stand.claims() == []
    assert stand.rows(Effect) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "WhatsApp/2.24.11.77 A"},
        {"User-Agent": "TelegramBot (like TwitterBot)"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": ""},
        {"User-Agent": BROWSER, "Sec-Purpose": "prefetch;prerender"},
        {"User-Agent": BROWSER, "Purpose": "prefetch"},
        {"User-Agent": BROWSER, "X-Moz": "prefetch"},
        {"User-Agent": BROWSER, "Sec-Fetch-Dest": "image"},
    ],
)
def test_r1_previews_prefetchers_and_bots_are_no_visits(stand: Stand, headers: dict[str, str]) -> None:
    assert stand.friend().get(stand.path, headers=headers).status_code == 200
    assert stand.rows(Visit) == []


def test_r1_head_is_no_visit(stand: Stand) -> None:
    answer = stand.friend().head(stand.path, headers={"User-Agent": BROWSER})
    assert (answer.status_code, answer.data) == (200, b"")
    assert stand.rows(Visit) == []


def test_a_channel_that_nobody_made_is_not_kept(stand: Stand) -> None:
    stand.open(stand.friend(), f"{stand.path}?c=<script>alert(1)")
    assert stand.rows(Visit)[0].channel == ""


def test_the_preview_card_has_title_line_and_picture(stand: Stand) -> None:
    text = stand.open(stand.friend()).text
    assert '<meta property="og:title" content="Sara put in a good word for Leaf &amp; Kettle">' in text
    assert "15% off" in text
    assert re.search(r'og:image" content="http://refer\.test/static/card\.png\?v=\w+"', text)


@pytest.mark.parametrize("path", ["/r/nonsense", "/r/" + "A" * 30, "/c/nonsense", "/c/x/state"])
def test_an_unknown_link_gets_a_kind_page_without_the_database(stand: Stand, path: str) -> None:
    stand.db.dispose()
    answer = stand.open(stand.friend(), path)
    assert answer.status_code in (200, 404)
    assert "Ask whoever sent it" in answer.text or answer.get_json() == {"ready": False}


def test_a_token_of_another_server_is_unknown(stand: Stand) -> None:
    token = tokens.share(stand.link)
    payload, proof = token.split(".")
    changed = f"{payload}.{'B' if proof[0] == 'A' else 'A'}{proof[1:]}"
    assert stand.open(stand.friend(), f"/r/{changed}").status_code == 404


def test_a_link_to_nobody_still_leads_to_the_shop(stand: Stand) -> None:
    answer = stand.open(stand.friend(), f"/r/{tokens.share(ShareLink(stand.program_id, 999_999))}")
    assert answer.status_code == 410
    assert 'href="https://tea.test/"' in answer.text


@pytest.mark.parametrize(("state", "status"), [("paused", 200), ("ended", 410), ("draft", 200)])
def test_a_closed_program_says_so_and_leads_to_the_shop(stand: Stand, state: str, status: int) -> None:
    stand.become(state)
    answer = stand.open(stand.friend())
    assert answer.status_code == status
    assert 'href="https://tea.test/"' in answer.text
    assert "Get my code" not in answer.text
    assert stand.rows(Visit) == []


def test_a_blocked_advocate_gives_out_no_codes(stand: Stand) -> None:
    nonce = stand.nonce(stand.open(stand.friend()))
    stand.block()
    assert "no longer gives out codes" in stand.open(stand.friend()).text
    assert "no longer gives out codes" in stand.tap(stand.friend(), nonce).text
    assert stand.claims() == []


@pytest.mark.parametrize("lang", ["en", "ar", "fa"])
def test_the_landing_page_is_light(stand: Stand, lang: str) -> None:
    friend = stand.friend()
    page = stand.open(friend, f"{stand.path}?lang={lang}")
    loaded = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
    weights = [len(page.data)]
    for address in loaded:
        with friend.get(address) as answer:
            weights.append(len(answer.data))
    assert len(weights) <= 3
    assert sum(weights) <= 60_000


def test_a_share_link_is_short_enough_to_print_and_type(stand: Stand) -> None:
    longest = "https://referrals.some-quite-long-name.example"
    for link in (stand.link, ShareLink(16_383, 2**28 - 1)):
        assert len(f"{longest[:45]}/r/{tokens.share(link)}") <= 80


def test_a_long_name_breaks_where_the_line_ends_and_an_amount_does_not(stand: Stand) -> None:
    page = stand.open(stand.friend()).text
    assert '<bdi class="long">Sara</bdi> gets a coupon worth <bdi>€10</bdi> too' in page
    assert "\u2068Sara\u2069" in formats.plain(formats.named("Sara"))
