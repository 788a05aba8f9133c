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
from app.domain.money import Money, counted_in
from app.domain.programs import InWords
from app.web.language import current


def register(app: Flask) -> None:
    """Templates write {{ money(2000, "EUR") }}, {{ day(instant) }} and so on."""
    app.jinja_env.globals.update(
        money=money,
        points=points,
        exact_money=exact_money,
        currency_code=currency_code,
        listed=listed,
        percent=percent,
        number=number,
        day=day,
        moment=moment,
        days=days,
        code=code,
    )


def stand_in(zone: str, own_currency: str = "") -> None:
    """Days and hours of this request are those of the zone, until somebody says so UTC; amounts are written in the
    store's own unit, where it has one (toman for rials)."""
    g.zone, g.own_currency = zone, own_currency


def currency_sign(currency: str) -> Markup:
    """What stands beside an amount: €, toman."""
    return isolated(formats.currency_sign(currency, current(), own_currency()))


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
    return isolated(formats.money(minor, currency, current(), own=own_currency()))


def points(count: int, unit: InWords | None = None) -> Markup:
    """So many points, by the name that the owner gave them."""
    name = unit.said(current()) if unit else ""
    return (named if name else isolated)(formats.points(count, current(), name))


def unconverted(minor: int, currency: str) -> Markup:
    """An amount in the currency itself, whatever unit the store counts in."""
    return isolated(formats.money(minor, currency, current()))


def exact_money(minor: int, currency: str) -> Markup:
    """An amount in a table, with all its decimals."""
    return isolated(formats.money(minor, currency, current(), exact=True, own=own_currency()))


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


def own_currency() -> str:
    """The code of the unit in which the store of this request counts, where it has one of its own."""
    return str(g.get("own_currency", ""))


def currency_code(currency: str) -> str:
    """The currency's code as the store says it: IRT where it counts in toman."""
    return counted(0, currency).currency


def counted(minor: int, currency: str) -> Money:
    """The amount in the unit in which the store counts."""
    return counted_in(Money(minor, currency), own_currency())


def _zone() -> str:
    return str(g.get("zone", "UTC"))
