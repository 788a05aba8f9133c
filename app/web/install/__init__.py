"""Connecting a shop: what is asked and why, what the shop said of itself, and where it failed, how to mend it."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask import redirect as go
from flask.typing import ResponseReturnValue
from flask_babel import LazyString

from app.queries import installations as seen
from app.queries.accounts import Viewer
from app.services import installations
from app.web import formats, limits
from app.web.access import account
from app.web.install import words
from app.web.install.forms import connect_form
from integrations import registry
from integrations.contract import Platform
from integrations.errors import RemoteOutcomeUnknown, RemoteRejected, RemoteUnavailable

blueprint = Blueprint("install", __name__, template_folder="templates")


@blueprint.get("/connect")
@account
def connect(viewer: Viewer) -> ResponseReturnValue:
    """Which platform the shop stands on; where there is only one, straight to it."""
    _refuse_agents(viewer)
    platforms = [each for each in registry.PLATFORMS if each.connector is not None]
    if len(platforms) == 1:
        return go(url_for("install.connect_to", platform_key=platforms[0].key))
    return render_template("install/platforms.html", platforms=platforms)


def _refuse_agents(viewer: Viewer) -> None:
    if not viewer.may_connect:
        abort(403)


@blueprint.route("/connect/<platform_key>", methods=["GET", "POST"])
@account
def connect_to(viewer: Viewer, platform_key: str) -> ResponseReturnValue:
    """Address and keys; they are proven before anything is kept."""
    _refuse_agents(viewer)
    platform = registry.BY_KEY.get(platform_key)
    if platform is None or platform.connector is None:
        abort(404)
    form = connect_form(platform.connector.fields)
    if request.method == "GET":
        form.address.data = _address_of(viewer, request.args.get("at"))
    wrong = None
    if form.validate_on_submit():
        if not limits.within("connections", viewer.account_id):
            abort(429)
        answers = {field.key: form[field.key].data or "" for field in platform.connector.fields}
        try:
            made = installations.connect(
                viewer.account_id, platform_key, form.address.data or "", answers, viewer.locale
            )
            return go(url_for("install.connected", installation_id=made))
        except (RemoteRejected, RemoteUnavailable, RemoteOutcomeUnknown) as error:
            wrong = _explained(platform, error)
    page = render_template("install/connect.html", platform=platform, form=form, help=words.HELP, wrong=wrong)
    return page, 422 if wrong else 200


def _address_of(viewer: Viewer, slug: str | None) -> str | None:
    """The address of the store that is connected anew."""
    workplace = viewer.workplace(slug or "")
    page = seen.newest(workplace.store_id) if workplace and workplace.role == "owner" else None
    return page.base_url if page else None


def _explained(platform: Platform, error: RemoteRejected | RemoteUnavailable | RemoteOutcomeUnknown) -> LazyString:
    # Some slugs name the platform, which no word of ours does.
    return words.trouble(error.reason.replace(platform.key, "platform"))


@blueprint.get("/connect/done/<int:installation_id>")
@account
def connected(viewer: Viewer, installation_id: int) -> ResponseReturnValue:
    """What the shop said of itself, to be looked over, and what comes next."""
    page = seen.of_account(viewer.account_id, installation_id)
    if page is None:
        abort(404)
    formats.stand_in(str(page.facts.get("timezone", "UTC")))
    return render_template("install/connected.html", installation=page, facts=page.facts)
