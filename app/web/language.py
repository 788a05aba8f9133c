"""In which language a page answers, and how templates reach the sentences.

The visitor's word counts first (?lang=), then what is known of them (account, advocate, claim), then what their browser
asks for, then the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale, refresh
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from app import languages


class Catalogues(Domain):  # type: ignore[misc]
    """Flask-Babel's sentences come from app.languages, which mails use too."""

    def get_translations(self) -> NullTranslations:
        """The sentences of the language in which this request is answered."""
        return languages.translations(current())


def register(app: Flask) -> None:
    """Pages answer in the visitor's language; templates know its name and direction."""
    babel = Babel(app, locale_selector=_choose)
    babel.domain_instance = Catalogues()
    app.context_processor(_for_templates)


def prefer(*, known: str | None = None, store: str | None = None) -> None:
    """This request is answered in its visitor's `known` language, or last in the store's, unless they ask otherwise."""
    g.known_locale = known or g.get("known_locale")
    g.store_locale = store or g.get("store_locale")
    refresh()


def current() -> str:
    """The language of this request; English outside of one."""
    locale = get_locale()
    return str(locale.language) if locale else languages.LOCALES[0]


def asked() -> str | None:
    """The language that this visit's address asks for, to be kept in the addresses that it leads to."""
    return languages.spoken(request.args.get("lang"))


def _choose() -> Locale:
    if not has_request_context():
        return _locale(languages.LOCALES[0])
    browser = _wanted(request.headers.get("Accept-Language", ""))
    return _locale(languages.first_spoken([asked(), g.get("known_locale"), *browser, g.get("store_locale")]))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@lru_cache(maxsize=1024)
def _wanted(header: str) -> Sequence[str]:
    """What a browser asks for, best first; there are far fewer ways to ask than visitors."""
    return list(parse_accept_header(header, LanguageAccept).values())


def _language_address(locale: str) -> str:
    """This page in another language."""
    arguments = {**request.args.to_dict(), "lang": locale}
    return f"{request.path}?{urlencode(arguments)}"


def _for_templates() -> dict[str, Any]:
    locale = current()
    return {
        "locale": locale,
        "direction": languages.direction(locale),
        "language_address": _language_address,
        "other_languages": [(each, name) for each, name in languages.NAMES.items() if each != locale],
    }
