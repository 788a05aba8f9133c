"""The languages we speak, and their catalogues. Pages reach them through app/web/language.py, mails directly.

Catalogues are read from their .po sources once per process: nothing compiled lies in the repository to become stale.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LOCALES = ("en", "ar", "fa")  # English is the language of the source, and has no catalogue
NAMES = {"en": "English", "ar": "العربية", "fa": "فارسی"}
CATALOGUES = Path(__file__).parent / "translations"
_RIGHT_TO_LEFT = frozenset({"ar", "fa"})


def direction(locale: str) -> str:
    """Which way the language is written: rtl or ltr."""
    return "rtl" if locale in _RIGHT_TO_LEFT else "ltr"


def spoken(wanted: str | None) -> str | None:
    """The language of ours that a tag such as fa-IR means, or None."""
    language = (wanted or "").replace("_", "-").partition("-")[0].lower()
    return language if language in LOCALES else None


def first_spoken(wanted: Iterable[str | None]) -> str:
    """The first of these that we speak, else English."""
    return next(filter(None, map(spoken, wanted)), LOCALES[0])


def catalogue_file(locale: str) -> Path:
    """Where a language's sentences stand."""
    return CATALOGUES / locale / "LC_MESSAGES" / "messages.po"


def catalogue(locale: str) -> Catalog:
    """What stands in a language's file."""
    with catalogue_file(locale).open("rb") as source:
        return read_po(source, locale=locale)


@cache
def translations(locale: str) -> NullTranslations:
    """The language's sentences; English says what the source says."""
    if locale == LOCALES[0]:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue(locale))
    compiled.seek(0)
    return Translations(compiled)
