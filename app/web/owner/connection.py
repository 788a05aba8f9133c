"""How the store is connected, and what it said of itself."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from app.queries import health, installations
from app.web.access import member
from app.web.desk import Desk
from app.web.owner import blueprint


@blueprint.get("/connection")
@member("owner")
def connection(desk: Desk) -> ResponseReturnValue:
    """The store's connection with its facts."""
    return desk.page(
        "owner/connection.html",
        "owner.connection",
        installation=installations.newest(desk.store_id),
        health=health.health(desk.store_id),
    )
