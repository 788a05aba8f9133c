"""Numbers, money and dates as each language writes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app import formats

SUNDAY = datetime(2026, 12, 6, 22, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def plain(text: str) -> str:
    """The text without marks of direction and with plain spaces."""
    return "".join(letter for letter in text if letter not in "\u200e\u200f\u061c").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "written"),
    [
        (1000, "EUR", "en", "€10"),
        (1050, "EUR", "en", "€10.50"),
        (1000, "EUR", "ar", "١٠ €"),
        (123456, "EUR", "ar", "١٬٢٣٤٫٥٦ €"),
        (1000, "EUR", "fa", "€ ۱۰"),
        (1000, "SAR", "en", "SAR 10"),
        (1000, "SAR", "ar", "١٠ ر.س."),
        (500, "JPY", "en", "¥500"),
        (2500, "KWD", "en", "KWD 2.500"),
        (2000, "KWD", "en", "KWD 2"),
        (25000000, "IRT", "fa", "۲۵۰٬۰۰۰ تومان"),
        (25000000, "IRT", "en", "250,000 toman"),
        (25000000, "IRR", "fa", "۲۵۰٬۰۰۰ ریال"),
        (-500, "EUR", "en", "-€5"),
    ],
)
def test_money_as_it_is_written_in_a_sentence(minor: int, currency: str, locale: str, written: str) -> None:
    assert plain(formats.money(minor, currency, locale)) == written


@pytest.mark.parametrize(
    ("own", "locale", "written"),
    [
        ("IRT", "en", "250,000 toman"),
        ("IRT", "ar", "٢٥٠٬٠٠٠ تومان"),
        ("IRT", "fa", "۲۵۰٬۰۰۰ تومان"),
        ("IRHT", "fa", "۲۵۰ هزار تومان"),
        ("IRHR", "fa", "۲٬۵۰۰ هزار ریال"),
        ("IRR", "fa", "۲٬۵۰۰٬۰۰۰ ریال"),
        ("", "fa", "۲٬۵۰۰٬۰۰۰ ریال"),
    ],
)
def test_rials_in_the_unit_in_which_the_store_counts(own: str, locale: str, written: str) -> None:
    for exact in (False, True):  # no price tag has parts of them
        shown = plain(formats.money(250_000_000, "IRR", locale, own=own, exact=exact))
        assert shown.replace("٫۰۰", "") == written
    assert plain(formats.currency_sign("IRR", locale, own)) == written.split(" ", 1)[1]
    assert plain(formats.money(1000, "EUR", "en", own=own)) == "€10"


def test_money_in_a_table_keeps_its_decimals() -> None:
    assert formats.money(1000, "EUR", "en", exact=True) == "€10.00"
    assert formats.money(500, "JPY", "en", exact=True) == "¥500"


@pytest.mark.parametrize(("locale", "written"), [("en", "12.5%"), ("ar", "١٢٫٥٪"), ("fa", "۱۲٫۵٪")])
def test_percentages(locale: str, written: str) -> None:
    assert plain(formats.percent(1250, locale)) == written


@pytest.mark.parametrize(
    ("locale", "written"),
    [("en", "Sunday 6 December"), ("ar", "الأحد ٦ ديسمبر"), ("fa", "یکشنبه ۱۵ آذر")],
)
def test_days_with_their_weekday(locale: str, written: str) -> None:
    assert formats.day(SUNDAY, "UTC", locale, NOW, weekday=True) == written


@pytest.mark.parametrize(("locale", "written"), [("en", "7 December"), ("ar", "٧ ديسمبر"), ("fa", "۱۶ آذر")])
def test_a_day_is_the_stores_own(locale: str, written: str) -> None:
    assert formats.day(SUNDAY, "Asia/Tehran", locale, NOW) == written


def test_another_year_is_said_by_the_calendar_that_is_used() -> None:
    new_year = datetime(2027, 3, 21, 12, tzinfo=UTC)
    assert formats.day(new_year, "UTC", "en", NOW) == "21 March 2027"
    assert formats.day(new_year, "UTC", "fa", NOW) == "۱ فروردین ۱۴۰۶"
    assert formats.day(datetime(2027, 1, 5, tzinfo=UTC), "UTC", "fa", NOW) == "۱۵ دی"  # still 1405


def test_hours_are_the_stores_own() -> None:
    assert formats.moment(SUNDAY, "Europe/Berlin", "en", NOW) == "6 December, 23:30"
    assert formats.moment(SUNDAY, "Asia/Tehran", "fa", NOW) == "۱۶ آذر، ۰۲:۰۰"
