"""Folding for searches (R13): spellings that people do not tell apart become one."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

# Letters that keyboards and platforms exchange freely, and Latin letters whose stroke is no combining mark.
_SAME = str.maketrans(
    {
        "ي": "ی",
        "ى": "ی",
        "ك": "ک",
        "ة": "ه",
        "ە": "ه",
        "ہ": "ه",
        "ھ": "ه",
        "ٱ": "ا",
        "ـ": "",  # tatweel
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)
_BETWEEN_NAMES = frozenset({"al", "el", "ibn", "bin", "bint", "ال", "بن", "ابن", "بنت"})
_ARTICLE = "ال"
_SHORTEST_NAME = 3
# Embeddings, overrides and isolates; the joiners and marks that Persian and Arabic are written with are none of them.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LAST_KEPT_CLASS = 9  # nuktas, kana voicing and viramas (classes 7 to 9) make other letters, not other spellings


def fold(text: str) -> str:
    """The text without what searches ignore: case, width, harakat and diacritics, tatweel, zero-width and bidi marks,
    Arabic and Persian spellings of one letter, digits of any script, repeated spaces. Folding twice changes nothing
    more."""
    # Casefolding can bring forth what decomposes again (Unicode 3.13, D147).
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(_plain_digit(letter) for letter in decomposed.translate(_SAME) if not _is_ignored(letter))
    return " ".join(unicodedata.normalize("NFKC", kept).split())


def tokens(text: str) -> tuple[str, ...]:
    """The words of the folded text, in their order; whatever is neither letter, mark nor digit parts words."""
    return tuple("".join(letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in fold(text)).split())


def plain_names(names: Sequence[str]) -> tuple[str, ...]:
    """Folded words of a name without the articles and "son of" that are written one day and left out the next; empty
    never. Words of another script stay as they are: nothing is transliterated."""
    glued = " ".join(names).replace("عبد ", "عبد").split()
    kept = tuple(_without_article(each) for each in glued if each not in _BETWEEN_NAMES)
    return kept or tuple(names)


def visible(text: str) -> str:
    """The text in its compatible form (fullwidth letters become plain) without zero-width and bidi marks."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")


def one_line(text: str) -> str:
    """The text without control characters and without what turns the direction of whatever stands beside it."""
    spaced = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)
    return " ".join("".join(letter for letter in spaced if letter not in _TURNING).split())


def _is_ignored(letter: str) -> bool:
    if letter.isspace():
        return False
    return unicodedata.category(letter) in ("Cf", "Cc") or unicodedata.combining(letter) > _LAST_KEPT_CLASS


def _without_article(name: str) -> str:
    """الحربی is حربی; a name of which hardly anything would be left keeps it."""
    return name.removeprefix(_ARTICLE) if len(name) >= len(_ARTICLE) + _SHORTEST_NAME else name


def _plain_digit(letter: str) -> str:
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
