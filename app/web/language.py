"""In which language a page answers, and how templates reach the sentences.

The visitor's word counts first (?lang=), then what is known of them (account, advocate, claim), then what their browser
asks for, then the store.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from babel.support import NullTranslations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale, refresh

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
    return str(get_locale() or languages.LOCALES[0])


def asked() -> str | None:
    """The language that this visit's address asks for, to be kept in the addresses that it leads to."""
    return languages.spoken(request.args.get("lang"))


def _choose() -> str:
    if not has_request_context():
        return languages.LOCALES[0]
    browser = request.accept_languages.values()
    return languages.first_spoken([asked(), g.get("known_locale"), *browser, g.get("store_locale")])


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
