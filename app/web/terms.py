"""What a program promises, in plain words made from its rules: so that pages and terms cannot drift from what is done.

Sentences are whole; what changes in them are figures and names. Nobody's gender is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from markupsafe import Markup

from app.domain.programs import FriendOffer, OfferKind, RewardKind, Rules
from app.web.formats import day, days, isolated, money, percent, sentence


def headline(rules: Rules) -> Markup:
    """What the friend gets, in as few words as possible: 15% off."""
    offer = rules.friend
    if offer.kind is OfferKind.FREE_SHIPPING:
        return sentence(_("Free shipping"))
    is_share = offer.kind is OfferKind.PERCENT
    amount = percent(offer.basis_points) if is_share else money(offer.amount_minor, rules.currency)
    return sentence(_("%(amount)s off"), amount=amount)


def reward_words(rules: Rules) -> Markup:
    """What the advocate gets, as it stands after "gets" or "get": a €10 coupon."""
    reward = rules.reward
    if reward.kind is RewardKind.FIXED:
        return sentence(_("a coupon worth %(amount)s"), amount=money(reward.amount_minor, rules.currency))
    if reward.kind is RewardKind.ORDER_SHARE:
        return sentence(_("a coupon worth %(share)s of the order"), share=percent(reward.basis_points))
    if reward.kind is RewardKind.PERCENT:
        return sentence(_("a coupon for %(share)s off"), share=percent(reward.basis_points))
    return sentence(_("a coupon for free shipping"))


def honest_line(rules: Rules, advocate: str | None) -> Markup:
    """R16: the friend is told that the advocate gets something too. The owner cannot remove it."""
    if advocate is None:
        message = _("Whoever sent you this link gets %(reward)s too, once your order has arrived and stayed.")
        return sentence(message, reward=reward_words(rules))
    message = _("%(advocate)s gets %(reward)s too, once your order has arrived and stayed.")
    return sentence(message, advocate=isolated(advocate), reward=reward_words(rules))


def friend_terms(rules: Rules, until: datetime | None = None) -> list[Markup]:
    """The friend's terms in three lines; with the honest line they are four."""
    return [_who_and_from(rules), _validity(rules.friend, until), _beside(rules.friend)]


def _who_and_from(rules: Rules) -> Markup:
    minimum = money(rules.minimum_minor, rules.currency)
    if rules.new_customers_only and rules.minimum_minor:
        return sentence(_("For people new to the shop, on orders from %(minimum)s"), minimum=minimum)
    if rules.new_customers_only:
        return sentence(_("For people new to the shop"))
    if rules.minimum_minor:
        return sentence(_("On orders from %(minimum)s"), minimum=minimum)
    return sentence(_("For everybody, on any order"))


def _validity(offer: FriendOffer, until: datetime | None) -> Markup:
    if until is not None:
        return sentence(_("One code, one order, valid through %(day)s"), day=day(until, weekday=True))
    return sentence(_("One code, one order, valid for %(days)s"), days=days(offer.valid_days))


def _beside(offer: FriendOffer) -> Markup:
    if offer.combines and offer.excludes_sale_items:
        return sentence(_("Goes together with other codes, but not on sale items"))
    if offer.combines:
        return sentence(_("Goes together with other codes"))
    if offer.excludes_sale_items:
        return sentence(_("Not together with other codes, not on sale items"))
    return sentence(_("Not together with other codes"))


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the full terms."""

    heading: str
    lines: list[Markup]
