"""Programs: one form with its plain words beside it, a look at what would change, and the switches."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.domain.errors import AnswersRefused, DomainError
from app.domain.programs import AdvocateReward, FriendOffer, OfferKind, RewardKind, Rules
from app.queries import banks
from app.queries import programs as seen
from app.queries.programs import ProgramPage
from app.services import exclusions, free_products
from app.services import programs as services
from app.web import faults, formats
from app.web.access import member
from app.web.desk import Desk
from app.web.owner import blueprint, earnings, summary
from app.web.owner.forms import NAMES, ProgramForm


@blueprint.get("/programs")
@member("owner")
def programs(desk: Desk) -> ResponseReturnValue:
    """Every program with what it promises."""
    rows = [(row, summary.promise(row.rules)) for row in seen.programs(desk.store_id)]
    return desk.page("owner/programs.html", "owner.programs", rows=rows)


@blueprint.get("/programs/<int:program_id>")
@member("owner")
def program(desk: Desk, program_id: int) -> ResponseReturnValue:
    """One program: its promise, its rules, its history, its switches."""
    page = _existing(desk, program_id)
    history = [
        (version, summary.changes(earlier.rules, version.rules))
        for version, earlier in zip(page.versions, page.versions[1:], strict=False)
    ]
    return desk.page(
        "owner/program.html",
        "owner.programs",
        program=page.program,
        first=page.versions[-1],
        history=history,
        stock=banks.stocks(desk.store_id).get(program_id, banks.Stock()),
        promise=summary.promise(page.program.rules),
        lines=summary.lines(page.program.rules),
        earnings=earnings.of(page.program.rules),
        program_page=program_address(desk.slug, program_id),
    )


def program_address(slug: str, program_id: int) -> str:
    """Where customers join the program."""
    path = url_for("portal.program", slug=slug, program_id=program_id)
    return f"{current_app.config['GOODWORD'].public_url}{path}"


def _existing(desk: Desk, program_id: int) -> ProgramPage:
    page = seen.program(desk.store_id, program_id)
    if page is None:
        abort(404)
    return page


@blueprint.route("/programs/new", methods=["GET", "POST"])
@member("owner")
def new_program(desk: Desk) -> ResponseReturnValue:
    """A new program, as a draft."""
    return _edit(desk, None)


@blueprint.route("/programs/<int:program_id>/edit", methods=["GET", "POST"])
@member("owner")
def edit_program(desk: Desk, program_id: int) -> ResponseReturnValue:
    """A change, which becomes a new version; earlier referrals keep theirs."""
    return _edit(desk, _existing(desk, program_id))


def suggested(currency: str) -> Rules:
    """What a new program's form begins with; the amounts are for the owner to choose."""
    return Rules(
        currency=currency,
        friend=FriendOffer(kind=OfferKind.PERCENT, basis_points=1000),
        reward=AdvocateReward(kind=RewardKind.ORDER_SHARE, basis_points=1000),
        crowd_limit=20,
    )


def _edit(desk: Desk, page: ProgramPage | None) -> ResponseReturnValue:
    """Asked, previewed, reviewed, saved: the step is the button that was pressed."""
    form = ProgramForm()
    form.speak(desk.workplace.currency, desk.workplace.shown_currency, desk.workplace.timezone)
    if request.method == "GET":
        form.show(page.program.name if page else "", page.program.rules if page else suggested(form.currency))
        return _form_page(desk, page, form)
    if not form.validate_on_submit():
        return _form_page(desk, page, form)
    step, rules = request.form.get("step"), form.read()
    try:
        services.review(desk.store_id, form.name.data or "", rules)
        if step in ("review", "save"):
            known = page.program.rules.excluded if page else None
            rules = replace(rules, excluded=exclusions.with_refs(desk.store_id, rules.excluded, known))
            rules = free_products.with_refs(desk.store_id, rules, page.program.rules if page else None)
        if step == "save":
            return _save(desk, page, form, rules)
    except AnswersRefused as error:
        faults.show(form, error.faults, NAMES, form.currency)
        return _form_page(desk, page, form)
    if step != "review":
        return _form_page(desk, page, form)
    return _review_page(desk, page, form, rules)


def _form_page(desk: Desk, page: ProgramPage | None, form: ProgramForm) -> ResponseReturnValue:
    rules = None if form.errors else form.read()
    html = desk.page(
        "owner/program_form.html",
        "owner.programs",
        form=form,
        program=page.program if page else None,
        promise=summary.promise(rules) if rules else None,
        earnings=earnings.of(rules) if rules else None,
        percent_sign=formats.percent_sign(),
        currency_sign=formats.currency_sign(form.currency),
    )
    return html, 422 if form.errors else 200


def _review_page(desk: Desk, page: ProgramPage | None, form: ProgramForm, rules: Rules) -> ResponseReturnValue:
    return desk.page(
        "owner/program_review.html",
        "owner.programs",
        form=form,
        program=page.program if page else None,
        promise=summary.promise(rules),
        changes=summary.changes(page.program.rules, rules) if page else None,
        lines=summary.lines(rules),
        renamed=page is not None and page.program.name != (form.name.data or "").strip(),
    )


def _save(desk: Desk, page: ProgramPage | None, form: ProgramForm, rules: Rules) -> ResponseReturnValue:
    who, what = (desk.store_id, desk.account_id), (form.name.data or "", rules)
    if page is None:
        program_id = services.create(*who, *what)
        flash(_("The program is saved as a draft. Try it with a test order, or let it go live."), "good")
    else:
        program_id = page.program.program_id
        services.save_version(*who, program_id, *what)
        flash(_("Saved. Friends who have a code already keep what they were promised."), "good")
    return redirect(desk.address("owner.program", program_id=program_id))


DONE = {
    "live": lambda: _("The program is live. Codes are being made in the shop."),
    "paused": lambda: _("Paused: nobody gets a new code, and every code that was handed out is honoured."),
    "ended": lambda: _("The program has ended. Codes that were handed out are honoured."),
}


@blueprint.post("/programs/<int:program_id>/state")
@member("owner")
def set_program_state(desk: Desk, program_id: int) -> ResponseReturnValue:
    """The program is live, paused or ended."""
    state = request.form.get("state", "")
    try:
        services.set_state(desk.store_id, desk.account_id, program_id, state)
        flash(DONE[state](), "good")
    except DomainError as error:
        if error.code == "program_unknown":
            abort(404)
        flash(faults.refusal(error), "bad")
    return redirect(desk.address("owner.program", program_id=program_id))
