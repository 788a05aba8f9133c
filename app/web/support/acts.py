"""What support does: every act is a POST with its reason, and leads back to the page where it was asked for."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.domain.errors import AnswersRefused, DomainError
from app.services import repairs, support
from app.services.support import Act
from app.web import faults
from app.web.access import member
from app.web.desk import Desk, safe_next
from app.web.support import blueprint

ON_ORDERS: dict[str, Callable[[Act, str], None]] = {
    "approve": support.approve,
    "reject": support.reject,
    "keep": support.keep,
    "release": support.release,
    "reissue": support.reissue,
    "link": lambda act, order_ref: support.link(act, order_ref, request.form.get("advocate", "")),
    "note": lambda act, order_ref: support.add_note(act, f"order:{order_ref}"),
}
DONE = {
    "approve": _l("The order counts now."),
    "reject": _l("The order does not count any more."),
    "keep": _l("It stays refused, and the customer is told why."),
    "release": _l("The hold has ended; the reward is on its way."),
    "reissue": _l("A new coupon is on its way, and the old one is taken back."),
    "link": _l("The order is tied to this customer now."),
    "note": _l("The note stands in the story."),
    "hand_out": _l("Done, and the customers are told."),
    "block": _l("This customer’s link gives no new codes. What was earned stays."),
    "undo": _l("Undone."),
    "replay": _l("The message is being read again."),
    "retry": _l("It is being tried again."),
    "close": _l("Closed."),
}
# What leads to a page that does not exist, rather than back to one that does.
NOWHERE = frozenset({"order_unknown", "person_unknown", "message_unknown", "task_unknown"})


def perform(desk: Desk, done: str, act: Callable[[Act], object], back: str) -> ResponseReturnValue:
    """The act was done, or is explained, on the page where it was asked for."""
    try:
        act(Act(store_id=desk.store_id, account_id=desk.account_id, reason=request.form.get("reason", "")))
        flash(str(DONE[done]), "good")
    except AnswersRefused as error:
        flash(" ".join(faults.fault(each) for each in error.faults), "bad")
    except DomainError as error:
        if error.code in NOWHERE:
            abort(404)
        flash(faults.refusal(error), "bad")
    return redirect(safe_next(request.form.get("back")) or back)


@blueprint.post("/acts/<verb>/<path:order_ref>")
@member("owner", "agent")
def on_order(desk: Desk, verb: str, order_ref: str) -> ResponseReturnValue:
    """Approve, reject, release, reissue, link by hand, note."""
    if verb not in ON_ORDERS:
        abort(404)
    back = desk.address("support.order", order_ref=order_ref)
    return perform(desk, verb, lambda act: ON_ORDERS[verb](act, order_ref), back)


@blueprint.post("/people/<int:person_id>/note")
@member("owner", "agent")
def note_on_person(desk: Desk, person_id: int) -> ResponseReturnValue:
    """A note in the person's story."""
    back = desk.address("support.person", person_id=person_id)
    return perform(desk, "note", lambda act: support.add_note(act, f"person:{person_id}"), back)


@blueprint.post("/advocates/<int:advocate_id>/block")
@member("owner", "agent")
def block(desk: Desk, advocate_id: int) -> ResponseReturnValue:
    """The advocate's link gives no new codes."""
    return perform(desk, "block", lambda act: support.block(act, advocate_id), desk.address("support.home"))


@blueprint.post("/undo/<int:entry_id>")
@member("owner", "agent")
def undo(desk: Desk, entry_id: int) -> ResponseReturnValue:
    """What the audit entry did no longer holds."""
    return perform(desk, "undo", lambda act: support.undo(act, entry_id), desk.address("support.audit"))


@blueprint.post("/messages/<int:message_id>/replay")
@member("owner", "agent")
def replay(desk: Desk, message_id: int) -> ResponseReturnValue:
    """The message is read again."""
    back = desk.address("support.message", message_id=message_id)
    return perform(desk, "replay", lambda act: repairs.replay(act, message_id), back)


@blueprint.post("/effects/<int:effect_id>/retry")
@member("owner", "agent")
def retry(desk: Desk, effect_id: int) -> ResponseReturnValue:
    """What stood still is tried again."""
    return perform(desk, "retry", lambda act: repairs.retry(act, effect_id), desk.address("support.waiting"))


@blueprint.post("/tasks/<int:task_id>/close")
@member("owner", "agent")
def close_task(desk: Desk, task_id: int) -> ResponseReturnValue:
    """Nobody needs to look at the task any more."""
    return perform(desk, "close", lambda act: repairs.close_task(act, task_id), desk.address("support.waiting"))
