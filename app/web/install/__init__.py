"""Connecting a shop: what is asked and why, what the shop said of itself, and where it failed, how to mend it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, make_response, render_template, request, url_for
from flask import redirect as go
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.domain.money import Money, exponent, in_iso
from app.queries import installations as seen
from app.queries import programs
from app.queries.accounts import Viewer, Workplace
from app.queries.installations import InstallationPage
from app.services import authorizations, installations
from app.web import formats, limits
from app.web.access import account
from app.web.install import words
from app.web.install.forms import connect_form
from app.web.support import words as standing
from integrations import registry
from integrations.contract import Platform
from integrations.errors import PlatformError, RemoteOutcomeUnknown, RemoteRejected, RemoteUnavailable

blueprint = Blueprint("install", __name__, template_folder="templates")
NOT_ANSWERED = (RemoteUnavailable, RemoteOutcomeUnknown)
REFUSED = (RemoteRejected, *NOT_ANSWERED)
LOOK_EVERY = 2  # seconds
MOST_LOOKS = 15


@blueprint.get("/connect")
@account
def connect(viewer: Viewer) -> ResponseReturnValue:
    """Which platform the shop stands on; where there is only one, straight to it."""
    refuse_agents(viewer)
    platforms = [each for each in registry.PLATFORMS if each.connector is not None]
    if len(platforms) == 1:
        return go(url_for("install.connect_to", platform_key=platforms[0].key))
    return render_template("install/platforms.html", platforms=platforms)


def refuse_agents(viewer: Viewer) -> None:
    """Only who may connect shops goes on from here."""
    if not viewer.may_connect:
        abort(403)


def known_platform(key: str) -> Platform:
    """The platform in the address, which can be connected; to others there is no page."""
    platform = registry.BY_KEY.get(key)
    if platform is None or platform.connector is None:
        abort(404)
    return platform


def store_of(viewer: Viewer) -> Workplace | None:
    """The viewer's own store that the address says is connected anew, if it says so."""
    slug = request.args.get("at")
    if slug is None:
        return None
    workplace = viewer.workplace(slug)
    if workplace is None or workplace.role != "owner":
        abort(404)
    return workplace


@blueprint.route("/connect/<platform_key>", methods=["GET", "POST"])
@account
def connect_to(viewer: Viewer, platform_key: str) -> ResponseReturnValue:
    """Address and keys; they are proven before anything is kept."""
    refuse_agents(viewer)
    platform = known_platform(platform_key)
    assert platform.connector is not None  # noqa: S101 - tells mypy
    store = store_of(viewer)
    form = connect_form(platform.connector.fields)
    if request.method == "GET":
        form.address.data = request.args.get("address") or _address_of(store)
    if not form.validate_on_submit():
        return connect_page(platform, form, store)
    if not limits.within("connections", viewer.account_id):
        abort(429)
    answers = {field.key: form[field.key].data or "" for field in platform.connector.fields}
    store_id = store.store_id if store else None
    try:
        made = installations.connect(
            viewer.account_id, platform_key, form.address.data or "", answers, viewer.locale, store_id
        )
    except REFUSED as error:
        return connect_page(platform, form, store, error)
    return go(url_for("install.connected", installation_id=made))


def connect_page(
    platform: Platform, form: Any, store: Workplace | None, error: PlatformError | None = None
) -> ResponseReturnValue:
    """The form, and what was wrong."""
    if error is not None and error.reason == "shop_elsewhere":
        form.address.data = getattr(error, "detail", "")
    obstacle = authorizations.obstacle(platform.key)
    page = render_template(
        "install/connect.html",
        platform=platform,
        form=form,
        help=words.HELP,
        store=store,
        wrong=explained(platform, error) if error else None,
        may_ask=obstacle is None,
        why_not=words.TROUBLE.get(obstacle or ""),
        callback=authorizations.callback_url(platform.key),
    )
    return page, 422 if error else 200


def _address_of(store: Workplace | None) -> str | None:
    page = seen.newest(store.store_id) if store else None
    return page.base_url if page else None


def explained(platform: Platform, error: PlatformError) -> Markup:
    """What went wrong, in words."""
    # Some slugs name the platform, which no word of ours does.
    return words.trouble(error.reason.replace(platform.key, "platform"), getattr(error, "detail", ""))


@blueprint.get("/connect/done/<int:installation_id>")
@account
def connected(viewer: Viewer, installation_id: int) -> ResponseReturnValue:
    """What the shop said of itself, to be looked over, whether it reaches us, and what comes next."""
    page = seen.of_account(viewer.account_id, installation_id)
    if page is None:
        abort(404)
    formats.stand_in(str(page.facts.get("timezone", "UTC")))
    looks = request.args.get("look", default=1, type=int)
    slug = page.store_slug
    store_id = next(each.store_id for each in viewer.workplaces if each.slug == slug)
    answer = make_response(
        render_template(
            "install/connected.html",
            installation=page,
            facts=page.facts,
            has_programs=bool(programs.programs(store_id)),
            waiting=programs.waiting_to_go_on(store_id),
            **views_of(page),
        )
    )
    if page.reach.state == "waiting" and looks < MOST_LOOKS:
        again = url_for("install.connected", installation_id=installation_id, look=looks + 1)
        answer.headers["Refresh"] = f"{LOOK_EVERY}; url={again}"
    return answer


def views_of(page: InstallationPage) -> dict[str, Any]:
    """What templates need to show facts and reach."""
    own = str(page.facts.get("shown_currency") or "")
    worth = in_iso(Money(10 ** exponent(own), own))
    return {
        "proven": words.PROVEN,
        "worth": formats.unconverted(worth.minor, worth.currency) if own and worth.currency != own else None,
        "why_stopped": standing.trouble(page.reach.reason) if page.reach.reason else None,
        "webhook_address": current_app.config["GOODWORD"].public_url + page.webhook_path,
    }


from app.web.install import asking  # noqa: E402, F401 - hangs its views on this blueprint
