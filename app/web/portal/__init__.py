"""The advocate's portal: the program's own page to join (R17), mailed links, and the page of each advocate."""

from __future__ import annotations

import segno
from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup

from app import languages
from app.domain.errors import DomainError
from app.domain.programs import Rules
from app.links.tokens import TokenInvalid, tokens
from app.queries import open_programs
from app.queries import portal as queries
from app.queries.offers import Shop
from app.queries.open_programs import OpenProgram
from app.queries.portal import Place
from app.services import advocates, sign_in
from app.web import formats, language, limits, rewards, shopfront, terms
from app.web.access import public
from app.web.links import pages as friend_pages
from app.web.portal import friends, looks, points, session, sharing
from app.web.portal.forms import JoinForm, LanguageForm
from app.web.portal.session import advocate_only

blueprint = Blueprint("portal", __name__, template_folder="templates")
OFFER_SECONDS = 300  # a shop may repeat the offer for so long


# --- joining ---


@blueprint.get("/join/<slug>")
@blueprint.get("/join/<slug>/<int:program_id>")
@public
def program(slug: str, program_id: int | None = None) -> ResponseReturnValue:
    """What the program promises, and the form to join it."""
    shop, shown = _program(slug, program_id)
    return _program_page(shop, shown, JoinForm())


@blueprint.post("/join/<slug>")
@blueprint.post("/join/<slug>/<int:program_id>")
@public
def ask_to_join(slug: str, program_id: int | None = None) -> ResponseReturnValue:
    """A mail is on its way; the answer is the same for everybody."""
    shop, shown = _program(slug, program_id)
    form = JoinForm()
    if shown.state != "live" or not form.validate_on_submit():
        return _program_page(shop, shown, form)
    if limits.may_mail(form.address):
        sign_in.ask_to_join(shop.id, shown.id, form.address, form.called, language.current())
    return friend_pages.mail_is_coming(shop)


@blueprint.get("/join/<slug>/terms")
@blueprint.get("/join/<slug>/<int:program_id>/terms")
@public
def full_terms(slug: str, program_id: int | None = None) -> ResponseReturnValue:
    """The terms, made from the rules, so that they cannot drift from what is done (R16)."""
    shop, shown = _program(slug, program_id)
    return shopfront.page("portal/terms.html", shop, program=shown, sections=terms.sections(shown.rules))


@blueprint.get("/join/<slug>/offer.json")
@blueprint.get("/join/<slug>/<int:program_id>/offer.json")
@public
def offer_in_words(slug: str, program_id: int | None = None) -> ResponseReturnValue:
    """What the program promises now, in every language, for a shop that tells it to its customers (R16): served and
    not copied, so that it cannot drift from the rules."""
    found = open_programs.promised(slug, program_id)
    if found is None:
        abort(404)
    shop, rules = found
    answer = jsonify(is_open=rules is not None, words=_in_every_language(shop, rules) if rules else {})
    answer.cache_control.public, answer.cache_control.max_age = True, OFFER_SECONDS
    return answer


def _in_every_language(shop: Shop, rules: Rules) -> dict[str, dict[str, str]]:
    words = {}
    for locale in languages.LOCALES:
        with force_locale(locale):
            words[locale] = {
                "heading": _("Put in a good word for %(shop)s", shop=shop.name),
                "promise": formats.plain(terms.program_words(rules)),
                "button": _("Get my link"),
            }
    return words


def _program(slug: str, program_id: int | None) -> tuple[Shop, OpenProgram]:
    """The shop's program; where none is named, the newest live one for customers."""
    found = open_programs.open_programs(slug)
    if found is None:
        abort(404)
    shop, programs = found
    shopfront.enter(shop)
    chosen = open_programs.chosen(programs, program_id)
    if chosen is None:
        abort(current_app.make_response(friend_pages.nothing(shop, "none")))
    return shop, chosen


def _program_page(shop: Shop, shown: OpenProgram, form: JoinForm) -> str:
    others = open_programs.others(shop.slug, shown) if shown.is_for_everybody else ()
    return shopfront.page(
        "portal/program.html", shop, program=shown, rules=shown.rules, form=form, terms=terms, others=others
    )


# --- mailed links ---


@blueprint.get("/m/<token>")
@public
def open_mailed_link(token: str) -> ResponseReturnValue:
    """One button. Opening changes nothing: mail scanners open everything."""
    try:
        asked = sign_in.open_link(token)
    except TokenInvalid:
        return _old_link(token)
    if asked.is_used:
        return _old_link(token)
    shop = queries.shop(asked.store_id)
    shopfront.enter(shop)
    return shopfront.page("portal/confirm.html", shop, asked=asked, token=token)


@blueprint.post("/m/<token>")
@public
def use_mailed_link(token: str) -> ResponseReturnValue:
    """The tap does what the link is for, once."""
    try:
        used = sign_in.use_link(token, language.current())
    except TokenInvalid:
        return _old_link(token)
    except DomainError as error:
        return _old_link(token, error.code)
    if used.claim_id is not None:
        return redirect(url_for("links.show_code", token=tokens.claim(used.claim_id), lang=language.asked()), 303)
    response = redirect(url_for("portal.me", lang=language.asked()), 303)
    return session.start(current_app.make_response(response), used.store_id, used.person_id)


def _old_link(token: str, why: str = "link_used") -> ResponseReturnValue:
    """Nobody's link is a page of its own; one of ours leads back to where a new one is asked for."""
    asked = sign_in.recall(token)
    if asked is None:
        return render_template("portal/old_link.html", why=why), 410
    shop = queries.shop(asked.store_id)
    shopfront.enter(shop)
    lang = language.asked()
    if asked.share is not None:
        again = url_for("links.open_link", token=tokens.share(asked.share), lang=lang)
    else:
        again = url_for("portal.program", slug=shop.slug, program_id=asked.program_id, lang=lang)
    return shopfront.page("portal/old_link.html", shop, why=why, asked=asked, again=again), 410


# --- the advocate's page ---


@blueprint.get("/me")
@advocate_only
def me() -> ResponseReturnValue:
    """Link, friends, rewards."""
    page = session.mine()
    return shopfront.page(
        "portal/me.html",
        page.shop,
        page=page,
        language_form=LanguageForm(locale=page.locale),
        share=sharing.share,
        qr=_qr,
        told=friends.told,
        reward_told=friends.reward_told,
        rewards=rewards,
        account=points,
        looks=looks,
        terms=terms,
    )


@blueprint.post("/me/look/<int:attribution_id>")
@advocate_only
def ask_for_look(attribution_id: int) -> ResponseReturnValue:
    """Somebody at the shop is asked to look again at what was refused, or waits."""
    return looks.ask(attribution_id)


@blueprint.post("/me/points/<int:program_id>")
@advocate_only
def exchange_points(program_id: int) -> ResponseReturnValue:
    """Points become a coupon."""
    return points.redeem(program_id)


@blueprint.get("/me/card/<int:program_id>")
@advocate_only
def card(program_id: int) -> ResponseReturnValue:
    """A card to print and give away: the offer, the link and its QR code."""
    page = session.mine()
    place = next((each for each in page.places if each.program.id == program_id), None) or abort(404)
    return shopfront.page(
        "portal/card.html", page.shop, page=page, place=place, share=sharing.share, qr=_qr, terms=terms
    )


@blueprint.post("/me/language")
@advocate_only
def choose_language() -> ResponseReturnValue:
    """The page and its mails speak the chosen language."""
    form = LanguageForm()
    if form.validate_on_submit():
        advocates.speak(session.mine().shop.id, session.mine().person_id, form.locale.data)
    return redirect(url_for("portal.me"), 303)


@blueprint.post("/me/cause/<int:program_id>")
@advocate_only
def choose_cause(program_id: int) -> ResponseReturnValue:
    """The advocate's donations in the program go to the chosen cause."""
    page = session.mine()
    if FlaskForm().validate_on_submit():
        try:
            advocates.donate_to(page.shop.id, page.person_id, program_id, request.form.get("cause", ""))
        except DomainError:
            abort(404)
    return redirect(url_for("portal.me"), 303)


@blueprint.post("/me/sign-out")
@advocate_only
def sign_out() -> ResponseReturnValue:
    """The browser forgets who this is."""
    return session.end(
        current_app.make_response(redirect(url_for("portal.program", slug=session.mine().shop.slug), 303))
    )


@blueprint.get("/me/signed-out")
@public
def signed_out() -> ResponseReturnValue:
    """How to come back: no password, only a mail."""
    return render_template("portal/signed_out.html")


def _qr(place: Place) -> Markup:
    """The link as a QR code, drawn here."""
    picture = segno.make(sharing.address(place.link, "qr"), error="m")
    return Markup(picture.svg_inline(omitsize=True, border=2))  # noqa: S704 - drawn from our own signed address
