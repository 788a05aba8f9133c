"""The only place where exceptions become status codes."""

from __future__ import annotations

from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from integrations.errors import SignatureInvalid


def register(app: Flask) -> None:
    """Exceptions that views let through are answered as this module says."""
    app.register_error_handler(SignatureInvalid, _unsigned)
    app.register_error_handler(OperationalError, _database_down)


def _unsigned(_error: SignatureInvalid) -> ResponseReturnValue:
    return {"error": "signature_invalid"}, 401


def _database_down(_error: OperationalError) -> ResponseReturnValue:
    # Never a 4xx for our own trouble: some platforms do not retry those.
    return {"error": "unavailable"}, 503, {"Retry-After": "5"}
