"""The only place where exceptions become status codes, for programs as JSON and for people as a page that helps."""

from __future__ import annotations

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from gunicorn.http.errors import ParseException
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError, ServiceUnavailable

from integrations.errors import SignatureInvalid

# status: what happened, and what to do now
KIND = {
    400: (
        _l("That did not arrive whole"),
        _l("Go back, reload the page and try once more. If the page was open for a long time, that is all it needs."),
    ),
    403: (
        _l("This door is not yours to open"),
        _l("You are signed in, but not for this. Ask the owner of the shop if you should be."),
    ),
    404: (
        _l("There is nothing at this address"),
        _l("The link may have been cut when it was copied. Ask for it once more, or try to open it from the original."),
    ),
    405: (_l("That cannot be done here"), _l("Go back and use the button on the page.")),
    413: (_l("That is too large"), _l("Send something smaller.")),
    429: (_l("A little too fast"), _l("Wait a minute, then try again. Nothing is lost.")),
    500: (
        _l("Something broke on our side"),
        _l("It has been noted. Try again in a minute; what you did before is safe."),
    ),
    503: (_l("We will be right back"), _l("The server is catching its breath. Try again in a minute.")),
}


def register(app: Flask) -> None:
    """Exceptions that views let through are answered as this module says."""
    app.register_error_handler(SignatureInvalid, _unsigned)
    app.register_error_handler(OperationalError, _database_down)
    app.register_error_handler(ParseException, _broken_body)
    app.register_error_handler(HTTPException, _explain)


def _unsigned(_error: SignatureInvalid) -> ResponseReturnValue:
    return {"error": "signature_invalid"}, 401


def _broken_body(_error: ParseException) -> ResponseReturnValue:
    # The server finds out that a body in chunks is broken only while it is read.
    return _answer(BadRequest())


def _database_down(_error: OperationalError) -> ResponseReturnValue:
    # Never a 4xx for our own trouble: some platforms do not retry those.
    answer, status, headers = _answer(ServiceUnavailable())
    return answer, status, {**headers, "Retry-After": "5"}


def _explain(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error  # a redirect is an exception too
    return _answer(error)


def _answer(error: HTTPException) -> tuple[str | dict[str, str], int, dict[str, str]]:
    status = error.code or InternalServerError.code
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    if not _is_for_people():
        return {"error": "unavailable" if status == 503 else error.name.lower().replace(" ", "_")}, status, kept
    heading, advice = KIND.get(status) or KIND[400 if status < 500 else 500]
    return render_template("error.html", heading=heading, advice=advice, status=status), status, kept


def _is_for_people() -> bool:
    """Whether whoever asks reads pages; platforms and scripts accept anything and get JSON."""
    return "text/html" in request.headers.get("Accept", "")
