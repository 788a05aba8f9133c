"""How the store is connected, what it said of itself, our plugin for it; and how it is disconnected."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.queries import health, installations
from app.queries import programs as seen
from app.services import departures, programs, storefronts
from app.web import shopfront
from app.web.access import member
from app.web.desk import Desk
from app.web.install import views_of
from app.web.owner import blueprint, looks
from app.web.support.words import trouble


@blueprint.get("/connection")
@member("owner")
def connection(desk: Desk) -> ResponseReturnValue:
    """The store's connection with its facts."""
    installation = installations.newest(desk.store_id)
    foreign = [
        row
        for row in seen.programs(desk.store_id)
        if row.state in ("draft", "paused") and row.rules.currency != desk.workplace.currency
    ]
    return desk.page(
        "owner/connection.html",
        "owner.connection",
        installation=installation,
        has_plugin=installation is not None and storefronts.has_plugin(installation.platform),
        join_address=_join_address(desk),
        health=(found := health.health(desk.store_id)),
        completeness=found.completeness,
        said=looks.LOOKS,
        faults=looks.FAULTS,
        trouble=trouble,
        waiting=seen.waiting_to_go_on(desk.store_id),
        foreign=foreign,
        **(views_of(installation) if installation else {}),
    )


@blueprint.post("/connection/programs")
@member("owner")
def go_on(desk: Desk) -> ResponseReturnValue:
    """The programs that were live before the store was disconnected are live again."""
    programs.go_on(desk.store_id, desk.account_id)
    flash(_("Live again. Codes are being made in the shop."), "good")
    return redirect(desk.address("owner.connection"))


@blueprint.route("/connection/disconnect", methods=["GET", "POST"])
@member("owner")
def disconnect(desk: Desk) -> ResponseReturnValue:
    """What disconnecting does, and then it is done."""
    form = FlaskForm()
    installation = installations.newest(desk.store_id)
    if installation is None or installation.standing != "connected":
        return redirect(desk.address("owner.connection"))
    if form.validate_on_submit():
        departures.disconnect(desk.store_id, desk.account_id)
        return redirect(desk.address("owner.connection"))
    return desk.page(
        "owner/disconnect.html", "owner.connection", form=form, ready=installations.handed_out(desk.store_id)
    )


@blueprint.get("/connection/plugin")
@member("owner")
def plugin(desk: Desk) -> ResponseReturnValue:
    """The plugin to install in the shop; it knows the program's page."""
    installation = installations.newest(desk.store_id)
    packed = storefronts.plugin(installation.platform, _join_address(desk)) if installation else None
    if packed is None:
        abort(404)
    name, content = packed
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype="application/zip", headers=headers)


def _join_address(desk: Desk) -> str:
    return shopfront.public_address(url_for("portal.program", slug=desk.slug))
