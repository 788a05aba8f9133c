"""`make translations`: what is said in the source is in every catalogue; what is no longer said is gone from it.

A sentence that is new stands there empty, for a person to write; the tests fail until it is written.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from app import languages

ROOT = Path(__file__).resolve().parent.parent
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"extensions": "jinja2.ext.i18n", "trimmed": "true", "newstyle_gettext": "true"}}
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "N_": None}
TRANSLATED = languages.LOCALES[1:]
NO_LINE = 0  # line numbers would change with every edit of a file
HEADER = (
    'msgid ""\nmsgstr ""\n"Language: {}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {}\\n"\n\n'
)


def main() -> int:
    """Every catalogue is up to date; what it lacks is listed. 1 where something is missing."""
    source = sources()
    missing = 0
    for locale in TRANSLATED:
        catalogue = updated(locale, source)
        save(catalogue, locale)
        lacking = untranslated(catalogue)
        missing += len(lacking)
        print(f"{locale}: {len(catalogue)} sentences, {len(lacking)} to be written")
        for message in lacking:
            print(f"  {message}")
    return 1 if missing else 0


def sources() -> Catalog:
    """Every sentence that the source says, with the files that say it."""
    catalogue = Catalog()
    found = extract_from_dir(str(ROOT / "app"), METHODS, OPTIONS, KEYWORDS, ("Translators:",), strip_comment_tags=True)
    for file, _line, message, comments, context in found:
        catalogue.add(message, locations=[(f"app/{file}", NO_LINE)], auto_comments=comments, context=context)
    return catalogue


def updated(locale: str, source: Catalog) -> Catalog:
    """The locale's catalogue with exactly the source's sentences, and what was written for them before."""
    before = languages.catalogue(locale) if languages.catalogue_file(locale).exists() else Catalog(locale=locale)
    after = Catalog(locale=locale)
    for message in source:
        if not message.id:
            continue
        known = before.get(message.id, message.context)
        written = known.string if known and not known.fuzzy and known.pluralizable == message.pluralizable else ""
        places = sorted(set(message.locations))
        after.add(message.id, written, places, message.flags, message.auto_comments, context=message.context)
    return after


def untranslated(catalogue: Catalog) -> list[str]:
    """The sentences of which something is still to be written: plural forms count one by one."""
    return [
        str(message.id)
        for message in catalogue
        if message.id and not all(message.string if isinstance(message.string, tuple | list) else [message.string])
    ]


def save(catalogue: Catalog, locale: str) -> None:
    """The catalogue stands in its file, ordered by where its sentences are said, so that edits stay apart."""
    file = languages.catalogue_file(locale)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        out.write(HEADER.format(locale, catalogue.plural_forms).encode())
        write_po(out, catalogue, width=120, sort_by_file=True, omit_header=True, include_lineno=False)


if __name__ == "__main__":
    sys.exit(main())
