"""What is wrong with an answer, as a sentence that says how to mend it; and refusals of the domain, likewise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup

from app.domain.errors import DomainError
from app.domain.program_faults import Fault
from app.web.formats import money, named, number, percent, sentence

FAULTS: dict[str, LazyString] = {
    "name_missing": _l("Write a name."),
    "name_too_long": _l("Write a shorter name."),
    "words_long": _l("Write at most %(most)s letters."),
    "cause_missing": _l("Name at least one cause."),
    "gift_missing": _l("Say what it is, in at least one language."),
    "tag_missing": _l("Write the tag, as it stands beside a customer in the shop."),
    "tag_unusable": _l("Write a tag without commas, of at most %(most)s letters."),
    "no_store_credit_here": _l(
        "This shop’s platform keeps no credit for its customers. Choose a coupon of a fixed amount, or another kind."
    ),
    "no_gift_cards_here": _l(
        "This shop’s platform has no gift cards of its own. Bring codes of gift cards as codes that you bring, or "
        "choose another kind."
    ),
    "no_tags_here": _l(
        "This shop’s platform has no tags for its customers. Choose something that you hand over, or another kind."
    ),
    "product_missing": _l("Name a product of the shop."),
    "product_unknown": _l("The shop has no product called “%(named)s”. Write its name as the shop has it."),
    "product_not_sold": _l(
        "“%(named)s” is not for sale in the shop now. Publish it there first, or name another product."
    ),
    "name_ambiguous": _l(
        "The shop has several products called “%(named)s”. Give the one that you mean a name of its own there, then "
        "write that."
    ),
    "no_coupons_here": _l("This shop’s platform has no coupons, so this cannot be given there."),
    "no_such_coupon_here": _l("This shop’s platform has no coupons of this kind. Choose another kind."),
    "no_catalogue_here": _l(
        "This shop’s platform does not tell us its products, so none can be given. Choose another kind."
    ),
    "not_for_friends": _l("A friend can be given something by hand, money, or a code that you bring."),
    "one_bank": _l("A program has one bank of codes: give the friend or the customer something else."),
    "email_invalid": _l("Write an address such as name@example.com."),
    "password_short": _l("Choose at least %(least)s characters; a short sentence is easy to keep in mind."),
    "password_long": _l("Choose a shorter one."),
    "password_wrong": _l("That is not your present password."),
    "locale_unknown": _l("Choose one of the languages."),
    "already_member": _l("They work in this shop already."),
    "role_unknown": _l("Choose one of the roles."),
    "reason_missing": _l("Say why: it stays beside what was done."),
    "reason_long": _l("Say it in fewer words."),
    "advocate_unknown": _l("Nobody in a program has this code or address."),
    "out_of_range": _l("Write a number from %(least)s to %(most)s."),
    "too_small": _l("Write %(least)s or more."),
    "not_a_number": _l("Write a number, such as 12.50."),
    "not_a_day": _l("Choose a day, or write it such as 2026-12-31."),
    "ends_before_it_begins": _l("Choose a last day that is not before the first."),
    "boosts_overlap": _l("These days touch those before them. Let one time end before the next begins."),
    "nothing_to_raise": _l("A reward without an amount or a percentage cannot be raised. Leave these days empty."),
    "not_a_currency": _l("The shop’s currency is not known."),
    "budget_of_nothing": _l(
        "What is given here has no price that we know, so a budget cannot count it. Leave it empty."
    ),
    "currency_not_of_store": _l("The shop counts in another currency now. Save the program in that one."),
    "too_many": _l("Name at most %(most)s."),
    "not_a_domain": _l("“%(named)s” is no domain. Write what stands behind the @, such as teashop.example."),
    "name_unknown": _l("The shop has nothing called “%(named)s”. Write the name as the shop has it, one in a line."),
    "shop_silent": _l("The shop did not answer when it was asked for this. Try again in a moment."),
    "platform_cannot": _l("This shop’s platform does not tell that. Leave it empty."),
    "coupon_cannot": _l("This shop’s coupons cannot leave goods out. Leave it empty."),
    "margin_passed": _l(
        "Friend and customer together get more than the share of an order that you set as a limit (%(limit_points)s)."
    ),
    "margin_passed_below": _l(
        "Friend and customer together get more than %(limit_points)s of a small order. Ask for orders from "
        "%(needs_minimum_minor)s, or give less."
    ),
}

REFUSALS: dict[str, LazyString] = {
    "already_set_up": _l("The first account exists already. Sign in instead."),
    "order_unknown": _l("The shop has no such order."),
    "person_unknown": _l("Nobody is known under this address any more."),
    "not_attributed": _l("Nothing ties this order to a recommendation yet. Link it by hand first."),
    "not_to_hand_out": _l("This reward is not waiting to be handed out any more."),
    "cause_unknown": _l("Choose one of the causes."),
    "nothing_asked": _l("Nobody is waiting for an answer about this order any more."),
    "not_refused": _l("This order is not refused now. Approve it or reject it."),
    "nothing_held": _l("There is no reward on hold here."),
    "nothing_to_reissue": _l("There is no coupon here that could be replaced."),
    "points_buy_nothing": _l("There is nothing here that points buy."),
    "points_lacking": _l("That is more than your account holds, or less than can be exchanged at once."),
    "shop_away": _l("The shop cannot make coupons now. Nothing was taken from your account; try again later."),
    "coupon_used": _l("The coupon has been spent already; it is not given twice."),
    "not_undoable": _l("This cannot be undone."),
    "already_undone": _l("This was undone already."),
    "already_released": _l("The reward has left already; it cannot be put on hold again."),
    "message_unknown": _l("The shop has no such message."),
    "raw_deleted": _l("The message itself was deleted after its time; it cannot be read again."),
    "nothing_stopped": _l("This is not standing still any more."),
    "task_unknown": _l("There is no such task."),
    "last_owner": _l("A shop keeps at least one owner. Make somebody else an owner first."),
    "member_unknown": _l("They do not work in this shop any more."),
    "role_unknown": _l("Choose one of the roles."),
    "other_account": _l("This invitation is for another account. Sign out, then open it again."),
    "program_unknown": _l("The shop has no such program."),
    "program_ended": _l("This program has ended; make a new one."),
    "not_live": _l("A test order needs a live program: its codes exist in the shop only then."),
    "currency_not_of_store": _l(
        "The shop counts in another currency now. Write the program’s amounts in that one first; then it can go live."
    ),
    "form_not_here": _l(
        "This shop’s platform cannot give what the program promises. Change the program: its form says what is in the "
        "way."
    ),
    "state_not_possible": _l("That step is not possible from where the program is now."),
}


def fault(found: Fault, currency: str = "") -> Markup:
    """The fault's sentence with its figures."""
    figures = dict(found.figures)
    slug = found.reason
    if slug == "out_of_range" and "most" not in figures:
        slug = "too_small"
    if slug == "margin_passed" and "needs_minimum_minor" in figures:
        slug = "margin_passed_below"
    return sentence(
        FAULTS[slug],
        named=named(found.named),
        **{name: _spoken(found.field, name, value, currency) for name, value in figures.items()},
    )


def _spoken(field: str, name: str, value: int, currency: str) -> Markup | str:
    if name.endswith("_minor") or (field.endswith("_minor") and name in ("least", "most")):
        return money(value, currency)
    if name in ("points", "limit_points") or field.endswith("_points"):
        return percent(value)
    return number(value)


def refusal(error: DomainError) -> str:
    """The refusal's sentence; a refusal without one is a mistake of ours and stays an error."""
    if error.code not in REFUSALS:
        raise error
    return str(REFUSALS[error.code])


def show(form: FlaskForm, faults: Iterable[Fault], names: Mapping[str, str] | None = None, currency: str = "") -> None:
    """Each fault stands at its field of the form; `names` says where a fault's field has another name there."""
    for found in faults:
        name = (names or {}).get(found.field, found.field)
        form[name].errors = [*form[name].errors, fault(found, currency)]
