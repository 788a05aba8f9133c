"""Who works in the store: invitations, roles, leaving."""

from __future__ import annotations

from flask import current_app, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField, SelectChoice, StringField

from app.domain.errors import AnswersRefused, DomainError
from app.queries import accounts
from app.services import teams
from app.web import faults
from app.web.access import member
from app.web.desk import Desk
from app.web.owner import blueprint

ROLES = [
    SelectChoice("agent", _l("Support: finds people and orders, and puts things right")),
    SelectChoice("owner", _l("Owner: sees everything and decides about the programs")),
]


class InvitationForm(FlaskForm):  # type: ignore[misc]  # no types of its own
    """Whom to invite, as what."""

    email = EmailField(_l("E-mail"), render_kw={"required": True, "autocomplete": "off"})
    role = RadioField(_l("Role"), choices=ROLES, default="agent")


class RoleForm(FlaskForm):  # type: ignore[misc]  # no types of its own
    """Another role."""

    role = StringField()


@blueprint.route("/team", methods=["GET", "POST"])
@member("owner")
def team(desk: Desk) -> ResponseReturnValue:
    """Everybody who works here; a new invitation is shown once, to copy, and mailed."""
    form = InvitationForm()
    link = None
    if form.validate_on_submit():
        try:
            link = teams.invite(
                desk.store_id,
                desk.account_id,
                email=form.email.data or "",
                role=form.role.data,
                public_url=current_app.config["GOODWORD"].public_url,
            )
        except AnswersRefused as error:
            faults.show(form, error.faults)
    members = accounts.team(desk.store_id)
    return desk.page("owner/team.html", "owner.team", form=form, members=members, link=link)


@blueprint.post("/team/<int:account_id>/role")
@member("owner")
def change_role(desk: Desk, account_id: int) -> ResponseReturnValue:
    """The member has the chosen role."""
    form = RoleForm()
    try:
        teams.change_role(desk.store_id, desk.account_id, account_id, form.role.data or "")
        flash(_("The role is changed."), "good")
    except DomainError as error:
        flash(faults.refusal(error), "bad")
    return redirect(desk.address("owner.team"))


@blueprint.post("/team/<int:account_id>/remove")
@member("owner")
def remove(desk: Desk, account_id: int) -> ResponseReturnValue:
    """The member works here no more."""
    try:
        teams.remove(desk.store_id, desk.account_id, account_id)
        flash(_("They do not work here any more."), "good")
    except DomainError as error:
        flash(faults.refusal(error), "bad")
    return redirect(desk.address("owner.team"))
