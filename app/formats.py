"""Numbers, money and dates as each language writes them: its digits, its calendar, the store's time zone.

Pure functions of their arguments; app/web/formats.py knows who is looking.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

import jdatetime
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol

from app import languages
from app.domain.money import POINTS, Money, counted_in, exponent

# Babel takes separators from the numbering system, and leaves digits and percent sign to us.
NUMBERING = {"en": "latn", "ar": "arab", "fa": "arabext"}
_DIGITS = {"ar": str.maketrans("0123456789%", "٠١٢٣٤٥٦٧٨٩٪"), "fa": str.maketrans("0123456789%", "۰۱۲۳۴۵۶۷۸۹٪")}
_JALALI_MONTHS = ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"]
# Names that CLDR lacks: shops count in toman, ISO does not.
_OWN_SYMBOLS = {
    "IRT": {"en": "toman", "ar": "تومان", "fa": "تومان"},
    "IRHT": {"en": "thousand toman", "ar": "ألف تومان", "fa": "هزار تومان"},
    "IRHR": {"en": "thousand rial", "ar": "ألف ريال إيراني", "fa": "هزار ریال"},
    "IRR": {"fa": "ریال"},
}
_NEVER_IN_PARTS = ("IRR", "IRT")  # their decimals are ISO's, and on no price tag
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
MANY = 100  # with its noun as it stands after any number, minus signs and all


def digits(text: str, locale: str) -> str:
    """The text with its digits in the language's own shapes."""
    return text.translate(_DIGITS[locale]) if locale in _DIGITS else text


def number(value: int | Decimal, locale: str) -> str:
    """A number with the language's digits and separators."""
    return digits(format_decimal(value, locale=locale, numbering_system=NUMBERING[locale]), locale)


def percent(basis_points: int, locale: str) -> str:
    """So many ten-thousandths as a percentage, with no more decimals than it has."""
    share = Decimal(basis_points) / 10_000
    written = format_percent(share, locale=locale, decimal_quantization=False, numbering_system=NUMBERING[locale])
    return digits(written, locale)


def money(minor: int, currency: str, locale: str, *, exact: bool = False, own: str = "") -> str:
    """An amount as it is written in a sentence: whole sums without decimals, unless `exact` (tables, receipts).

    `own` is the store's code for what it counts in, where that is another unit of the currency: toman for rials.
    """
    if currency == POINTS:
        return points(minor, locale)
    shown = counted_in(Money(minor, currency), own)
    minor, currency = shown.minor, shown.currency
    places = exponent(currency)
    amount = Decimal(minor).scaleb(-places)
    decimals = places if (exact and currency not in _NEVER_IN_PARTS) or minor % 10**places else 0
    name = _OWN_SYMBOLS.get(currency, {}).get(locale)
    if name:
        pattern = "#,##0" + (f".{'0' * decimals}" if decimals else "")
        figures = format_decimal(amount, pattern, locale=locale, numbering_system=NUMBERING[locale])
        return digits(f"{figures}{_NO_BREAK_SPACE}{name}", locale)
    written = format_currency(
        amount,
        currency,
        _money_pattern(locale, currency, decimals),
        locale=locale,
        currency_digits=False,
        numbering_system=NUMBERING[locale],
    )
    return digits(written, locale)


def points(count: int, locale: str, unit: str = "") -> str:
    """So many points, as their owner calls them where they have a name."""
    if unit:
        return f"{number(count, locale)} {unit}"
    text = languages.translations(locale).ngettext("%(count)s point", "%(count)s points", count if count >= 0 else MANY)
    return str(text) % {"count": number(count, locale)}


def currency_sign(currency: str, locale: str, own: str = "") -> str:
    """What stands beside an amount: €, toman."""
    currency = counted_in(Money(0, currency), own).currency
    return _OWN_SYMBOLS.get(currency, {}).get(locale) or str(get_currency_symbol(currency, locale))


@cache
def _money_pattern(locale: str, currency: str, decimals: int) -> str:
    pattern = str(Locale.parse(locale).currency_formats["standard"].pattern)
    pattern = pattern.replace(".00", f".{'0' * decimals}" if decimals else "")
    symbol = get_currency_symbol(currency, locale)
    # CLDR parts letters from digits ("SAR 10", but "€10"); Babel leaves that to us.
    return pattern.replace("¤#", f"¤{_NO_BREAK_SPACE}#") if symbol[-1].isalpha() else pattern


def day(instant: datetime, zone: str, locale: str, now: datetime, *, weekday: bool = False) -> str:
    """The day of an instant where the store is: 6 December, with its year if not this one; Jalali in Persian."""
    there, today = instant.astimezone(ZoneInfo(zone)).date(), now.astimezone(ZoneInfo(zone)).date()
    written = _jalali(there, today) if locale == "fa" else _gregorian(there, today, locale)
    if weekday:
        written = f"{format_date(there, 'EEEE', locale=locale)} {written}"
    return digits(written, locale)


def _gregorian(there: date, today: date, locale: str) -> str:
    return format_date(there, "d MMMM" if there.year == today.year else "d MMMM y", locale=locale)


def _jalali(there: date, today: date) -> str:
    jalali = jdatetime.date.fromgregorian(date=there)
    written = f"{jalali.day} {_JALALI_MONTHS[jalali.month - 1]}"
    same_year = jalali.year == jdatetime.date.fromgregorian(date=today).year
    return written if same_year else f"{written} {jalali.year}"


def month(day: date, locale: str) -> tuple[date, date]:
    """The first day of the month in which `day` lies and of the next, in the language's calendar."""
    if locale == "fa":
        jalali = jdatetime.date.fromgregorian(date=day)
        years, rest = divmod(jalali.month, 12)
        return jalali.replace(day=1).togregorian(), jdatetime.date(jalali.year + years, rest + 1, 1).togregorian()
    years, rest = divmod(day.month, 12)
    return day.replace(day=1), date(day.year + years, rest + 1, 1)


def month_name(day: date, locale: str) -> str:
    """The month in which `day` lies, with its year."""
    if locale == "fa":
        jalali = jdatetime.date.fromgregorian(date=day)
        return digits(f"{_JALALI_MONTHS[jalali.month - 1]} {jalali.year}", locale)
    return digits(format_date(day, "LLLL y", locale=locale), locale)


def hour(instant: datetime, zone: str, locale: str) -> str:
    """The hour and minute of an instant where the store is, on a clock of 24 hours."""
    return digits(f"{instant.astimezone(ZoneInfo(zone)):%H:%M}", locale)


def moment(instant: datetime, zone: str, locale: str, now: datetime) -> str:
    """Day and hour of an instant where the store is."""
    return f"{day(instant, zone, locale, now)}{',' if locale == 'en' else '،'} {hour(instant, zone, locale)}"
