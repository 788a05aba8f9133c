"""Rewards in words: what is promised, what one of them is worth, and how it is given."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from markupsafe import Markup

from app.domain.programs import IN_WORDS, SUMS, AdvocateReward, Means, RewardKind, Rules
from app.web.formats import days, listed, money, named, percent, points, sentence
from app.web.language import current


def reward_words(rules: Rules) -> Markup:
    """What the advocate gets, as it stands after "gets" or "get": a €10 coupon."""
    reward, amounts = rules.reward, _amounts()
    if reward.kind in amounts:
        return sentence(amounts[reward.kind], amount=money(reward.amount_minor, rules.currency))
    if reward.kind is RewardKind.ORDER_SHARE:
        return sentence(_("a coupon worth %(share)s of the order"), share=percent(reward.basis_points))
    if reward.kind is RewardKind.PERCENT:
        return sentence(_("a coupon for %(share)s off"), share=percent(reward.basis_points))
    if reward.product:
        return sentence(_("a coupon for a free %(product)s"), product=named(reward.product.name))
    if reward.kind is RewardKind.POINTS:
        return points(reward.points, reward.gift)
    if reward.kind in IN_WORDS:
        return named(reward.gift.said(current()))
    return sentence(_("a coupon for free shipping"))


def _amounts() -> dict[RewardKind, str]:
    """What is a fixed sum of money."""
    return {
        RewardKind.FIXED: _("a coupon worth %(amount)s"),
        RewardKind.MONEY: _("%(amount)s in money"),
        RewardKind.DONATION: _("a donation of %(amount)s"),
        RewardKind.STORE_CREDIT: _("%(amount)s of credit at the shop"),
        RewardKind.GIFT_CARD: _("a gift card worth %(amount)s"),
    }


def worth_words(kind: str, worth_minor: int, currency: str, terms: AdvocateReward) -> Markup:
    """What one reward is worth; a reward that is no sum of money is named by what it is, or what its coupon does."""
    if kind in SUMS:
        return money(worth_minor, currency)
    if kind == RewardKind.POINTS:
        return points(worth_minor, terms.gift)
    if kind in IN_WORDS:
        return named(terms.gift.said(current()))
    if kind == RewardKind.FREE_PRODUCT and terms.product:
        return sentence(_("%(product)s for free"), product=named(terms.product.name))
    return sentence(_("Free shipping")) if kind == RewardKind.FREE_SHIPPING else percent(terms.basis_points)


def cause_words(terms: AdvocateReward, picked: str | None) -> Markup:
    """To whom a donation goes; nothing where the reward is none."""
    cause = terms.cause(picked)
    return sentence(_("Donation to %(cause)s"), cause=named(cause)) if cause else Markup("")


def giving_lines(rules: Rules) -> Iterator[Markup]:
    """How the reward is given, for the terms."""
    return _GIVING[rules.reward.means](rules)


def _coupon_lines(rules: Rules) -> Iterator[Markup]:
    reward = rules.reward
    yield sentence(
        _("The coupon is good for %(days)s, for one order, for whoever has it."), days=days(reward.valid_days)
    )
    if reward.minimum_minor:
        minimum = money(reward.minimum_minor, rules.currency)
        yield sentence(_("It can be spent on orders from %(minimum)s."), minimum=minimum)
    if reward.product:
        product = named(reward.product.name)
        yield sentence(
            _("You put %(product)s into the basket yourself; one piece of it costs nothing then."), product=product
        )


def _hand_lines(rules: Rules) -> Iterator[Markup]:
    yield sentence(_("Somebody at the shop hands it out; you are told when that is done."))
    if rules.reward.causes:
        yield sentence(_("You choose who gets it: %(causes)s."), causes=listed(rules.reward.causes))
        first = named(rules.reward.causes[0])
        yield sentence(_("Where you have not chosen, it goes to the first of them: %(cause)s."), cause=first)


def _bank_lines(_rules: Rules) -> Iterator[Markup]:
    yield sentence(
        _("It is a code that stands on your page then. Where none is left, you get one as soon as there is.")
    )


def _account_lines(rules: Rules) -> Iterator[Markup]:
    yield sentence(_("The points are in your account then; they do not run out, and they are no money."))
    yield price_words(rules)
    if rules.reward.price.least_coupons > 1:
        least = points(rules.reward.price.least_coupons * rules.reward.price.points, rules.reward.gift)
        yield sentence(_("At least %(points)s are exchanged at once."), points=least)
    yield sentence(_("What they buy is what stands here on the day on which you exchange them."))
    yield from _coupon_lines(rules)


def price_words(rules: Rules) -> Markup:
    """What the program's points buy."""
    price = rules.reward.price
    cost, amount = points(price.points, rules.reward.gift), money(price.amount_minor, rules.currency)
    return sentence(_("A coupon worth %(amount)s costs %(points)s."), points=cost, amount=amount)


def _store_lines(rules: Rules) -> Iterator[Markup]:
    if rules.reward.kind is RewardKind.GIFT_CARD:
        yield sentence(_("The shop makes it for you; its code stands on your page then."))
    else:
        yield sentence(_("It comes into your account at the shop, the one with your e-mail address, by itself."))


_GIVING = {
    Means.COUPON: _coupon_lines,
    Means.HAND: _hand_lines,
    Means.BANK: _bank_lines,
    Means.ACCOUNT: _account_lines,
    Means.STORE: _store_lines,
}
