"""Every sentence exists in every language, and each visitor gets theirs."""

from __future__ import annotations

import pytest
from babel.messages.checkers import python_format
from flask import Flask
from flask.testing import FlaskClient

from app import languages
from tools import translations

TRANSLATED = languages.LOCALES[1:]


@pytest.mark.parametrize("locale", TRANSLATED)
def test_nothing_is_missing_fuzzy_or_left_over(locale: str) -> None:
    standing = languages.catalogue(locale)
    assert {message.id for message in standing} == {message.id for message in translations.sources()}
    assert [message.id for message in standing if message.id and message.fuzzy] == []
    assert translations.untranslated(standing) == []


@pytest.mark.parametrize("locale", TRANSLATED)
def test_translations_keep_their_placeholders(locale: str) -> None:
    for message in languages.catalogue(locale):
        if message.id and not message.pluralizable:  # plural forms may write their number out: يومين
            python_format(None, message)


def test_arabic_has_all_six_plural_forms() -> None:
    arabic = languages.translations("ar")
    said = [arabic.ngettext("%(count)s day", "%(count)s days", count) for count in (0, 1, 2, 3, 11, 100)]
    assert len(set(said)) == 5  # none and a hundred are spelled alike; one and two carry no figure
    assert said[4] == "%(count)s يومًا"


@pytest.mark.parametrize(
    ("address", "accepted", "lang", "direction"),
    [
        ("/nowhere", "de, fa;q=0.5", "fa", "rtl"),
        ("/nowhere?lang=ar", "en", "ar", "rtl"),
        ("/nowhere?lang=xx", "en-GB", "en", "ltr"),
        ("/nowhere", "de", "en", "ltr"),
    ],
)
def test_pages_speak_the_visitors_language(
    client: FlaskClient, address: str, accepted: str, lang: str, direction: str
) -> None:
    answer = client.get(address, headers={"Accept": "text/html", "Accept-Language": accepted})
    assert f'<html lang="{lang}" dir="{direction}">' in answer.text


def test_what_is_known_of_a_visitor_beats_their_browser(app: Flask) -> None:
    from app.web.language import current, prefer

    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        prefer(known="fa", store="ar")
        assert current() == "fa"
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        prefer(store="ar")
        assert current() == "en"
    with app.test_request_context("/"):
        prefer(store="ar")
        assert current() == "ar"
    with app.test_request_context("/?lang=en"):
        prefer(known="fa")
        assert current() == "en"
