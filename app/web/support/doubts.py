"""Rewards to look at: the queue, by what it is about, with a decision beside each."""

from __future__ import annotations

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.queries import doubts as seen
from app.queries.doubts import About, Doubt
from app.web.access import member
from app.web.desk import Desk
from app.web.formats import day, sentence
from app.web.support import blueprint

ABOUT: dict[About, LazyString] = {
    About.ASKED: _l("The customer asks"),
    About.ODD: _l("Looks odd"),
    About.NEWNESS: _l("Perhaps no new customer"),
    About.APPROVAL: _l("Approved by hand"),
    About.LATE: _l("Late"),
}


@blueprint.get("/doubts")
@member("owner", "agent")
def doubts(desk: Desk) -> ResponseReturnValue:
    """The most urgent first; of one kind where the address names it."""
    named = request.args.get("about", "")
    if named and named not in set(About):
        abort(404)
    about = About(named) if named else None
    queue = seen.doubts(desk.store_id, about)
    return desk.page(
        "support/doubts.html", "support.waiting", queue=queue, about=about, kinds=ABOUT, otherwise=otherwise
    )


def otherwise(doubt: Doubt) -> Markup:
    """What happens if nobody looks, and when."""
    if doubt.about is About.ASKED:
        asked = _l("They were told that they get an answer by %(day)s. Until somebody answers, it stays as it is.")
        return sentence(asked, day=day(doubt.until))
    assert doubt.reward is not None  # noqa: S101 - what nobody asked about has one
    if doubt.reward.goes_unlooked:
        return sentence(_l("If nobody looks, it is sent on %(day)s."), day=day(doubt.until))
    if doubt.is_late:
        return sentence(_l("The customer has been waiting since %(day)s. Nothing is sent until somebody decides."),
                        day=day(doubt.reward.due_at))  # fmt: skip
    if doubt.reward.look_until:
        return sentence(_l("Look until %(day)s. Nothing is sent until somebody decides."), day=day(doubt.until))
    return sentence(_l("Its hold ends on %(day)s. Nothing is sent until somebody decides."), day=day(doubt.until))
