"""Asking somebody at the shop to look again (R9): the button beside what was refused or waits, and the answer."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup

from app import clock
from app.domain.errors import DomainError
from app.queries.second_looks import Look
from app.services import second_looks
from app.web.formats import day, sentence
from app.web.portal import session

LONGEST = second_looks.LONGEST


def ask(attribution_id: int) -> ResponseReturnValue:
    """Somebody is asked, once; the advocate's page says so."""
    page = session.mine()
    if FlaskForm().validate_on_submit():
        try:
            second_looks.ask(page.shop.id, page.person_id, attribution_id, request.form.get("message", ""))
        except DomainError:
            abort(404)
    return redirect(url_for("portal.me"), 303)


def told(look: Look) -> Markup:
    """What became of the asking; the shop's own words stand beside it."""
    asked = day(look.asked_at)
    if look.answered_at is not None and look.answer == "counts":
        return sentence(_("Somebody looked again on %(day)s: it counts."), day=day(look.answered_at))
    if look.answered_at is not None:
        return sentence(_("Somebody looked again on %(day)s: it does not count."), day=day(look.answered_at))
    if look.answer_by <= clock.now():
        late = _("You asked for a look on %(day)s, and the shop owes you an answer. If it is urgent, write to them.")
        return sentence(late, day=asked)
    message = _("You asked for a look on %(day)s. You get an answer by %(until)s.")
    return sentence(message, day=asked, until=day(look.answer_by))
