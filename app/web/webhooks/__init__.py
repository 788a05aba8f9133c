"""Receiving webhooks: size limit, locate, verify the raw bytes, keep the message once, commit, and only then answer."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from app.services import intake
from app.web.access import public
from app.web.webhooks.arrival import REFUSED, ShortWay, answered, as_it_arrived

blueprint = Blueprint("webhooks", __name__)


def register(app: Flask) -> None:
    """Webhooks come in by the short way, and by Flask where that does not do."""
    app.wsgi_app = ShortWay(app.wsgi_app, app.config["GOODWORD"].max_webhook_bytes)  # type: ignore[method-assign, assignment]


@blueprint.post("/webhooks/<platform>/<public_id>")
@public
def receive(platform: str, public_id: str) -> ResponseReturnValue:
    """200 once the message is committed (or was before); 401 for anything that is not signed by that store."""
    if REFUSED in request.environ:
        raise request.environ[REFUSED]
    largest: int = current_app.config["GOODWORD"].max_webhook_bytes
    receipt = intake.receive(platform, public_id, as_it_arrived(request.environ, whole_body(largest)))
    return Response(answered(receipt), mimetype="application/json")


def whole_body(largest: int) -> bytes:
    """All bytes of the request. Raises RequestEntityTooLarge where there are more than `largest`."""
    # A body in chunks says no length and is cut off at the limit: one byte more tells whether it was whole.
    request.max_content_length = largest + 1
    body = request.get_data(cache=False)
    if len(body) > largest:
        raise RequestEntityTooLarge
    return body
