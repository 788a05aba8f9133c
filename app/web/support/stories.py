"""A person's page and an order's page."""

from __future__ import annotations

from flask import abort
from flask.typing import ResponseReturnValue

from app.domain.errors import DomainError
from app.queries import second_looks, stories
from app.queries.stories import PersonStory
from app.services import support
from app.web.access import member
from app.web.desk import Desk
from app.web.support import answers, blueprint


@blueprint.get("/people/<int:person_id>")
@member("owner", "agent")
def person(desk: Desk, person_id: int) -> ResponseReturnValue:
    """The person's whole story; addresses are masked."""
    return _person_page(desk, _known(desk, person_id))


@blueprint.post("/people/<int:person_id>/reveal")
@member("owner", "agent")
def reveal(desk: Desk, person_id: int) -> ResponseReturnValue:
    """The same page with the addresses readable; that somebody looked is on record."""
    try:
        revealed = support.reveal(desk.store_id, desk.account_id, person_id)
    except DomainError:
        abort(404)
    return _person_page(desk, _known(desk, person_id), revealed)


def _known(desk: Desk, person_id: int) -> PersonStory:
    story = stories.person(desk.store_id, person_id)
    if story is None:
        abort(404)
    return story


def _person_page(desk: Desk, story: PersonStory, revealed: support.Revealed | None = None) -> str:
    answered = answers.where_is_my_reward(desk.store_id, story, desk.workplace.currency)
    return desk.page(
        "support/person.html",
        "support.home",
        story=story,
        revealed=revealed,
        answered=answered,
        undoable=support.UNDOABLE,
    )


@blueprint.get("/orders/<path:order_ref>")
@member("owner", "agent")
def order(desk: Desk, order_ref: str) -> ResponseReturnValue:
    """The order's whole story, whether or not somebody recommended it."""
    story = stories.order(desk.store_id, order_ref)
    if story is None:
        abort(404)
    asked = second_looks.asked(desk.store_id, order_ref)
    return desk.page("support/order.html", "support.home", story=story, asked=asked, undoable=support.UNDOABLE)
