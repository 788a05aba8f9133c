"""Whether this process lives, and whether it can serve."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.web.access import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """The process answers; says nothing about the database, so that a slow one does not get processes killed."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """The database answers and has the schema that this code expects."""
    try:
        with db.single() as connection:
            connection.execute(text("SELECT id FROM effects LIMIT 1"))
    except SQLAlchemyError as error:
        return {"status": "unavailable", "reason": type(error).__name__}, 503
    return {"status": "ok"}
