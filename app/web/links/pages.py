"""The pages of the friend's road."""

from __future__ import annotations

from functools import lru_cache

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app import clock
from app.domain.offers import product_ref
from app.links.tokens import tokens
from app.queries.offers import HandedOut, Offer, Shop
from app.services import storefronts
from app.web import assets, language, shopfront, terms
from app.web.formats import day, sentence
from app.web.links import afterwards
from app.web.links.forms import AddressForm

NONCE = "the-nonce-of-this-form"
# why nothing is offered: what happened, what to do, the status
CLOSED = {
    "paused": (
        _l("This offer is taking a break"),
        _l("The shop gives out no new codes at the moment. Codes that were handed out before still work."),
        200,
    ),
    "used_up": (
        _l("All codes are taken"),
        _l("Friends were quick: the shop has no more to give. Codes that were handed out still work."),
        200,
    ),
    "ended": (_l("This offer has ended"), _l("No new codes are given out any more. The shop is still there."), 410),
    "link": (
        _l("This link no longer gives out codes"),
        _l("Perhaps somebody else can recommend you. The shop is still there."),
        410,
    ),
    "none": (_l("There is no program here at the moment"), _l("The shop is still there."), 200),
    "revoked": (
        _l("This code was taken back"),
        _l("The shop has withdrawn it. If you think that is a mistake, write to the shop: they can look it up."),
        410,
    ),
    "expired": (_l("This code has run out"), _l("It was good until the day that stood beside it."), 410),
    "used": (_l("This code has been used"), _l("It was good for one order. Enjoy what you chose."), 200),
}


def unknown_link() -> ResponseReturnValue:
    """Nothing is known about this address, not even a shop."""
    heading = _l("We do not know this link")
    advice = _l("It may have been cut when it was copied. Ask whoever sent it to you to send it once more.")
    return render_template("error.html", heading=heading, advice=advice, status=404), 404


def offer(offered: Offer, nonce: str, *, is_stale: bool = False) -> str:
    """Who recommends, what the friend gets, what the advocate gets, and one button."""
    page = _offer_page(offered, is_stale, language.current(), request.query_string, shopfront.public_address(""))
    return page.replace(NONCE, nonce)


# Everything on the page but the form's nonce follows from these arguments: an offer that goes round is drawn once.
@lru_cache(maxsize=512)
def _offer_page(offered: Offer, is_stale: bool, _locale: str, _query: bytes, public_url: str) -> str:
    token = tokens.share(offered.link)
    return shopfront.page(
        "links/offer.html",
        offered.shop,
        rules=offered.rules,
        advocate=offered.advocate_name,
        nonce_field=NONCE,
        token=token,
        is_stale=is_stale,
        terms=terms,
        address=f"{public_url}{url_for('links.open_link', token=token)}",
        picture=f"{public_url}{assets.asset('card.png')}",
    )


def closed(offered: Offer) -> ResponseReturnValue:
    """Why there is no code here, and the way to the shop."""
    if offered.is_used_up and offered.program_state == "live" and offered.advocate_state == "active":
        return used_up(offered)
    states = {"paused": "paused", "draft": "paused", "ended": "ended"}
    return nothing(offered.shop, states.get(offered.program_state, "link"))


def used_up(offered: Offer) -> ResponseReturnValue:
    """The budget gives no more codes, or none until it starts anew (R10)."""
    if offered.starts_anew is None:
        return nothing(offered.shop, "used_up")
    message = _l(
        "Friends were quick. There are new codes from %(day)s; those that were handed out still work, "
        "and the shop is open for you all the same."
    )
    advice = sentence(message, day=day(offered.starts_anew, weekday=True))
    return _nothing(offered.shop, _l("All codes of this month are taken"), advice, 200)


def nothing(shop: Shop, why: str) -> ResponseReturnValue:
    return _nothing(shop, *CLOSED[why])


def _nothing(shop: Shop, heading: LazyString, advice: LazyString | Markup, status: int) -> ResponseReturnValue:
    page = shopfront.page("links/closed.html", shop, heading=heading, advice=advice, to_shop=to_shop(shop))
    return page, status


def ask_address(offered: Offer, nonce: str, form: AddressForm | None = None) -> str:
    """This link gave out many codes lately: the next ones go to an address."""
    return shopfront.page(
        "links/address.html",
        offered.shop,
        form=form or AddressForm(formdata=None),
        nonce_field=nonce,
        token=tokens.share(offered.link),
        to_shop=to_shop(offered.shop),
    )


def mail_is_coming(shop: Shop) -> str:
    """The same words for every address."""
    return shopfront.page("links/mail_is_coming.html", shop, to_shop=to_shop(shop))


def code(
    handed: HandedOut, token: str, *, form: AddressForm | None = None, is_mailed: bool = False
) -> ResponseReturnValue:
    """The code, or why there is none any more, or that it is being made."""
    why = _why_not(handed)
    if why == "used" and handed.rules.friend_reward:
        heading, advice, status = CLOSED[why]
        return _nothing(handed.shop, heading, sentence(advice) + " " + afterwards.told(handed), status)
    if why:
        return nothing(handed.shop, why)
    values = {
        "handed": handed,
        "token": token,
        "terms": terms,
        "address": url_for("links.show_code", token=token, lang=language.asked()),
    }
    if handed.code is None:
        return shopfront.page("links/waiting.html", handed.shop, **values)
    parameters = storefronts.friend_parameters(handed.link.program_id, token)
    return shopfront.page(
        "links/code.html",
        handed.shop,
        **values,
        to_shop=to_shop(handed.shop, parameters, handed.code),
        to_basket=_to_basket(handed, parameters),
        form=form or AddressForm(formdata=None),
        is_mailed=is_mailed,
    )


def _to_basket(handed: HandedOut, parameters: dict[str, str]) -> str | None:
    """The way to a basket with the free product in it; none where that alone would be below the least order."""
    product, shop = product_ref(handed.rules.friend), handed.shop
    if product is None or handed.code is None or handed.rules.minimum_minor:
        return None
    return storefronts.new_basket(shop.platform, shop.home_url, product, handed.code, parameters)


def _why_not(handed: HandedOut) -> str | None:
    if handed.state == "revoked":
        return "revoked"
    if handed.is_used:
        return "used"
    return "expired" if clock.now() > handed.expires_at else None


def to_shop(shop: Shop, parameters: dict[str, str] | None = None, code: str | None = None) -> str:
    """The way into the shop, which applies the code where the shop can take it from there."""
    return storefronts.home(shop.platform, shop.home_url, parameters or {}, code)
