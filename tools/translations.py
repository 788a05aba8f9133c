"""Extracts every message of the program, updates the Arabic and Persian catalogues, and compiles them.

English is what stands in the source. A message that lacks a translation is left empty, never guessed: a test names it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from babel import Locale
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tools.install import ROOT, say

LOCALES = ("ar", "fa")
FOLDERS = ("app", "integrations")
METHODS = [("**.py", "python"), ("**/templates/**", "jinja2")]
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
COMMENT = "Translators:"  # comments that begin so are shown to translators
# Dates in catalogues say nothing that git does not, and would make every run a change.
ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    """The catalogues hold exactly the program's messages and are compiled."""
    template = extracted()
    for locale in LOCALES:
        catalogue = opened(locale)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path = catalogue_path(locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(catalogue))
        path.with_suffix(".mo").write_bytes(compiled(opened(locale)))
        empty = sum(not translated(message) for message in catalogue)
        say(f"{locale}: {len(catalogue)} messages, {empty} to be translated")


def extracted() -> Catalog:
    """Every message in the source, as a catalogue without translations."""
    template = Catalog()
    options = {"jinja2": {"silent": "false"}}
    for folder in FOLDERS:
        found = extract_from_dir(ROOT / folder, METHODS, options, KEYWORDS, (COMMENT,), strip_comment_tags=True)
        for path, line, message, comments, context in sorted(found, key=lambda each: (each[0], each[1])):
            template.add(message, None, [(f"{folder}/{path}", line)], auto_comments=comments, context=context)
    return template


def opened(locale: str) -> Catalog:
    """The catalogue of a language as it stands, or an empty one."""
    path = catalogue_path(locale)
    if path.exists():
        with path.open("rb") as file:
            return read_po(file, locale=locale)
    return Catalog(
        locale=Locale.parse(locale),
        project="Goodword",
        version="1",
        msgid_bugs_address="see SUPPORT in README.md",
        last_translator="the Goodword maintainers",
        language_team="the Goodword maintainers",
        fuzzy=False,
    )


def catalogue_path(locale: str) -> Path:
    """Where Flask-Babel looks for the language."""
    return ROOT / "app" / "translations" / locale / "LC_MESSAGES" / "messages.po"


def translated(message: Message) -> bool:
    """Whether every form of a message has words; the header, which has no message, counts as having them."""
    return not message.id or all(texts(message.string))


def texts(value: str | Sequence[str] | None) -> tuple[str, ...]:
    """One text, or several plural forms, as several."""
    return (value or "",) if value is None or isinstance(value, str) else tuple(value)


def written(catalogue: Catalog) -> bytes:
    """The catalogue as its file holds it: by file, without line numbers, so that moving code changes nothing."""
    catalogue.header_comment = "# {} messages of Goodword.".format(
        catalogue.locale.english_name if catalogue.locale else ""
    )
    catalogue.creation_date = catalogue.revision_date = ALWAYS
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=110, sort_by_file=True, include_lineno=False, omit_header=False)
    return buffer.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as the program reads it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
