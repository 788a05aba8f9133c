"""An advocate's points: what they come to, in words, and exchanging them for a coupon."""

from __future__ import annotations

import secrets

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup

from app.domain.errors import DomainError
from app.queries.points import Move, PointsShown
from app.services import redemptions
from app.services.redemptions import Wish
from app.web import faults
from app.web.formats import money, points, sentence
from app.web.portal import session

LONGEST_NONCE = 64


def redeem(program_id: int) -> ResponseReturnValue:
    """The coupon is on its way, once for each form that was shown; or why it is not."""
    page = session.mine()
    nonce = request.form.get("nonce", "")
    if not FlaskForm().validate_on_submit() or not nonce or len(nonce) > LONGEST_NONCE:
        abort(400)
    wish = Wish(
        store_id=page.shop.id,
        person_id=page.person_id,
        program_id=program_id,
        coupons=request.form.get("coupons", 0, type=int),
        nonce=nonce,
    )
    try:
        redemptions.redeem(wish)
    except DomainError as refused:
        if refused.code == "points_buy_nothing":
            abort(404)
        return redirect(url_for("portal.me", refused=refused.code), 303)
    return redirect(url_for("portal.me"), 303)


def refusal() -> str | None:
    """Why the last exchange did not come about, where it did not."""
    code = request.args.get("refused", "")
    return faults.refusal(DomainError(code)) if code in ("points_lacking", "shop_away") else None


def nonce() -> str:
    """What makes each form that is shown a wish of its own."""
    return secrets.token_urlsafe(12)


def size_words(shown: PointsShown, coupons: int) -> Markup:
    """One coupon that the points buy."""
    price, rules = shown.rules.reward.price, shown.rules
    amount = money(coupons * price.amount_minor, rules.currency)
    return sentence(_("%(amount)s for %(points)s"), amount=amount, points=points(coupons * price.points, shown.unit))


def move_words(move: Move) -> str:
    """Why points came or went."""
    words = {
        "issued": _("A friend’s order has stayed"),
        "returned": _("A friend’s order came back"),
        "spent": _("Exchanged for a coupon"),
    }
    if move.kind == "spent" and move.points > 0:
        return str(_("The shop did not accept the coupon"))
    return str(words[move.kind])
