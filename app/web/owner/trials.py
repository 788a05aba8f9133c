"""The test order's page: the code, what to do with it, and how far it has come."""

from __future__ import annotations

from flask import abort, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.domain.errors import DomainError
from app.queries import programs as seen
from app.queries.programs import TrialOrder
from app.services import trials
from app.web import faults
from app.web.access import member
from app.web.desk import Desk
from app.web.owner import blueprint

TAKEN, ORDERED, ATTRIBUTED, REWARDED, RETURNED = range(1, 6)
STEPS = (
    (TAKEN, _l("A code from the shelf is yours")),
    (ORDERED, _l("Your order arrived here")),
    (ATTRIBUTED, _l("The order was tied to the code")),
    (REWARDED, _l("The reward’s coupon was made in the shop")),
    (RETURNED, _l("The coupon was taken back again")),
)


def reached(trial: TrialOrder) -> int:
    """The last step that the test order has come to."""
    if trial.reward_state == "revoked":
        return RETURNED
    if trial.reward_state == "issued":
        return REWARDED
    if trial.attribution_state == "qualified":
        return ATTRIBUTED
    return ORDERED if trial.order_ref else TAKEN if trial.code else 0


@blueprint.get("/programs/<int:program_id>/test")
@member("owner")
def trial(desk: Desk, program_id: int) -> ResponseReturnValue:
    """How the newest test order fares; the page looks again by itself where scripts run."""
    page = seen.program(desk.store_id, program_id)
    if page is None:
        abort(404)
    found = seen.trial_order(desk.store_id, program_id)
    return desk.page(
        "owner/trial.html",
        "owner.programs",
        program=page.program,
        trial=found,
        steps=STEPS,
        reached=reached(found) if found else 0,
        last=RETURNED,
    )


@blueprint.get("/programs/<int:program_id>/test/progress")
@member("owner")
def trial_progress(desk: Desk, program_id: int) -> ResponseReturnValue:
    """How many steps the newest test order has taken."""
    found = seen.trial_order(desk.store_id, program_id)
    if found is None:
        abort(404)
    return {"reached": reached(found), "ready": False}


@blueprint.post("/programs/<int:program_id>/test")
@member("owner")
def begin_trial(desk: Desk, program_id: int) -> ResponseReturnValue:
    """A new test order begins."""
    try:
        trials.begin(desk.store_id, desk.account_id, program_id)
    except DomainError as error:
        flash(faults.refusal(error), "bad")
    return redirect(desk.address("owner.trial", program_id=program_id))
