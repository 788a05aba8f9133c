"""Asking a shop for keys in its manager's browser: the way there, the keys that it posts, and the way back."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import abort, make_response, render_template, request, url_for
from flask import redirect as go
from flask.typing import ResponseReturnValue

from app.queries.accounts import Viewer
from app.services import authorizations
from app.services.authorizations import Outcome
from app.web import limits
from app.web.access import account, public
from app.web.install import (
    LOOK_EVERY,
    MOST_LOOKS,
    NOT_ANSWERED,
    REFUSED,
    blueprint,
    connect_page,
    explained,
    known_platform,
    refuse_agents,
    store_of,
)
from app.web.install.forms import connect_form
from app.web.security import csrf
from app.web.webhooks import whole_body
from app.web.webhooks.arrival import as_it_arrived
from integrations.contract import Platform
from integrations.errors import PayloadInvalid, PlatformError, RemoteRejected

LARGEST_POST = 16 * 1024


@blueprint.post("/p/<platform_key>/authorize")
@account
def authorize(viewer: Viewer, platform_key: str) -> ResponseReturnValue:
    """The browser goes on to the shop, which asks whoever manages it."""
    refuse_agents(viewer)
    platform = known_platform(platform_key)
    assert platform.connector is not None  # noqa: S101 - tells mypy
    store = store_of(viewer)
    form = connect_form(platform.connector.fields)
    if not form.validate_on_submit():
        return connect_page(platform, form, store)
    if not limits.within("connections", viewer.account_id):
        abort(429)
    store_id = store.store_id if store else None
    try:
        address = authorizations.begin(
            viewer.account_id, platform_key, form.address.data or "", viewer.locale, store_id
        )
    except REFUSED as error:
        return connect_page(platform, form, store, error)
    # Not a redirect: a form's answer may lead to no other site (form-action), and the page says what comes.
    answer = make_response(render_template("install/asking.html", platform=platform, address=address))
    answer.headers["Refresh"] = f"1; url={address}"
    return answer


@blueprint.post("/p/<platform_key>/keys")
@csrf.exempt  # type: ignore[untyped-decorator]  # no types of its own
@public
def keys(platform_key: str) -> ResponseReturnValue:
    """200 once the keys are kept, and nothing else: at any other answer the shop deletes the key that it made."""
    try:
        authorizations.keep_keys(platform_key, as_it_arrived(request.environ, whole_body(LARGEST_POST)))
    except (PayloadInvalid, RemoteRejected) as error:
        return {"error": error.reason}, 400
    return {"received": "kept"}, 200


@blueprint.get("/p/<platform_key>/return")
@account
def returned(viewer: Viewer, platform_key: str) -> ResponseReturnValue:
    """Keys that have arrived are tried, and the shop is connected; until they have, the page waits for a while."""
    refuse_agents(viewer)
    platform = known_platform(platform_key)
    try:
        outcome, trouble = authorizations.came_back(viewer.account_id, platform_key, request.args.to_dict()), None
    except NOT_ANSWERED as error:
        outcome, trouble = Outcome("handed"), error
    except RemoteRejected:
        abort(404)  # nobody is asked for keys on this platform
    if outcome.state == "connected":
        return go(url_for("install.connected", installation_id=outcome.installation_id))
    return _not_yet(viewer, platform, outcome, trouble)


def _not_yet(
    viewer: Viewer, platform: Platform, outcome: Outcome, trouble: PlatformError | None
) -> ResponseReturnValue:
    looks = request.args.get("look", default=1, type=int)
    is_waiting = outcome.state in ("asked", "handed") and looks < MOST_LOOKS
    if outcome.reason:
        trouble = RemoteRejected(outcome.reason, detail=outcome.detail)
    slug = next((each.slug for each in viewer.workplaces if each.store_id == outcome.store_id), None)
    page = render_template(
        "install/returned.html",
        state="waiting" if is_waiting else outcome.state,
        why=explained(platform, trouble) if trouble else None,
        callback=authorizations.callback_url(platform.key),
        once_more=url_for("install.connect_to", platform_key=platform.key, address=outcome.base_url or None, at=slug),
    )
    answer = make_response(page, 200 if is_waiting else 422)
    if is_waiting:
        query = urlencode({**request.args.to_dict(), "look": looks + 1})
        answer.headers["Refresh"] = f"{LOOK_EVERY}; url={request.path}?{query}"
    return answer
