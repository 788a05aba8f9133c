"""Fields of the owner's forms: figures in anybody's digits, days of the shop's, one answer in a line."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from wtforms import StringField, TextAreaField
from wtforms.validators import ValidationError

from app.domain import text
from app.domain.programs import Named
from app.web.faults import FAULTS

_MARKS = str.maketrans({"٫": ".", "،": ",", "٬": "", "'": "", "’": "", " ": "", "%": "", "٪": ""})
_GROUPED = re.compile(r"[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*")
_FIGURES = {"inputmode": "decimal", "dir": "ltr", "autocomplete": "off"}


def plain(typed: str | None, places: int = 0) -> str:
    """A number as it was typed, in plain digits with a decimal point, whichever marks its writer is used to.

    Raises ValueError where a mark may part thousands or decimals: 1.500 is one and a half to some, and 1,500 of a
    currency with three decimals to others.
    """
    figure = text.fold((typed or "").translate(_MARKS)).replace(" ", "")
    grouped = _GROUPED.fullmatch(figure)
    if grouped:
        mark = grouped[1]
        if figure.count(mark) == 1 and (mark == ".") != (places == 3):
            raise ValueError(typed)
        return figure if mark == "." and figure.count(mark) == 1 else figure.replace(mark, "")
    decimal = max(".,", key=figure.rfind)
    return figure.replace({".": ",", ",": "."}[decimal], "").replace(decimal, ".")


class Unit(NamedTuple):
    """What a typed 1 is in the units of the rules: so many digits longer, so many times as much (a toman: 10 rials)."""

    places: int = 0
    times: int = 1


PERCENT = Unit(2)


class FigureField(StringField):  # type: ignore[misc]  # no types of its own
    """A number in anybody's digits, empty for zero; `read()` is its value in the units of the rules."""

    def __init__(self, label: Any, *, places: int = 0, **given: Any) -> None:
        super().__init__(label, render_kw=_FIGURES, **given)
        self.unit = Unit(places)

    def pre_validate(self, _form: object) -> None:
        """Whatever was typed is a number."""
        try:
            self.read()
        except (InvalidOperation, ValueError, OverflowError) as error:
            raise ValidationError(str(FAULTS["not_a_number"])) from error

    def read(self) -> int:
        """The number in its smallest units: 12.50 with two places is 1250."""
        typed = plain(self.data, self.unit.places)
        scaled = Decimal(typed or 0).scaleb(self.unit.places) * self.unit.times
        if not scaled.is_finite() or scaled != scaled.to_integral_value() or abs(scaled) > 10**15:
            raise ValueError(typed)
        return int(scaled)

    def write(self, value: int) -> None:
        """The field shows the value, without decimals that say nothing."""
        shown = Decimal(value).scaleb(-self.unit.places) / self.unit.times
        self.data = f"{shown.normalize():f}" if value else ""


class ProductField(StringField):  # type: ignore[misc]  # no types of its own
    """A product, named as in the shop."""

    def __init__(self, label: Any, **given: Any) -> None:
        super().__init__(label, render_kw={"dir": "auto", "maxlength": 200, "autocomplete": "off"}, **given)

    def read(self) -> Named | None:
        """The product, whose reference the shop is still to be asked for; None where nothing was written."""
        name = text.one_line(self.data or "")
        return Named("", name) if name else None


class LinesField(TextAreaField):  # type: ignore[misc]  # no types of its own
    """One answer in a line."""

    def read(self) -> tuple[str, ...]:
        """The answers, each once, without empty lines."""
        lines = (text.one_line(line) for line in (self.data or "").splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))


class WordsField(StringField):  # type: ignore[misc]  # no types of its own
    """Several short words, in lower case; commas and spaces part them."""

    def read(self) -> tuple[str, ...]:
        """The words, each once."""
        return tuple(
            dict.fromkeys(word.lower().lstrip("@") for word in re.split(r"[\s,،;؛]+", self.data or "") if word)
        )


class DayField(StringField):  # type: ignore[misc]  # no types of its own
    """A day where the shop is, in the browser's own calendar; typed as 2026-12-31 where it has none."""

    def __init__(self, label: Any, **given: Any) -> None:
        super().__init__(label, render_kw={"type": "date", "autocomplete": "off"}, **given)
        self.zone = "UTC"

    def pre_validate(self, _form: object) -> None:
        """Whatever was typed is a day."""
        try:
            self.read()
        except (ValueError, OverflowError) as error:
            raise ValidationError(str(FAULTS["not_a_day"])) from error

    def read(self) -> datetime | None:
        """The instant at which the day begins; None where nothing was typed."""
        typed = text.fold(self.data or "").strip()
        return _begins(date.fromisoformat(typed), self.zone) if typed else None

    def read_end(self) -> datetime | None:
        """The first instant after the day: its last second is included."""
        begins = self.read()
        return _begins(begins.astimezone(ZoneInfo(self.zone)).date() + timedelta(days=1), self.zone) if begins else None

    def write(self, instant: datetime) -> None:
        """The field shows the instant's day."""
        self.data = instant.astimezone(ZoneInfo(self.zone)).date().isoformat()


def _begins(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
