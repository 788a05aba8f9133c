"""The friend's road: a share link opens the offer, one tap makes a claim, and the claim's page shows the code.

Nothing here calls the platform, and nothing needs a script. The token is checked before the database is asked.
"""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.domain.errors import DomainError
from app.links.tokens import ShareLink, TokenInvalid, tokens
from app.queries import offers
from app.queries.offers import HandedOut, Offer
from app.services import claims, sign_in, visits
from app.web import language, limits, shopfront
from app.web.access import public
from app.web.links import pages
from app.web.links.agents import is_person
from app.web.links.forms import AddressForm, new_nonce, read_nonce

blueprint = Blueprint("links", __name__, template_folder="templates")
COOKIE = "goodword_claim"
LONGEST_CHANNEL = 16


@blueprint.get("/r/<token>")
@public
def open_link(token: str) -> ResponseReturnValue:
    """The offer; at most a visit is recorded (R1)."""
    offer = _offer(token)
    if offer is None:
        return pages.unknown_link()
    shopfront.enter(offer.shop)
    if _claim_of_cookie(offer.link) is not None:  # honoured whatever became of the offer (R10, R12)
        return redirect(_claim_address(request.cookies[COOKIE]), 303)
    if not offer.is_open:
        return pages.closed(offer)
    if is_person(request.method, request.headers):
        visits.record(offer.shop.id, offer.link.program_id, offer.link.advocate_id, _channel())
    return pages.offer(offer, new_nonce(offer.link))


@blueprint.post("/r/<token>")
@public
def take_code(token: str) -> ResponseReturnValue:
    """The code, answered at once with the page itself: one request, no call to the platform (R12)."""
    link = _read(token)
    if link is None:
        return pages.unknown_link()
    nonce = read_nonce(link, request.form.get("nonce", ""))
    if nonce is None:
        return _offer_again(link)
    claim_id = claims.known(link, nonce)
    if claim_id is None:
        try:
            claim_id = claims.tap(
                link,
                nonce,
                locale=language.current(),
                channel=_channel(),
                is_crowded=not limits.within("claims", limits.visitor(), link.program_id, link.advocate_id),
            )
        except DomainError as error:
            return _refused(link, error.code)
    return _answer_with_code(token, claim_id)


@blueprint.post("/r/<token>/address")
@public
def ask_by_mail(token: str) -> ResponseReturnValue:
    """Where a link or a visitor had many codes, the next one goes to an address; the answer is the same for any."""
    link = _read(token)
    offer = offers.offer(link) if link else None
    if link is None or offer is None:
        return pages.unknown_link()
    shopfront.enter(offer.shop)
    form = AddressForm()
    if not offer.is_open:
        return pages.closed(offer)
    if read_nonce(link, request.form.get("nonce", "")) is None or not form.validate():
        return pages.ask_address(offer, new_nonce(link), form)
    if limits.may_mail(form.address):
        sign_in.ask_for_code(link, form.address, language.current())
    return pages.mail_is_coming(offer.shop)


@blueprint.get("/c/<token>")
@public
def show_code(token: str) -> ResponseReturnValue:
    """The claim's page, as often as its friend comes back, also while the program is paused (R10)."""
    handed = _handed_out(token)
    return pages.code(handed, token) if handed else pages.unknown_link()


@blueprint.get("/c/<token>/state")
@public
def look_again(token: str) -> ResponseReturnValue:
    """Whether the code is there, for the page that waits."""
    handed = _handed_out(token)
    return {"ready": handed is not None and handed.state != "waiting"}


@blueprint.post("/c/<token>/mail")
@public
def mail_code(token: str) -> ResponseReturnValue:
    """The friend asked for their code by mail (R15: only because they asked)."""
    handed = _handed_out(token)
    if handed is None:
        return pages.unknown_link()
    form = AddressForm()
    if not handed.code or not form.validate():
        return pages.code(handed, token, form=form)
    if limits.may_mail(form.address):
        claims.mail_code(handed.claim_id, form.address, language.current())
    return pages.code(handed, token, is_mailed=True)


def _read(token: str) -> ShareLink | None:
    try:
        return tokens.read_share(token)
    except TokenInvalid:
        return None


def _offer(token: str) -> Offer | None:
    link = _read(token)
    return offers.recent_offer(link) if link else None


def _handed_out(token: str) -> HandedOut | None:
    try:
        handed = offers.handed_out(tokens.read_claim(token))
    except TokenInvalid:
        return None
    if handed:
        shopfront.enter(handed.shop, known_locale=handed.locale)
    return handed


def _offer_again(link: ShareLink) -> ResponseReturnValue:
    """The form was too old, or nobody's: the offer with a fresh one."""
    offer = offers.offer(link)
    if offer is None:
        return pages.unknown_link()
    shopfront.enter(offer.shop)
    return (pages.offer(offer, new_nonce(link), is_stale=True), 400) if offer.is_open else pages.closed(offer)


def _refused(link: ShareLink, code: str) -> ResponseReturnValue:
    offer = offers.offer(link)
    if offer is None:
        return pages.unknown_link()
    shopfront.enter(offer.shop)
    if code == "address_needed":
        return pages.ask_address(offer, new_nonce(link))
    return pages.used_up(offer) if code == "budget_used_up" else pages.closed(offer)


def _answer_with_code(link_token: str, claim_id: int) -> ResponseReturnValue:
    claim_token = tokens.claim(claim_id)
    handed = _handed_out(claim_token)
    if handed is None:
        return pages.unknown_link()
    response = current_app.make_response(pages.code(handed, claim_token))
    response.headers["Content-Location"] = url_for("links.show_code", token=claim_token)
    # Set only after a tap, readable only under this link: the friend who comes back finds their code (R12).
    response.set_cookie(
        COOKIE,
        claim_token,
        path=url_for("links.open_link", token=link_token),
        expires=handed.expires_at,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def _claim_of_cookie(link: ShareLink) -> HandedOut | None:
    """The claim that this browser made here before, while its code is good."""
    if COOKIE not in request.cookies:
        return None
    try:
        handed = offers.handed_out(tokens.read_claim(request.cookies[COOKIE]))
    except TokenInvalid:
        return None
    if handed is None or handed.link != link or handed.is_used or handed.state == "revoked":
        return None
    return handed if clock.now() <= handed.expires_at else None


def _claim_address(claim_token: str) -> str:
    return url_for("links.show_code", token=claim_token, lang=language.asked())


def _channel() -> str:
    asked = request.args.get("c", "")
    return asked if asked.isascii() and asked.isalnum() and len(asked) <= LONGEST_CHANNEL else ""
