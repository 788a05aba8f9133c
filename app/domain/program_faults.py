"""What keeps a program's rules from being saved, with what the sentence that says how to mend it needs (R4, R10)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from app.domain.money import share
from app.domain.programs import (
    AMOUNTS,
    FOR_FRIENDS,
    IN_WORDS,
    SHARES,
    AdvocateReward,
    Exclusions,
    FriendOffer,
    OfferKind,
    RewardKind,
    Rules,
)
from app.domain.promises import fixed, given_away, rewards_possible


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with rules that somebody wants to save: the field, a slug whose text says how to mend it, its
    figures."""

    field: str
    reason: str
    figures: tuple[tuple[str, int], ...] = ()
    named: str = ""  # what of a longer answer is meant


_WHOLE = 10_000  # basis points
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+", re.ASCII)
_MOST_NAMED, _LONGEST_ROLE = 50, 60
MOST_TIERS, MOST_BOOSTS, HIGHEST_RANK, MOST_RAISED = 4, 3, 1000, 10 * _WHOLE
_MOST_CAUSES, _LONGEST_WORDS, _LONGEST_TAG, MOST_POINTS = 20, 80, 40, 1_000_000
_FIVE_YEARS = 5 * 365
_RANGES: dict[str, tuple[int, int | None]] = {
    "minimum_minor": (0, None),
    "window_days": (1, 365),
    "hold_days": (0, 365),
    "cap_rewards": (0, None),
    "cap_days": (1, _FIVE_YEARS),
    "approval_above_minor": (0, None),
    "doubt_days": (0, 60),
    "doubt_release_minor": (0, None),
    "crowd_limit": (0, None),
    "budget_minor": (0, None),
    "budget_order_minor": (0, None),
    "margin_limit_points": (1, _WHOLE),
    "gross_margin_points": (0, _WHOLE),
    "friend.valid_days": (1, 365),
    "reward.valid_days": (1, _FIVE_YEARS),
    "reward.minimum_minor": (0, None),
    "reward.price.least": (0, MOST_POINTS),
}


def faults(rules: Rules) -> tuple[Fault, ...]:
    """Everything that keeps these rules from being saved; empty when they are sound (ranges, R4's margin guard)."""
    found = [*_currency_fault(rules), *_range_faults(rules), *_worth_faults("friend", rules.friend)]
    found += [*_worth_faults("reward", rules.reward), *_hand_faults(rules.reward), *_exclusion_faults(rules.excluded)]
    found += [*_tier_faults(rules), *_boost_faults(rules), *_friend_reward_faults(rules)]
    return tuple(found) or (*_margin_fault(rules), *_budget_fault(rules))


def _currency_fault(rules: Rules) -> Iterator[Fault]:
    if not _CURRENCY.fullmatch(rules.currency):
        yield Fault("currency", "not_a_currency")


def _range_faults(rules: Rules) -> Iterator[Fault]:
    for field, (least, most) in _RANGES.items():
        value = attrgetter(field)(rules)
        if value < least or (most is not None and value > most):
            limits = (("least", least),) if most is None else (("least", least), ("most", most))
            yield Fault(field, "out_of_range", limits)


def _worth_faults(side: str, promise: FriendOffer | AdvocateReward) -> Iterator[Fault]:
    """What is promised must be worth something, and a share at most the whole."""
    if promise.kind.value in SHARES and not 1 <= promise.basis_points <= _WHOLE:
        yield Fault(f"{side}.basis_points", "out_of_range", (("least", 1), ("most", _WHOLE)))
    if promise.kind.value in AMOUNTS and promise.amount_minor < 1:
        yield Fault(f"{side}.amount_minor", "out_of_range", (("least", 1),))
    if promise.kind.value == OfferKind.FREE_PRODUCT.value and not promise.product:
        yield Fault(f"{side}.product", "product_missing")
    if isinstance(promise, AdvocateReward) and promise.kind is RewardKind.POINTS:
        yield from _points_faults(side, promise)


def _points_faults(side: str, reward: AdvocateReward) -> Iterator[Fault]:
    """Points are earned, and buy something."""
    limits = (("least", 1), ("most", MOST_POINTS))
    if not 1 <= reward.points <= MOST_POINTS:
        yield Fault(f"{side}.points", "out_of_range", limits)
    if side == "reward" and not 1 <= reward.price.points <= MOST_POINTS:
        yield Fault("reward.price.points", "out_of_range", limits)
    if side == "reward" and reward.price.amount_minor < 1:
        yield Fault("reward.price.amount_minor", "out_of_range", (("least", 1),))


def _hand_faults(reward: AdvocateReward) -> Iterator[Fault]:
    """What a person hands over must be said in words that people can read."""
    if reward.kind is RewardKind.DONATION and not reward.causes:
        yield Fault("reward.causes", "cause_missing")
    if len(reward.causes) > _MOST_CAUSES:
        yield Fault("reward.causes", "too_many", (("most", _MOST_CAUSES),))
    if any(len(cause) > _LONGEST_WORDS for cause in reward.causes):
        yield Fault("reward.causes", "words_long", (("most", _LONGEST_WORDS),))
    if reward.kind is RewardKind.TAG and not reward.tag:
        yield Fault("reward.tag", "tag_missing")
    if len(reward.tag) > _LONGEST_TAG or "," in reward.tag:
        yield Fault("reward.tag", "tag_unusable", (("most", _LONGEST_TAG),))
    if reward.kind in IN_WORDS and not reward.gift.said("en"):
        yield Fault("reward.gift.en", "gift_missing")
    for locale in ("en", "ar", "fa"):
        if len(getattr(reward.gift, locale)) > _LONGEST_WORDS:
            yield Fault(f"reward.gift.{locale}", "words_long", (("most", _LONGEST_WORDS),))


def _friend_reward_faults(rules: Rules) -> Iterator[Fault]:
    """What a friend is promised beside the code can be given to them, and is said in words."""
    reward = rules.friend_reward
    if reward is None:
        return
    if reward.kind not in FOR_FRIENDS:
        yield Fault("friend_reward.kind", "not_for_friends")
    if reward.kind is RewardKind.BANK_CODE and rules.reward.kind is RewardKind.BANK_CODE:
        yield Fault("friend_reward.kind", "one_bank")
    yield from _worth_faults("friend_reward", reward)
    if reward.kind in IN_WORDS and not reward.gift.said("en"):
        yield Fault("friend_reward.gift.en", "gift_missing")
    for locale in ("en", "ar", "fa"):
        if len(getattr(reward.gift, locale)) > _LONGEST_WORDS:
            yield Fault(f"friend_reward.gift.{locale}", "words_long", (("most", _LONGEST_WORDS),))


def _exclusion_faults(excluded: Exclusions) -> Iterator[Fault]:
    for field in ("categories", "products", "roles", "email_domains"):
        answers = getattr(excluded, field)
        if len(answers) > _MOST_NAMED:
            yield Fault(f"excluded.{field}", "too_many", (("most", _MOST_NAMED),))
    for domain in excluded.email_domains:
        if not _DOMAIN.fullmatch(domain):
            yield Fault("excluded.email_domains", "not_a_domain", named=domain)
    for role in excluded.roles:
        if len(role) > _LONGEST_ROLE:
            yield Fault("excluded.roles", "name_too_long")


def _tier_faults(rules: Rules) -> Iterator[Fault]:
    if len(rules.tiers) > MOST_TIERS:
        yield Fault("tiers", "too_many", (("most", MOST_TIERS),))
    before = 1
    for place, tier in enumerate(rules.tiers):
        if not before < tier.from_rank <= HIGHEST_RANK:
            limits = (("least", before + 1), ("most", HIGHEST_RANK))
            yield Fault(f"tiers.{place}.from_rank", "out_of_range", limits)
        before = max(before, tier.from_rank)
        yield from _worth_faults(f"tiers.{place}.reward", tier.reward)


def _boost_faults(rules: Rules) -> Iterator[Fault]:
    """Boosts stand one after the other, and what they raise stays a share of at most the whole."""
    if len(rules.boosts) > MOST_BOOSTS:
        yield Fault("boosts", "too_many", (("most", MOST_BOOSTS),))
    over = None
    rewards = [rules.reward, *(tier.reward for tier in rules.tiers)]
    largest = max((each.basis_points for each in rewards if each.kind.value in SHARES), default=0)
    most = min(MOST_RAISED, _WHOLE * _WHOLE // largest) if largest else MOST_RAISED
    for place, boost in enumerate(rules.boosts):
        if boost.ends_at <= boost.starts_at:
            yield Fault(f"boosts.{place}.ends_at", "ends_before_it_begins")
        if over is not None and boost.starts_at < over:
            yield Fault(f"boosts.{place}.starts_at", "boosts_overlap")
        if not any(each.basis_points or each.amount_minor or each.points for each in rewards):
            yield Fault(f"boosts.{place}.factor_points", "nothing_to_raise")
        elif not _WHOLE < boost.factor_points <= most:
            yield Fault(f"boosts.{place}.factor_points", "out_of_range", (("least", _WHOLE + 1), ("most", most)))
        over = boost.ends_at


def _margin_fault(rules: Rules) -> Iterator[Fault]:
    """R4: what friend and advocate get together passes the owner's share of the least order that earns, with every tier
    and boost. Without a minimum that is an order of one minor unit. Free shipping, and a product that is given, have
    no price that we know, so they count nothing."""
    limit, least_base = rules.margin_limit_points, max(rules.minimum_minor, 1)
    given = [given_away(fixed(rules, reward)) for reward in rewards_possible(rules)]
    points, amount = max(given, key=lambda each: each[0] * least_base + each[1] * _WHOLE)
    if points * least_base + amount * _WHOLE <= limit * least_base:
        return
    figures = [("limit_points", limit), ("points", points), ("amount_minor", amount)]
    if points < limit:
        figures.append(("needs_minimum_minor", max(-(-sums * _WHOLE // (limit - part)) for part, sums in given)))
    yield Fault("minimum_minor" if points < limit else "margin_limit_points", "margin_passed", tuple(figures))


def _budget_fault(rules: Rules) -> Iterator[Fault]:
    """R10: a budget needs something that it can count, a usual order where that is a share, and room for one code."""
    given = [given_away(fixed(rules, reward)) for reward in rewards_possible(rules)]
    if not rules.budget_minor:
        return
    if not any(points + amount for points, amount in given):
        yield Fault("budget_minor", "budget_of_nothing")
    elif any(points for points, _ in given) and rules.budget_order_minor < (least := max(rules.minimum_minor, 1)):
        yield Fault("budget_order_minor", "out_of_range", (("least", least),))
    elif rules.budget_minor < (
        one := max(amount + share(rules.budget_order_minor, points) for points, amount in given)
    ):
        yield Fault("budget_minor", "out_of_range", (("least", one),))
