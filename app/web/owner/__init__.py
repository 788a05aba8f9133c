"""The owner's desk: numbers that can be trusted, programs, the team, the connection."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.queries import health
from app.queries import overview as numbers
from app.queries import programs as seen
from app.web.access import member
from app.web.desk import Desk

blueprint = Blueprint("owner", __name__, template_folder="templates", url_prefix="/s/<slug>")
PERIODS = (7, 30, 90)


@blueprint.get("/")
@member("owner")
def overview(desk: Desk) -> ResponseReturnValue:
    """The store's numbers of the chosen days, and the state of what keeps them coming."""
    asked = request.args.get("days", default=30, type=int)
    days = asked if asked in PERIODS else 30
    return desk.page(
        "owner/overview.html",
        "owner.overview",
        overview=numbers.overview(desk.store_id, days),
        health=health.health(desk.store_id),
        programs=seen.programs(desk.store_id),
        periods=PERIODS,
    )


# The other rooms of the desk hang their views on this blueprint.
from app.web.owner import banks, connection, ledger, programs, team, trials  # noqa: E402, F401
