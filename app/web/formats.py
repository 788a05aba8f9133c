"""Numbers, money and dates as the visitor reads them: app/formats.py bound to this request's language and zone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from babel.lists import format_list
from flask import Flask, g
from flask_babel import LazyString, ngettext
from markupsafe import Markup, escape

from app import clock, formats
from app.domain import codes
from app.web.language import current


def register(app: Flask) -> None:
    """Templates write {{ money(2000, "EUR") }}, {{ day(instant) }} and so on."""
    app.jinja_env.globals.update(
        money=money,
        exact_money=exact_money,
        percent=percent,
        number=number,
        day=day,
        moment=moment,
        days=days,
        code=code,
    )


def stand_in(zone: str) -> None:
    """Days and hours of this request are those of the zone; until somebody says so, UTC."""
    g.zone = zone


def currency_sign(currency: str) -> Markup:
    """What stands beside an amount: €, toman."""
    return isolated(formats.currency_sign(currency, current()))


def percent_sign() -> Markup:
    """What stands beside a percentage."""
    return isolated(formats.digits("%", current()))


def isolated(text: str) -> Markup:
    """The text as an island of its own direction in right-to-left prose; it stays on one line, as an amount must."""
    return Markup("<bdi>{}</bdi>").format(text)


def named(text: str) -> Markup:
    """A name as an island of its own direction, which may break where the line ends."""
    return Markup('<bdi class="long">{}</bdi>').format(text)


def plain(markup: Markup) -> str:
    """The sentence without its markup; what was an island of its own direction stays one, by invisible marks."""
    return str(Markup(re.sub(r"<bdi[^>]*>", "\u2068", markup).replace("</bdi>", "\u2069")).striptags())  # noqa: S704 - is markup


def sentence(message: str | LazyString, **values: Any) -> Markup:
    """The translated message with its values in place; those that are not markup are escaped."""
    return escape(str(message)) % {name: escape(value) for name, value in values.items()}


def number(value: int) -> str:
    """A whole number."""
    return formats.number(value, current())


def percent(basis_points: int) -> Markup:
    """A percentage."""
    return isolated(formats.percent(basis_points, current()))


def money(minor: int, currency: str) -> Markup:
    """An amount in a sentence; whole sums stand without decimals."""
    return isolated(formats.money(minor, currency, current()))


def exact_money(minor: int, currency: str) -> Markup:
    """An amount in a table, with all its decimals."""
    return isolated(formats.money(minor, currency, current(), exact=True))


def listed(words: Sequence[str]) -> Markup:
    """Names one after the other, each an island of its own direction, joined as the language joins them."""
    return Markup(format_list([str(named(word)) for word in words], locale=current()))  # noqa: S704 - named() escapes


def day(instant: datetime, *, weekday: bool = False) -> Markup:
    """The day of an instant where the store is."""
    return _time(instant, formats.day(instant, _zone(), current(), clock.now(), weekday=weekday))


def moment(instant: datetime) -> Markup:
    """The day and hour of an instant where the store is."""
    return _time(instant, formats.moment(instant, _zone(), current(), clock.now()))


def days(count: int) -> str:
    """So many days, as they stand after a preposition."""
    return str(ngettext("%(count)s day", "%(count)s days", count, count=number(count)))


def code(text: str) -> Markup:
    """A coupon's code in a line of text, three letters by three."""
    return Markup('<bdi class="num">{}</bdi>').format(codes.shown(text))


def _time(instant: datetime, written: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(instant.isoformat(timespec="minutes"), written)


def _zone() -> str:
    return str(g.get("zone", "UTC"))
