"""Development only: the mails that would have been sent, with links that can be clicked."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from app.queries import mails
from app.web.access import public

blueprint = Blueprint("outbox", __name__)
# The mail's own page: it has inline styles, and neither scripts nor anything loaded.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@blueprint.before_request
def development_only() -> None:
    """Nobody reads mail here on a real server."""
    if not current_app.config["GOODWORD"].development:
        abort(404)


@blueprint.get("/outbox")
@public
def outbox() -> ResponseReturnValue:
    """The newest mails."""
    return render_template("outbox.html", mails=mails.newest())


@blueprint.get("/outbox/<int:mail_id>")
@public
def mail(mail_id: int) -> ResponseReturnValue:
    """One mail as its reader's client draws it."""
    found = mails.one(mail_id) or abort(404)
    return found.html, 200, {"Content-Security-Policy": POLICY}
