"""R13: searches find what people meant, whatever the keyboard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.text import fold, one_line, tokens, visible


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("علي", "علی"),
        ("كريم", "کریم"),
        ("فاطمة", "فاطمه"),
        ("أحمد", "احمد"),
        ("إيمان", "ایمان"),
        ("آرش", "ارش"),
        ("ٱلله", "الله"),
        ("مصطفى", "مصطفی"),
        ("مؤمن", "مومن"),
        ("رائد", "راید"),
        ("مُحَمَّد", "محمد"),
        ("مــحــمــد", "محمد"),
        ("خانۀ", "خانه"),
        ("ہما", "هما"),
        ("ھما", "هما"),
        ("می\u200cخواهم", "میخواهم"),
        ("١٢٣٤٥٦٧٨٩٠", "1234567890"),
        ("۱۲۳۴۵۶۷۸۹۰", "1234567890"),
        ("ﷲ", "الله"),
        ("\u200eAna\u200f", "ana"),
        ("\u2067Ana\u2069", "ANA"),
        ("Müller", "muller"),
        ("STRASSE", "straße"),
        ("Łódź", "lodz"),
        ("Øystein", "oystein"),
        ("Đorđe", "dorde"),
        ("Guðrún", "gudrun"),
        ("Ħal", "hal"),
        ("Æsir œuvre Þór", "aesir oeuvre thor"),
        ("ＡＮＡ １", "ana 1"),
        ("IŞIK", "ışık"),
        ("e\u0301te\u0301", "été"),
        ("  two \n\t words  ", "two words"),
        ("two\nwords", "two words"),
        ("so\u00adft", "soft"),
        ("a\x00b", "ab"),
        ("שְׁלוֹם", "שלום"),
        ("ΑΣ", "ας"),
        ("ﬁne", "FINE"),
        ("\u1fbc", "αι"),
    ],
)
def test_r13_spellings_of_one_word_fold_together(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("سارا", "ساره"), ("か", "が"), ("कमल", "क्मल"), ("ana", "anna"), ("0", "o")]
)
def test_r13_different_words_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_r13_folded_text_is_plain() -> None:
    assert fold("  Ana-María\u200f ١٢ علي ") == "ana-maria 12 علی"


@given(st.text())
def test_r13_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="aA éيیكکةه١۱1\u200c\u0651\u0640 -.@"))
def test_r13_case_does_not_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(text)


@given(st.text())
def test_r13_folded_text_is_trimmed_and_single_spaced(text: str) -> None:
    assert fold(text) == " ".join(fold(text).split())


def test_words_are_parted_by_whatever_is_no_letter() -> None:
    assert tokens("Ana.López@shop-one.example, №12") == ("ana", "lopez", "shop", "one", "example", "no12")
    assert tokens("خیابان\u060cپلاک ۱۲") == ("خیابان", "پلاک", "12")
    assert tokens(" -- ") == ()


def test_marks_within_a_word_do_not_part_it() -> None:
    assert tokens("हिन्दी") == (fold("हिन्दी"),)


def test_visible_text_loses_only_what_cannot_be_seen() -> None:
    assert visible("\u200fＡna\u200b B\u2066") == "Ana B"


def test_one_line_keeps_what_names_are_written_with_and_drops_what_turns_their_neighbours() -> None:
    assert one_line("  Bob\r\nBcc: x\x00y ") == "Bob Bcc: x y"
    assert one_line("\u202eevil\u202c \u2066a\u2069") == "evil a"
    assert one_line("علی‌رضا \u200fع\u200d") == "علی‌رضا \u200fع\u200d"
