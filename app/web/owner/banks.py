"""A program's bank of codes: how many are left, and bringing more, typed or as a file."""

from __future__ import annotations

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.queries import banks as seen
from app.queries import programs
from app.services import banks
from app.web.access import member
from app.web.desk import Desk
from app.web.formats import number
from app.web.owner import blueprint

MOST_NAMED = 20


@blueprint.get("/programs/<int:program_id>/codes")
@member("owner")
def codes(desk: Desk, program_id: int) -> ResponseReturnValue:
    """The stock, and the form to bring codes."""
    page = programs.program(desk.store_id, program_id) or abort(404)
    stock = seen.stocks(desk.store_id).get(program_id, seen.Stock())
    return desk.page("owner/codes.html", "owner.programs", program=page.program, stock=stock)


@blueprint.post("/programs/<int:program_id>/codes")
@member("owner")
def bring_codes(desk: Desk, program_id: int) -> ResponseReturnValue:
    """The codes are in the bank; those that were there before are named."""
    if programs.program(desk.store_id, program_id) is None:
        abort(404)
    lines = _typed()
    if len(lines) > banks.MOST_AT_ONCE:
        flash(_("Bring at most %(most)s codes at once.", most=number(banks.MOST_AT_ONCE)), "bad")
    else:
        _tell(banks.bring(desk.store_id, desk.account_id, program_id, lines))
    return redirect(desk.address("owner.codes", program_id=program_id))


def _typed() -> list[str]:
    """One code in a line, from the box and from the file; of a file with columns, the first one."""
    file = request.files.get("file")
    lines = request.form.get("codes", "").splitlines()
    if file is not None:
        read = file.read().decode("utf-8-sig", errors="replace").splitlines()
        lines += [line.replace(";", ",").partition(",")[0].strip().strip('"') for line in read]
    return [line for line in lines if line.strip()]


def _tell(brought: banks.Brought) -> None:
    if brought.added:
        message = ngettext("%(count)s code is in the bank now.", "%(count)s codes are in the bank now.", brought.added,
                           count=number(brought.added))  # fmt: skip
        flash(message, "good")
    for codes_, message in (
        (brought.known, _("In the bank before, or twice in the list:")),
        (brought.unusable, _("Too long to be a code:")),
    ):
        if codes_:
            more = " …" if len(codes_) > MOST_NAMED else ""
            flash(f"{message} {', '.join(each[:40] for each in codes_[:MOST_NAMED])}{more}", "bad")
    if not (brought.added or brought.known or brought.unusable):
        flash(_("Write one code in a line, or choose a file."), "bad")
