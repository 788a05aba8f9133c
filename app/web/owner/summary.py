"""A program in plain words, made from its rules; and what a change would change, in the same words."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app.domain import promises
from app.domain.programs import (
    Approval,
    Audience,
    BudgetPeriod,
    Exclusions,
    InWords,
    Means,
    RewardKind,
    Rules,
    Touch,
    Trigger,
    Unproven,
)
from app.web.formats import currency_code, days, isolated, listed, money, named, number, percent, points, sentence
from app.web.rewards import price_words, reward_words
from app.web.terms import boost_lines, excluded_goods, headline, now_words, tier_lines


@dataclass(frozen=True, slots=True)
class Line:
    """One rule in words."""

    label: str
    words: Markup


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that would change."""

    label: str
    before: Markup
    after: Markup


def promise(rules: Rules) -> list[Markup]:
    """The program in a few sentences: what a friend gets, what a customer gets, and when."""
    return [_friend(rules), *_friend_afterwards(rules), _customer(rules), _counts(rules)]


def _friend(rules: Rules) -> Markup:
    if rules.minimum_minor:
        text = _("A friend gets %(offer)s on an order from %(minimum)s, with a code that is valid for %(days)s.")
    else:
        text = _("A friend gets %(offer)s on any order, with a code that is valid for %(days)s.")
    minimum = money(rules.minimum_minor, rules.currency)
    return sentence(text, offer=headline(rules), minimum=minimum, days=days(rules.friend.valid_days))


def _friend_afterwards(rules: Rules) -> list[Markup]:
    theirs = promises.for_friend(rules)
    if theirs is None:
        return []
    return [
        sentence(_("The friend also gets %(reward)s, on the same day as your customer."), reward=reward_words(theirs))
    ]


def _customer(rules: Rules) -> Markup:
    if rules.hold_days:
        text = _("Your customer gets %(reward)s for each friend, %(days)s after the order has arrived and stayed.")
    else:
        text = _("Your customer gets %(reward)s for each friend, as soon as the order counts.")
    return sentence(text, reward=now_words(rules), days=days(rules.hold_days))


def _counts(rules: Rules) -> Markup:
    if rules.trigger is Trigger.PAID:
        text = _("An order counts when it is paid, within %(days)s of the code.")
    else:
        text = _("An order counts when it is completed or delivered, within %(days)s of the code.")
    return sentence(text, days=days(rules.window_days))


def lines(rules: Rules) -> list[Line]:
    """Every rule with its words, in the order in which the form asks for them."""
    friend, reward = rules.friend, rules.reward
    return [
        Line(_("Currency"), isolated(currency_code(rules.currency))),
        Line(_("Who recommends"), _audience(rules)),
        Line(_("A friend gets"), headline(rules)),
        Line(_("On orders from"), _least(rules.minimum_minor, rules.currency)),
        Line(_("The friend’s code"), _coupon(friend.combines, friend.excludes_sale_items)),
        Line(_("The code is valid for"), sentence(days(friend.valid_days))),
        Line(_("The friend also gets"), _friend_reward(rules)),
        Line(_("Your customer gets"), reward_words(rules)),
        Line(_("What points buy"), _price(rules)),
        Line(_("With more friends"), _together(tier_lines(rules), _("the same for every friend"))),
        Line(_("Raised rewards"), _together(boost_lines(rules, over=True), _("never"))),
        Line(_("How the reward is given"), _handed_out(rules)),
        Line(_("To spend on orders from"), _of_coupon(rules, _least(reward.minimum_minor, rules.currency))),
        Line(_("The customer’s coupon"), _of_coupon(rules, _coupon(reward.combines, reward.excludes_sale_items))),
        Line(_("The coupon is valid for"), _of_coupon(rules, sentence(days(reward.valid_days)))),
        Line(_("An order counts when it is"), _trigger(rules)),
        Line(_("The reward waits for returns"), _wait(rules)),
        Line(_("An order counts for so long after the code was taken"), sentence(days(rules.window_days))),
        Line(_("For whom"), sentence(_("New customers only") if rules.new_customers_only else _("Everybody"))),
        Line(_("Where nobody can know whether somebody is new"), _unproven(rules)),
        Line(_("Where several people recommended"), _touch(rules)),
        Line(_("Each customer’s own code"), _counts_or_not(rules.personal_codes)),
        Line(_("At most, for one customer"), _cap(rules)),
        Line(_("Approved by a person"), _approval(rules)),
        Line(_("A reward that looks odd"), _doubts(rules)),
        Line(_("Codes from one link in a day"), _crowd(rules)),
        Line(_("Budget for codes and their rewards"), _budget(rules)),
        Line(_("A friend’s order usually comes to"), _usual_order(rules)),
        Line(
            _("Limit for both together"), sentence(_("%(share)s of an order"), share=percent(rules.margin_limit_points))
        ),
        Line(_("What the shop earns of its goods"), _gross_margin(rules)),
        Line(_("Goods that do not count"), excluded_goods(rules.excluded) or sentence(_("none"))),
        Line(_("Buyers whose orders do not count"), _excluded_buyers(rules.excluded)),
    ]


def changes(before: Rules, after: Rules) -> list[Change]:
    """The rules whose words differ."""
    pairs = zip(lines(before), lines(after), strict=True)
    return [Change(old.label, old.words, new.words) for old, new in pairs if old.words != new.words]


def _together(said: list[Markup], otherwise: str) -> Markup:
    return Markup(" ").join(said) if said else sentence(otherwise)


def _least(minor: int, currency: str) -> Markup:
    return money(minor, currency) if minor else sentence(_("any amount"))


def _coupon(combines: bool, not_on_sale: bool) -> Markup:
    beside = _("together with other codes") if combines else _("not together with other codes")
    sale = _("not on sale items") if not_on_sale else _("on sale items too")
    return sentence(_("%(beside)s, %(sale)s"), beside=beside, sale=sale)


def _handed_out(rules: Rules) -> Markup:
    reward = rules.reward
    if reward.means is Means.COUPON:
        return sentence(_("as a coupon, by itself"))
    if reward.kind is RewardKind.DONATION:
        return sentence(_("by you, to the one of these that they choose: %(causes)s"), causes=listed(reward.causes))
    spoken = listed([each for each in _spoken(reward.gift) if each])
    if reward.means is Means.ACCOUNT:
        return sentence(_("into their account: %(name)s"), name=spoken or _("points"))
    if reward.kind is RewardKind.TAG:
        return sentence(_("as the tag “%(tag)s” of their account: %(gift)s"), tag=named(reward.tag), gift=spoken)
    if reward.means is Means.STORE:
        return sentence(_("by the shop, by itself"))
    if reward.means is Means.BANK:
        return sentence(_("from your bank of codes: %(gift)s"), gift=spoken)
    if reward.kind is RewardKind.GIFT:
        return sentence(_("by you: %(gift)s"), gift=spoken)
    return sentence(_("by you"))


def _spoken(words: InWords) -> tuple[str, ...]:
    return words.en, words.ar, words.fa


def _of_coupon(rules: Rules, words: Markup) -> Markup:
    """What is so of a coupon is not said where there is none."""
    return words if rules.reward.means in (Means.COUPON, Means.ACCOUNT) else sentence(_("no coupon"))


def _friend_reward(rules: Rules) -> Markup:
    theirs = promises.for_friend(rules)
    if theirs is None:
        return sentence(_("nothing more"))
    return sentence(_("%(reward)s, %(how)s"), reward=reward_words(theirs), how=_handed_out(theirs))


def _price(rules: Rules) -> Markup:
    if rules.reward.means is not Means.ACCOUNT:
        return sentence(_("no points"))
    price = rules.reward.price
    if not price.least:
        return price_words(rules)
    least = sentence(_("At least %(points)s at once."), points=points(price.least))
    return price_words(rules) + " " + least


def _audience(rules: Rules) -> Markup:
    words = {
        Audience.CUSTOMERS: _("Customers"),
        Audience.STAFF: _("People who work for the shop"),
        Audience.PARTNERS: _("Partners"),
        Audience.INFLUENCERS: _("Influencers"),
    }
    return sentence(words[rules.audience])


def _touch(rules: Rules) -> Markup:
    return sentence(_("The first one counts") if rules.touch is Touch.FIRST else _("The last one counts"))


def _trigger(rules: Rules) -> Markup:
    return sentence(_("Paid") if rules.trigger is Trigger.PAID else _("Completed or delivered"))


def _wait(rules: Rules) -> Markup:
    return sentence(days(rules.hold_days)) if rules.hold_days else sentence(_("not at all"))


def _unproven(rules: Rules) -> Markup:
    if not rules.new_customers_only:
        return sentence(_("nobody asks"))
    if rules.unproven is Unproven.ASK:
        return sentence(_("somebody looks before the reward is sent"))
    return _counts_or_not(rules.unproven is Unproven.ACCEPT)


def _counts_or_not(counts: bool) -> Markup:
    return sentence(_("counts") if counts else _("does not count"))


def _cap(rules: Rules) -> Markup:
    if not rules.cap_rewards:
        return sentence(_("no limit"))
    text = ngettext(
        "%(count)s reward within %(days)s", "%(count)s rewards within %(days)s", rules.cap_rewards,
        count="%(count)s", days="%(days)s",
    )  # fmt: skip
    return sentence(text, count=number(rules.cap_rewards), days=days(rules.cap_days))


def _budget(rules: Rules) -> Markup:
    if not rules.budget_minor:
        return sentence(_("no limit"))
    text = _("%(amount)s in all") if rules.budget_period is BudgetPeriod.WHOLE else _("%(amount)s each calendar month")
    return sentence(text, amount=money(rules.budget_minor, rules.currency))


def _excluded_buyers(excluded: Exclusions) -> Markup:
    if not excluded.buyers:
        return sentence(_("nobody"))
    return listed([*excluded.roles, *(f"@{domain}" for domain in excluded.email_domains)])


def _gross_margin(rules: Rules) -> Markup:
    return percent(rules.gross_margin_points) if rules.gross_margin_points else sentence(_("not said"))


def _usual_order(rules: Rules) -> Markup:
    return money(rules.budget_order_minor, rules.currency) if rules.budget_order_minor else sentence(_("not said"))


def _approval(rules: Rules) -> Markup:
    if rules.approval is Approval.ABOVE:
        return sentence(_("above %(amount)s"), amount=money(rules.approval_above_minor, rules.currency))
    return sentence(_("always") if rules.approval is Approval.ALWAYS else _("never"))


def _doubts(rules: Rules) -> Markup:
    if not rules.doubt_release_minor:
        return sentence(_("waits for a look, asked for within %(days)s"), days=days(rules.doubt_days))
    amount = money(rules.doubt_release_minor, rules.currency)
    text = _("waits %(days)s for a look, and is sent then if it is worth no more than %(amount)s")
    return sentence(text, days=days(rules.doubt_days), amount=amount)


def _crowd(rules: Rules) -> Markup:
    if not rules.crowd_limit:
        return sentence(_("nobody counts"))
    return sentence(_("more than %(count)s look odd"), count=number(rules.crowd_limit))
