"""Receiving webhooks: size limit, locate, verify the raw bytes, keep the message once, commit, and only then answer."""

from __future__ import annotations

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from app.services import intake
from app.web.access import public
from integrations.contract import RawRequest

blueprint = Blueprint("webhooks", __name__)


@blueprint.post("/webhooks/<platform>/<public_id>")
@public
def receive(platform: str, public_id: str) -> ResponseReturnValue:
    """200 once the message is committed (or was before); 401 for anything that is not signed by that store."""
    receipt = intake.receive(platform, public_id, raw_request())
    return {"received": receipt}, 200


def raw_request() -> RawRequest:
    """The request exactly as it arrived. Raises RequestEntityTooLarge."""
    largest = current_app.config["GOODWORD"].max_webhook_bytes
    # A body in chunks says no length and is cut off at the limit: one byte more tells whether it was whole.
    request.max_content_length = largest + 1
    body = request.get_data(cache=False)
    if len(body) > largest:
        raise RequestEntityTooLarge
    return RawRequest(
        method=request.method,
        path=request.path,
        query=request.query_string.decode("latin-1"),
        headers=tuple((name, value) for name, value in request.headers.items()),
        body=body,
    )
