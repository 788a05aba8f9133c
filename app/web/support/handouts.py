"""Rewards to hand out: the queue, the list to pay from, and what was done."""

from __future__ import annotations

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.domain.programs import SUMS
from app.queries import handouts as seen
from app.queries.handouts import Handout
from app.services import support
from app.web import formats, rewards, tables
from app.web.access import member
from app.web.desk import Desk
from app.web.support import blueprint
from app.web.support.acts import perform


@blueprint.get("/handouts")
@member("owner", "agent")
def handouts(desk: Desk) -> ResponseReturnValue:
    """What is due, the longest due first."""
    return desk.page("support/handouts.html", "support.waiting", rows=seen.waiting(desk.store_id), rewards=rewards)


@blueprint.post("/handouts")
@member("owner", "agent")
def hand_out(desk: Desk) -> ResponseReturnValue:
    """The chosen rewards were handed out."""
    chosen = [int(each) for each in request.form.getlist("reward") if each.isascii() and each.isdigit()]
    back = desk.address("support.handouts")
    return perform(desk, "hand_out", lambda act: support.hand_out(act, chosen), back)


@blueprint.post("/handouts.csv")
@member("owner", "agent")
def handouts_file(desk: Desk) -> Response:
    """The queue with names and addresses, to pay or send from. That somebody took it is on record."""
    rows = seen.waiting(desk.store_id)
    support.note_export(desk.store_id, desk.account_id, len(rows))
    heads = (_("Reward"), _("Due"), _("Order"), _("Customer’s code"), _("Name"), _("E-mail"), _("Phone"), _("What"),
             _("Cause"), _("Currency"), _("Amount"))  # fmt: skip
    return tables.download(f"{desk.slug}-handouts.csv", heads, [_row(row) for row in rows])


def _row(row: Handout) -> tuple[object, ...]:
    is_money = row.kind in SUMS
    amount = formats.counted(row.amount_minor, row.currency)
    return (
        row.reward_id,
        f"{row.due_at:%Y-%m-%d}",
        row.order_ref or "",
        row.code,
        row.name or "",
        row.email or "",
        row.phone or "",
        formats.plain(rewards.worth_words(row.kind, row.amount_minor, row.currency, row.terms)) if not is_money else "",
        row.terms.cause(row.donates_to) or "",
        amount.currency if is_money else "",
        tables.amount(amount) if is_money else "",
    )
