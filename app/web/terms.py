"""What a program promises, in plain words made from its rules: so that pages and terms cannot drift from what is done.

Sentences are whole; what changes in them are figures and names. Nobody's gender is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app import clock
from app.domain import promises
from app.domain.offers import goods_left_out
from app.domain.programs import (
    Approval,
    Boost,
    Exclusions,
    FriendOffer,
    Means,
    OfferKind,
    RewardKind,
    Rules,
    Touch,
    Trigger,
    Unproven,
)
from app.web.formats import day, days, listed, moment, money, named, number, percent, sentence
from app.web.rewards import giving_lines, reward_words


def headline(rules: Rules) -> Markup:
    """What the friend gets, in as few words as possible: 15% off."""
    offer = rules.friend
    if offer.kind is OfferKind.FREE_SHIPPING:
        return sentence(_("Free shipping"))
    if offer.product:
        return sentence(_("%(product)s for free"), product=named(offer.product.name))
    is_share = offer.kind is OfferKind.PERCENT
    amount = percent(offer.basis_points) if is_share else money(offer.amount_minor, rules.currency)
    return sentence(_("%(amount)s off"), amount=amount)


def now_words(rules: Rules) -> Markup:
    """What the advocate gets for an order placed now, and what it may become with more friends."""
    first = reward_words(promises.in_force(rules, rank=1, placed_at=clock.now()))
    if not rules.tiers:
        return first
    last = rules.tiers[-1]
    top = promises.in_force(rules, rank=last.from_rank, placed_at=clock.now())
    message = _("%(reward)s (from friend %(rank)s on: %(top)s)")
    return sentence(message, reward=first, rank=number(last.from_rank), top=reward_words(top))


def tier_lines(rules: Rules) -> list[Markup]:
    """What later friends earn, where that is something else."""
    return [
        sentence(
            _("From friend %(rank)s on: %(reward)s."),
            rank=number(tier.from_rank),
            reward=reward_words(promises.fixed(rules, tier.reward)),
        )
        for tier in rules.tiers
    ]


def boost_lines(rules: Rules, *, over: bool = False) -> list[Markup]:
    """When rewards are raised: the times that are not over yet, or all of them."""
    return [_boost_line(rules, each) for each in rules.boosts if over or each.ends_at > clock.now()]


def _boost_line(rules: Rules, boost: Boost) -> Markup:
    """Its last second is included, so that is what is said."""
    last = boost.ends_at - timedelta(seconds=1)
    if rules.tiers:
        message = _("Orders placed from %(start)s until %(end)s earn %(share)s of that.")
        return sentence(message, start=moment(boost.starts_at), end=moment(last), share=percent(boost.factor_points))
    raised = reward_words(promises.fixed(rules, promises.boosted(rules.reward, boost)))
    message = _("Orders placed from %(start)s until %(end)s earn more: %(reward)s.")
    return sentence(message, start=moment(boost.starts_at), end=moment(last), reward=raised)


def ahead(rules: Rules, counted: int) -> list[Markup]:
    """What is within an advocate's reach: the next tier with the friends that it still takes, and raised rewards."""
    tier = next((each for each in rules.tiers if each.from_rank > counted + 1), None)
    lines = []
    if tier is not None:
        more = tier.from_rank - counted - 1
        text = ngettext(
            "%(count)s more friend until every one after earns %(reward)s.",
            "%(count)s more friends until every one after earns %(reward)s.",
            more, count="%(count)s", reward="%(reward)s",
        )  # fmt: skip
        lines = [sentence(text, count=number(more), reward=reward_words(promises.fixed(rules, tier.reward)))]
    return [*lines, *boost_lines(rules)]


def honest_line(rules: Rules, advocate: str | None) -> Markup:
    """R16: the friend is told that the advocate gets something too. The owner cannot remove it."""
    if advocate is None:
        message = _("Whoever sent you this link gets %(reward)s too, once your order has arrived and stayed.")
        return sentence(message, reward=now_words(rules))
    message = _("%(advocate)s gets %(reward)s too, once your order has arrived and stayed.")
    return sentence(message, advocate=named(advocate), reward=now_words(rules))


def friend_terms(rules: Rules, until: datetime | None = None) -> list[Markup]:
    """The friend's terms in three lines, and one more where the code is for one product or leaves goods out; then the
    honest line."""
    lines = [_who_and_from(rules), _validity(rules.friend, until), _beside(rules.friend)]
    if rules.friend.product:
        message = _("Put %(product)s into the basket yourself; with the code one piece of it costs nothing")
        lines.append(sentence(message, product=named(rules.friend.product.name)))
    if any(goods_left_out(rules)):
        names = [each.name for each in (*rules.excluded.categories, *rules.excluded.products)]
        lines.append(sentence(_("Not for: %(goods)s"), goods=listed(names)))
    return lines


def friend_reward_lines(rules: Rules) -> list[Markup]:
    """What a friend gets beside the code, where that is anything, as it is told to them."""
    theirs = promises.for_friend(rules)
    if theirs is None:
        return []
    message = _("You also get %(reward)s once your order has arrived and stayed; the page of your code tells you when")
    return [sentence(message, reward=reward_words(theirs))]


def _friend_reward_terms(rules: Rules) -> list[Markup]:
    theirs = promises.for_friend(rules)
    if theirs is None:
        return []
    message = _("Your friend also gets %(reward)s once the order has arrived and stayed.")
    return [sentence(message, reward=reward_words(theirs))]


def excluded_goods(excluded: Exclusions) -> Markup:
    """The goods that do not count, by name; nothing where all of them do."""
    named = [each.name for each in (*excluded.categories, *excluded.products)]
    return listed([str(_("sale items")), *named] if excluded.sale_items else named)


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


def program_words(rules: Rules) -> Markup:
    """The whole promise in one sentence: what the friend gets, and what the advocate gets."""
    message = _("Your friend gets %(offer)s on the order, and you get %(reward)s once it has arrived and stayed.")
    if rules.new_customers_only:
        message = _(
            "Your friend gets %(offer)s on the first order, and you get %(reward)s once it has arrived and stayed."
        )
    return sentence(message, offer=headline(rules), reward=now_words(rules))


def hold_words(rules: Rules) -> Markup:
    """When the reward is sent (R5)."""
    if rules.hold_days == 0:
        return sentence(_("The reward is sent as soon as the order counts."))
    message = _(
        "The reward is sent %(days)s after the order has arrived; "
        "where nobody tells us that, after it was completed or paid."
    )
    return sentence(message, days=days(rules.hold_days))


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the full terms."""

    heading: str
    lines: list[Markup]


def sections(rules: Rules) -> list[Section]:
    """The full terms."""
    return [
        Section(_("What your friend gets"), [headline(rules), *friend_terms(rules), *_friend_reward_terms(rules)]),
        Section(_("What you get"), list(_reward_lines(rules))),
        Section(_("When an order counts"), list(_counting_lines(rules))),
        Section(_("When an order is cancelled or returned"), list(_return_lines(rules))),
        Section(_("What others learn about you"), list(_privacy_lines())),
    ]


def _reward_lines(rules: Rules) -> Iterator[Markup]:
    yield sentence(_("For each friend whose order counts: %(reward)s."), reward=reward_words(rules))
    yield from tier_lines(rules)
    yield from boost_lines(rules)
    yield hold_words(rules)
    yield from giving_lines(rules)
    if rules.cap_rewards:
        count, period = number(rules.cap_rewards), days(rules.cap_days)
        yield sentence(_("The most rewards for one person: %(count)s within %(period)s."), count=count, period=period)
    if rules.budget_minor:
        yield sentence(
            _("The shop gives out codes as far as its budget goes. Codes that were handed out are honoured.")
        )
    if rules.approval is not Approval.NEVER:
        yield sentence(_("Somebody at the shop may look at a reward before it is sent."))


def _counting_lines(rules: Rules) -> Iterator[Markup]:
    yield sentence(_("The order is made with the code that your friend took from your link."))
    if rules.new_customers_only:
        yield sentence(_("Your friend has not bought from the shop before."))
        yield from _unproven_lines(rules)
    if rules.minimum_minor:
        minimum = money(rules.minimum_minor, rules.currency)
        yield sentence(
            _("The goods come to at least %(minimum)s, after discounts, without tax and shipping."), minimum=minimum
        )
    if rules.excluded.goods:
        yield sentence(_("These goods do not count: %(goods)s."), goods=excluded_goods(rules.excluded))
    if rules.excluded.buyers:
        yield sentence(_("Orders of people who work for the shop, or buy to sell on, do not count."))
    if rules.trigger is Trigger.COMPLETED:
        yield sentence(_("It is paid and the shop has completed it."))
    else:
        yield sentence(_("It is paid."))
    yield sentence(_("An order of your own does not count."))
    if rules.touch is Touch.FIRST:
        yield sentence(_("Where several people recommended, the first one counts."))
    else:
        yield sentence(_("Where several people recommended, the last one counts."))


def _unproven_lines(rules: Rules) -> Iterator[Markup]:
    if rules.unproven is Unproven.REFUSE:
        yield sentence(_("Where the order does not show that, it does not count."))
    if rules.unproven is Unproven.ASK:
        yield sentence(_("Where the order does not show that, somebody at the shop looks at it."))


def _return_lines(rules: Rules) -> Iterator[Markup]:
    yield sentence(_("A reward that was not sent yet is not sent."))
    if rules.reward.kind is RewardKind.ORDER_SHARE:
        yield sentence(_("Where a part is returned, the reward becomes smaller by its share."))
    else:
        yield sentence(_("Where a part is returned, the reward stays as long as the rest reaches the minimum."))
    if rules.reward.means is Means.COUPON:
        yield sentence(
            _("A coupon that was sent and not used is taken back; one that was used is settled with later rewards.")
        )
    elif rules.reward.means is Means.ACCOUNT:
        yield sentence(
            _("Points that were given leave your account; those exchanged by then are settled with later ones.")
        )
    elif rules.reward.means is Means.STORE:
        yield sentence(_("What was given and not used is taken back; what was used is settled with later rewards."))
    else:
        yield sentence(_("A reward that was handed out already is settled with later rewards."))
    yield sentence(_("Nobody is ever charged."))


def _privacy_lines() -> Iterator[Markup]:
    yield sentence(_("Your friends see your first name, and that you get something too."))
    yield sentence(_("You see what became of each friend, without name, address or what they bought."))
