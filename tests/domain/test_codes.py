"""R13: codes that survive being read out, typed and pasted."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.codes import ALPHABET, is_code, new_code, normal, shown

POSITIONS = range(9)


def drawn(seed: int) -> str:
    return new_code(random.Random(seed).randrange)


CODES = st.integers(0, 2**32).map(drawn)


def test_r13_the_alphabet_has_no_vowel_and_no_digit() -> None:
    assert ALPHABET == "BCDFGHJKMNPQRSTVWXYZ"


@given(CODES)
def test_r13_a_code_is_nine_letters_and_sound(code: str) -> None:
    assert len(code) == 9
    assert set(code) <= set(ALPHABET)
    assert is_code(code)


def test_r13_the_first_eight_letters_are_drawn_and_one_check_letter_follows() -> None:
    asked: list[int] = []
    code = new_code(lambda bound: asked.append(bound) or len(asked))  # type: ignore[func-returns-value]
    assert asked == [20] * 8
    assert code[:8] == ALPHABET[1:9]
    assert [letter for letter in ALPHABET if is_code(code[:8] + letter)] == [code[8]]


@pytest.mark.parametrize(("first", "code"), [(0, "BCDFGHJKQ"), (7, "KMNPQRSTQ")])
def test_r13_the_check_letter_outlives_a_release(first: int, code: str) -> None:
    """Codes stand in stores and in people's chats: a change of the scheme would refuse them all."""
    letters = iter(range(first, first + 8))
    assert new_code(lambda bound: next(letters) % bound) == code


def test_r13_codes_are_drawn_from_the_system_unless_told_otherwise() -> None:
    assert len({new_code() for _ in range(50)}) == 50


@pytest.mark.parametrize("position", POSITIONS)
def test_r13_every_wrong_letter_is_caught(position: int) -> None:
    """Exhaustive for the place: the check is linear, yet nothing is taken on trust."""
    for seed in range(40):
        code = drawn(seed)
        for wrong in set(ALPHABET) - {code[position]}:
            assert not is_code(code[:position] + wrong + code[position + 1 :])


@pytest.mark.parametrize("position", POSITIONS[:-1])
def test_r13_every_swap_of_neighbours_is_caught(position: int) -> None:
    """Every pair of letters stands at every place, the check letter's included."""
    seen = set()
    for seed in itertools.count():
        code = drawn(seed)
        one, two = code[position], code[position + 1]
        if one != two:
            assert not is_code(code[:position] + two + one + code[position + 2 :])
        seen.add((one, two))
        if len(seen) == 400:
            return


@pytest.mark.parametrize("text", ["", "KTWRQHPX", "ktwrqhpxm", "KTW RQH P", "AAAAAAAAA", "KTWRQHPX1", "ΚΤWRQHPXM"])
def test_r13_anything_else_is_no_code(text: str) -> None:
    assert not is_code(text)


@given(CODES, st.sampled_from([0, 8, 10, 18]))
def test_r13_a_code_has_its_length(code: str, length: int) -> None:
    assert not is_code((code + code)[:length])


def test_r13_codes_are_shown_three_by_three() -> None:
    assert shown("KTWRQHPXM") == "KTW RQH PXM"


MARKS = st.lists(
    st.sampled_from(
        [" ", "-", "\u2011", "\u2013", "\u200b", "\u200c", "\u200f", "\u202b", "\ufeff", "\t", "\u00a0", ".", "_"]
    ),
    max_size=3,
).map("".join)


@given(CODES, st.lists(MARKS, min_size=10, max_size=10), st.lists(st.integers(0, 2), min_size=9, max_size=9))
def test_r13_our_fields_take_any_case_width_and_marks(code: str, marks: list[str], styles: list[int]) -> None:
    styled = [
        (letter, letter.lower(), chr(ord(letter) - ord("A") + ord("Ａ")))[style]
        for letter, style in zip(code, styles, strict=True)
    ]
    typed = marks[0] + "".join(letter + mark for letter, mark in zip(styled, marks[1:], strict=True))
    assert normal(typed) == code


@given(CODES)
def test_r13_what_is_shown_is_understood(code: str) -> None:
    assert normal(f"«{shown(code)}»") == code


@given(CODES, st.sampled_from("AEIOUL019+€"), st.integers(0, 9))
def test_r13_what_cannot_be_a_code_is_none(code: str, foreign: str, place: int) -> None:
    assert normal(code[:place] + foreign + code[place:]) is None
    assert normal(code[1:]) is None


@given(st.text())
def test_r13_any_text_is_a_code_or_nothing(text: str) -> None:
    found = normal(text)
    assert found is None or is_code(found)
