"""Messages from the shop: their state, and their bytes with everything personal or secret hidden."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import abort, request
from flask.typing import ResponseReturnValue

from app.domain import masks
from app.queries import messages as inbox
from app.services import intake
from app.web import numbers
from app.web.access import member
from app.web.desk import Desk
from app.web.support import blueprint
from integrations.contract import RawRequest


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as its page shows it."""

    line: str
    headers: tuple[tuple[str, str], ...]
    body: str | None  # None: not JSON, so that nothing of it can be shown safely
    size: int


@blueprint.get("/messages")
@member("owner", "agent")
def messages(desk: Desk) -> ResponseReturnValue:
    """The store's messages, the newest first."""
    state = request.args.get("state")
    before = numbers.asked("before")
    page = inbox.messages(desk.store_id, state=state, before=before)
    return desk.page(
        "support/messages.html",
        "support.messages",
        page=page,
        state=state if state in inbox.STATES else None,
        states=inbox.STATES,
        is_first=before is None,
    )


@blueprint.get("/messages/<int:message_id>")
@member("owner", "agent")
def message(desk: Desk, message_id: int) -> ResponseReturnValue:
    """One message, masked."""
    found = inbox.message(desk.store_id, message_id)
    if found is None:
        abort(404)
    shown = masked(intake.unpack(found.packed)) if found.packed is not None else None
    return desk.page("support/message.html", "support.messages", message=found.row, shown=shown)


def masked(raw: RawRequest) -> Shown:
    """The request with its secrets and everything that may be personal hidden."""
    return Shown(
        line=f"{raw.method} {raw.path}",
        headers=masks.headers(raw.headers),
        body=_masked_body(raw.body),
        size=len(raw.body),
    )


def _masked_body(body: bytes) -> str | None:
    try:
        decoded = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return json.dumps(masks.payload(decoded), ensure_ascii=False, indent=2)
