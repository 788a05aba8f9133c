"""Codes (R13): nine letters without vowels, the last a check letter, shown three by three."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable

ALPHABET = "BCDFGHJKMNPQRSTVWXYZ"
LENGTH = 9

# The check letter. A weighted sum modulo 20 cannot catch every wrong letter and every swap of neighbours: its weights
# would have to be odd, and so their differences even. The ring GF(4) x GF(5) has 20 elements too, and in it u = (w,
# 2) is a unit, and so is u - 1. Letter number n stands for (n mod 4, n mod 5), and each step takes the state s to u *
# (s - letter). A code is sound when it ends in zero. A wrong letter moves the end by a power of u times the
# difference, a swap of neighbours by a power of u times (u - 1) times the difference: never by zero.
_TIMES_W = (0, 2, 3, 1)  # multiplication by w in GF(4), whose addition is XOR
_NUMBERS = {letter: number for number, letter in enumerate(ALPHABET)}
_LETTERS = {(number % 4, number % 5): letter for letter, number in _NUMBERS.items()}


def new_code(randbelow: Callable[[int], int] = secrets.randbelow) -> str:
    """Eight letters drawn at random, and their check letter."""
    body = "".join(ALPHABET[randbelow(len(ALPHABET))] for _ in range(LENGTH - 1))
    return body + _LETTERS[_end(body)]


def is_code(text: str) -> bool:
    """Whether this is a code exactly as stored: nine upper-case letters whose check letter agrees."""
    return len(text) == LENGTH and all(letter in _NUMBERS for letter in text) and _end(text) == (0, 0)


def shown(code: str) -> str:
    """The code as people see it: KTW RQH PXM."""
    return " ".join(code[start : start + 3] for start in range(0, len(code), 3))


def normal(text: str) -> str | None:
    """What somebody typed or pasted, as stored, or None where it cannot be a code. Case, width, spaces, dashes,
    quotes and invisible marks do not matter."""
    letters = (letter for letter in unicodedata.normalize("NFKC", text) if not _is_mark(letter))
    code = "".join(letters).upper()
    return code if is_code(code) else None


def _is_mark(letter: str) -> bool:
    # Separators, controls and format characters (zero-width, bidi), punctuation, combining marks.
    return unicodedata.category(letter)[0] in "ZCPM"


def _end(letters: str) -> tuple[int, int]:
    in_four = in_five = 0
    for letter in letters:
        number = _NUMBERS[letter]
        in_four = _TIMES_W[in_four ^ (number % 4)]
        in_five = 2 * (in_five - number) % 5
    return in_four, in_five
