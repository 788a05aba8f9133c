"""Who opens a link: names that browsers and programs really give (R1)."""

from __future__ import annotations

import pytest

from app.web.links.agents import is_program

APPLE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-S911B Build/UP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko)"
PEOPLE = [
    f"{APPLE} Version/17.5 Mobile/15E148 Safari/604.1",
    f"{APPLE} Mobile/21F90 Instagram 335.1.8.26.85 (iPhone14,5; iOS 17_5; en_US; scale=3.00)",
    f"{APPLE} Mobile/15E148 Safari Line/13.15.0",
    f"{APPLE} Mobile/21F90 musical_ly_34.9.0 NetType/WIFI ByteLocale/en",
    f"{ANDROID} Version/4.0 Chrome/125.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/466.0.0.0.0;]",
    f"{ANDROID} Version/4.0 Chrome/120 Mobile Safari/537.36 Telegram-Android/10.6.2",
    "Mozilla/5.0 (Linux; Android 10; CUBOT X20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/86 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:126.0) Gecko/20100101 Firefox/126.0",
    "Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16",
]
PROGRAMS = [
    "WhatsApp/2.23.20.0 A",
    "TelegramBot (like TwitterBot)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    # iMessage draws its preview under two names at once.
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    "Mozilla/5.0 (compatible; Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots)",
    "Mozilla/5.0 (Windows NT 10.0) Chrome/103 MicrosoftPreview/2.0 +https://aka.ms/MicrosoftPreview",
    "Viber/20.1 CFNetwork/1410 Darwin/22.6.0",
    "facebookexternalhit/1.1; kakaotalk-scrap/1.0",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "curl/8.5.0",
    "python-requests/2.32.0",
    "",
]


@pytest.mark.parametrize("name", PEOPLE)
def test_browsers_of_people_are_people(name: str) -> None:
    assert not is_program(name)


@pytest.mark.parametrize("name", PROGRAMS)
def test_previews_crawlers_and_libraries_are_programs(name: str) -> None:
    assert is_program(name)
