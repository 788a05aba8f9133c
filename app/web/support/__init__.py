"""The support desk: one search box, stories of people and orders, acts with reason and undo, queues, audit."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from app.queries import audit as audit_log
from app.queries import queues
from app.queries import search as results
from app.services import searches
from app.web import numbers, rewards
from app.web.access import member
from app.web.desk import Desk
from app.web.support import signs, words

blueprint = Blueprint("support", __name__, template_folder="templates", url_prefix="/s/<slug>")


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {
        "said": words,
        "sign": signs.told,
        "named": words.named,
        "trouble": words.trouble,
        "worth_words": rewards.worth_words,
    }


@blueprint.get("/support")
@member("owner", "agent")
def home(desk: Desk) -> ResponseReturnValue:
    """Where a call begins: the search box, and what waits."""
    return desk.page("support/home.html", "support.home", queues=queues.queues(desk.store_id))


@blueprint.post("/search")
@member("owner", "agent")
def search(desk: Desk) -> ResponseReturnValue:
    """Everything that matches; what was typed stands in the page and in no address."""
    typed = request.form.get("typed", "")[: searches.LONGEST]
    found = results.search(desk.store_id, searches.wanted(desk.store_id, typed))
    return desk.page("support/results.html", "support.home", typed=typed, found=found)


@blueprint.get("/waiting")
@member("owner", "agent")
def waiting(desk: Desk) -> ResponseReturnValue:
    """Tasks, effects that stand still, rewards that somebody must look at."""
    return desk.page("support/waiting.html", "support.waiting", queues=queues.queues(desk.store_id))


@blueprint.get("/audit")
@member("owner", "agent")
def audit(desk: Desk) -> ResponseReturnValue:
    """Who did what, and why."""
    before = numbers.asked("before")
    page = audit_log.entries(desk.store_id, before=before)
    if before is not None and not page.rows:
        abort(404)
    return desk.page("support/audit.html", "support.audit", page=page, is_first=before is None)


# The other rooms of the desk hang their views on this blueprint.
from app.web.support import acts, doubts, handouts, messages, stories  # noqa: E402, F401
