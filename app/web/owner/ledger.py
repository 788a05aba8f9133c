"""The ledger: what is owed, what a month brought, and every entry as a file for the accountant."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock, formats
from app.domain.money import POINTS
from app.queries import ledger as seen
from app.web import tables
from app.web.access import member
from app.web.desk import Desk
from app.web.formats import counted
from app.web.language import current
from app.web.owner import blueprint
from app.web.support import words

FIRST_YEAR, LAST_YEAR = 2000, 2200  # what an address may ask for


@blueprint.get("/ledger")
@member("owner")
def ledger(desk: Desk) -> ResponseReturnValue:
    """What is owed in each currency, and the sums of a month in the reader's own calendar."""
    first, following = _asked_month(desk)
    since, until = _instants(desk, first, following)
    earliest = seen.first_day(desk.store_id)
    return desk.page(
        "owner/ledger.html",
        "owner.ledger",
        owed=seen.owed_now(desk.store_id),
        sums=seen.sums(desk.store_id, since, until),
        entries=words.ENTRIES,
        month=formats.month_name(first, current()),
        first=first,
        before=first - timedelta(days=1) if earliest and earliest < first else None,
        after=following if following <= _today(desk) else None,
    )


@blueprint.get("/ledger.csv")
@member("owner")
def ledger_file(desk: Desk) -> Response:
    """Every entry of the month, oldest first."""
    first, following = _asked_month(desk)
    zone = ZoneInfo(desk.workplace.timezone)
    heads = (_("Entry"), _("Day"), _("Time"), _("What"), _("Why"), _("Order"), _("Customer’s code"), _("For"),
             _("Reward"), _("Currency"), _("Amount"))  # fmt: skip
    rows = (
        _row(entry, entry.at.astimezone(zone))
        for entry in seen.entries(desk.store_id, *_instants(desk, first, following))
    )
    return tables.download(f"{desk.slug}-ledger-{first:%Y-%m-%d}.csv", heads, rows)


def _row(entry: seen.Entry, at: datetime) -> tuple[object, ...]:
    amount = counted(entry.amount_minor, entry.currency)
    return (
        entry.id,
        f"{at:%Y-%m-%d}",
        f"{at:%H:%M:%S}",
        str(words.ENTRIES[entry.kind]),
        words.cause(entry.cause),
        entry.order_number,
        entry.advocate_code,
        _("Friend") if entry.side == "friend" else _("Customer"),
        entry.reward_id,
        _("points") if amount.currency == POINTS else amount.currency,
        tables.amount(amount),
    )


def _asked_month(desk: Desk) -> tuple[date, date]:
    """The first day of the month that the address asks for (?day=2026-11-01, any day of it) and of the next."""
    asked = request.args.get("day")
    try:
        day = date.fromisoformat(asked) if asked else _today(desk)
    except ValueError:
        abort(404)
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        abort(404)
    return formats.month(day, current())


def _today(desk: Desk) -> date:
    return clock.now().astimezone(ZoneInfo(desk.workplace.timezone)).date()


def _instants(desk: Desk, first: date, following: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(desk.workplace.timezone)
    return datetime.combine(first, time(), zone), datetime.combine(following, time(), zone)
