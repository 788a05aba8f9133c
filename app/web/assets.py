"""Our few static files, under addresses that change with their content, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

FOLDER = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"


def register(app: Flask) -> None:
    """Templates write {{ asset("goodword.css") }}."""
    app.jinja_env.globals.update(asset=asset)
    app.after_request(_keep)


def asset(name: str) -> str:
    """The address of a static file, with a digest of its content."""
    return url_for("static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


def _keep(response: Response) -> Response:
    # An address without the right digest is answered too, but not kept.
    is_ours = request.endpoint == "static" and response.status_code in (200, 304)
    if is_ours and request.args.get("v") == _digest((request.view_args or {})["filename"]):
        response.headers["Cache-Control"] = FOR_EVER
    return response
