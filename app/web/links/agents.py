"""Who opens a share link: a person, or a program that looks ahead for one (R1)."""

from __future__ import annotations

import re
from functools import lru_cache

from crawlerdetect import CrawlerDetect
from werkzeug.datastructures import Headers

# Messengers and mail scanners that fetch a link to draw its preview; checked 2026-11 against what they send.
PREVIEWS = re.compile(
    r"^(whatsapp|viber|signal|line|bale|eitaa|rubika|soroush|gap)/|telegrambot|facebookexternalhit|facebot|twitterbot"
    r"|slackbot|discordbot|skypeuripreview|linkedinbot|microsoftpreview|bingpreview|snap url preview|kakaotalk-scrap"
    r"|line-poker|google-pagerenderer|web preview|embedly|iframely|vkshare|redditbot|pinterestbot|mastodon|bluesky"
    r"|preview|link.?check|safelinks|proofpoint|mimecast|barracuda",
    re.IGNORECASE,
)
_PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_LOOKING_AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
_crawlers = CrawlerDetect()


def is_person(method: str, headers: Headers) -> bool:
    """Whether somebody opened the link to read it."""
    if method == "HEAD" or any(_LOOKING_AHEAD.search(headers.get(name, "")) for name in _PREFETCH_HEADERS):
        return False
    # Browsers say what they want the answer for; an <img> or a fetch() is no visit.
    if headers.get("Sec-Fetch-Dest", "document") not in ("document", "empty", "iframe", "frame"):
        return False
    return not is_program(headers.get("User-Agent", ""))


@lru_cache(maxsize=8192)
def is_program(user_agent: str) -> bool:
    """Whether the name is that of a crawler, a preview or a library; those who give none are programs too."""
    return not user_agent or bool(PREVIEWS.search(user_agent)) or bool(_crawlers.isCrawler(user_agent))
