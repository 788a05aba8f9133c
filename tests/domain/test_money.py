"""Money: exact, whole minor units, one currency at a time."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.money import (
    CurrencyMismatch,
    Money,
    counted_in,
    exponent,
    format_plain,
    half_up,
    in_iso,
    parse_decimal,
    share,
)
from integrations import currencies

AMOUNTS = st.integers(-(10**15), 10**15)
CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "CLF", "BTC", "IRR"])


def rounded(exact: Fraction) -> int:
    """Half up on the magnitude, computed another way than the code under test."""
    return floor(exact + Fraction(1, 2)) if exact >= 0 else -floor(-exact + Fraction(1, 2))


def test_amounts_of_one_currency_add_and_subtract() -> None:
    assert Money(2000, "EUR") + Money(50, "EUR") == Money(2050, "EUR")
    assert Money(2000, "EUR") - Money(50, "EUR") == Money(1950, "EUR")
    assert -Money(2000, "EUR") == Money(-2000, "EUR")


@pytest.mark.parametrize("operation", [Money.__add__, Money.__sub__])
def test_different_currencies_never_meet(operation: object) -> None:
    with pytest.raises(CurrencyMismatch):
        operation(Money(1, "EUR"), Money(1, "USD"))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("currency", "places"),
    [("EUR", 2), ("USD", 2), ("IRR", 2), ("SAR", 2), ("CLF", 4), ("UYW", 4), ("BTC", 8), ("XXX", 0)]
    + [(code, 0) for code in ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX")]
    + [(code, 0) for code in ("UYI", "VND", "VUV", "XAF", "XOF", "XPF")]
    + [(code, 3) for code in ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")],
)
def test_decimals_are_those_of_iso_4217(currency: str, places: int) -> None:
    assert exponent(currency) == places


@given(AMOUNTS, st.integers(0, 10_000))
def test_a_share_is_the_exact_fraction_rounded_half_up(minor: int, basis_points: int) -> None:
    assert share(minor, basis_points) == rounded(Fraction(minor * basis_points, 10_000))


@given(st.integers(0, 10**12), st.integers(0, 10_000))
def test_a_share_and_its_complement_miss_the_whole_by_one_at_most(minor: int, basis_points: int) -> None:
    assert share(minor, basis_points) + share(minor, 10_000 - basis_points) - minor in (0, 1)


@pytest.mark.parametrize(
    ("minor", "points", "expected"), [(999, 1500, 150), (5, 1000, 1), (4, 1000, 0), (-5, 1000, -1)]
)
def test_halves_go_away_from_zero(minor: int, points: int, expected: int) -> None:
    assert share(minor, points) == expected


@given(AMOUNTS, st.integers(-(10**6), 10**6).filter(bool))
def test_half_up_takes_any_signs(numerator: int, denominator: int) -> None:
    assert half_up(numerator, denominator) == rounded(Fraction(numerator, denominator))


@given(AMOUNTS, CURRENCIES)
def test_what_is_formatted_is_read_back_the_same(minor: int, currency: str) -> None:
    assert parse_decimal(format_plain(minor, currency), currency) == minor


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=5), CURRENCIES)
def test_a_decimal_is_read_exactly_and_rounded_once(amount: object, currency: str) -> None:
    exact = Fraction(f"{amount:f}") * 10 ** exponent(currency)
    assert parse_decimal(f"{amount:f}", currency) == rounded(exact)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("-10.00", "EUR", -1000),
        ("+7", "EUR", 700),
        (" 6 ", "EUR", 600),
        ("6.", "EUR", 600),
        ("0.005", "EUR", 1),
        ("0.0049", "EUR", 0),
        ("-0.005", "EUR", -1),
        ("1234.5", "KWD", 1234500),
        ("19.5", "JPY", 20),
        ("150000.00", "IRR", 15000000),
    ],
)
def test_platforms_decimals_are_read(text: str, currency: str, minor: int) -> None:
    assert parse_decimal(text, currency) == minor


@pytest.mark.parametrize("text", ["", "-", ".5", "5,50", "1e3", "1 000", "١٢", "NaN", "0x10", "1.2.3", "--1", "1_0"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a plain decimal"):
        parse_decimal(text, "EUR")


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (2000, "EUR", "20.00"),
        (0, "EUR", "0.00"),
        (-5, "EUR", "-0.05"),
        (5, "KWD", "0.005"),
        (700, "JPY", "700"),
        (-700, "JPY", "-700"),
    ],
)
def test_amounts_are_written_as_platforms_take_them(minor: int, currency: str, text: str) -> None:
    assert format_plain(minor, currency) == text


@pytest.mark.parametrize(
    ("amount", "iso"),
    [
        (Money(5, "IRT"), Money(50, "IRR")),
        (Money(5, "IRHR"), Money(5000, "IRR")),
        (Money(5, "IRHT"), Money(50_000, "IRR")),
        (Money(5, "EUR"), Money(5, "EUR")),
    ],
)
def test_a_toman_is_ten_rials(amount: Money, iso: Money) -> None:
    assert in_iso(amount) == iso


def test_a_store_shows_what_it_counts_in() -> None:
    assert counted_in(Money(50, "IRR"), "IRT") == Money(5, "IRT")
    assert counted_in(Money(50, "EUR"), "IRT") == Money(50, "EUR")
    assert counted_in(Money(50, "IRR"), "") == counted_in(Money(50, "IRR"), "IRR") == Money(50, "IRR")


@pytest.mark.parametrize("code", sorted({*currencies.EXPONENTS, "EUR", "IRR", "SAR", "USD"}))
def test_adapters_count_in_the_same_minor_units(code: str) -> None:
    """Each keeps its own table, since neither may import the other; a difference would be a factor of ten in money."""
    assert currencies.exponent(code) == exponent(code)


@pytest.mark.parametrize("code", [*currencies.STORE_CODES, "EUR"])
def test_adapters_know_the_same_store_codes(code: str) -> None:
    adapted = currencies.to_money(Decimal(format_plain(12345, code)), code)
    assert Money(adapted.minor, adapted.currency) == in_iso(Money(12345, code))
