"""Arabic and Persian say everything that English says."""

from __future__ import annotations

import re

import pytest
from babel.messages import Message

from tools import translations

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")

Key = tuple[object, tuple[str, ...]]


def key(message: Message) -> Key:
    """What makes a message itself."""
    return message.context, translations.texts(message.id)


@pytest.fixture(scope="module")
def spoken() -> dict[Key, Message]:
    """Every message of the program."""
    return {key(message): message for message in translations.extracted() if message.id}


@pytest.mark.parametrize("locale", translations.LOCALES)
def test_catalogue_is_complete(locale: str, spoken: dict[Key, Message]) -> None:
    catalogue = {key(message): message for message in translations.opened(locale) if message.id}
    ready = {each for each, message in catalogue.items() if translations.translated(message) and not message.fuzzy}
    assert sorted(str(each) for each in spoken.keys() - ready) == [], "`make translations`, then translate these"


@pytest.mark.parametrize("locale", translations.LOCALES)
def test_translations_keep_the_placeholders(locale: str) -> None:
    for message in translations.opened(locale):
        expected = set(PLACEHOLDER.findall(translations.texts(message.id)[-1])) if message.id else set()
        for form in filter(None, translations.texts(message.string) if message.id else ()):
            found = set(PLACEHOLDER.findall(form))
            # A plural form may put the number in words, as Arabic does for one and two; all else must be said.
            assert expected - {"num"} <= found <= expected | {"num"}, (message.id, form)


@pytest.mark.parametrize("locale", translations.LOCALES)
def test_compiled_catalogue_is_fresh(locale: str) -> None:
    path = translations.catalogue_path(locale)
    if path.exists() or translations.extracted():
        assert path.with_suffix(".mo").read_bytes() == translations.compiled(translations.opened(locale)), (
            "make translations"
        )
