"""What a program promises: a frozen, versioned set of rules (R11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from operator import attrgetter

from app.domain.money import share


class OfferKind(StrEnum):
    """What a coupon does at the checkout."""

    PERCENT = "percent"
    FIXED = "fixed"
    FREE_SHIPPING = "free_shipping"


class RewardKind(StrEnum):
    """What an advocate is promised; all are fulfilled by a coupon."""

    FIXED = "fixed"  # a coupon of a fixed amount
    ORDER_SHARE = "order_share"  # a coupon worth a share of the friend's order
    PERCENT = "percent"  # a coupon of so much percent
    FREE_SHIPPING = "free_shipping"


class Trigger(StrEnum):
    """When an order earns."""

    PAID = "paid"
    COMPLETED = "completed"


class Touch(StrEnum):
    """Which of two equal claims wins."""

    FIRST = "first"
    LAST = "last"


class Approval(StrEnum):
    """Which rewards wait for a person before they are released."""

    NEVER = "never"
    ALWAYS = "always"
    ABOVE = "above"  # above Rules.approval_above_minor


class Unproven(StrEnum):
    """What follows where nobody can know whether the buyer is new (R4)."""

    REFUSE = "refuse"
    ASK = "ask"  # a person looks before the reward is released
    ACCEPT = "accept"


class BudgetPeriod(StrEnum):
    """For how long a budget is meant."""

    WHOLE = "whole"  # as long as the program runs
    MONTH = "month"  # each calendar month of the store's zone, anew


@dataclass(frozen=True, slots=True, kw_only=True)
class FriendOffer:
    """The friend's coupon."""

    kind: OfferKind
    basis_points: int = 0  # PERCENT: 1500 is 15 %
    amount_minor: int = 0  # FIXED
    combines: bool = False
    excludes_sale_items: bool = False
    valid_days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvocateReward:
    """The advocate's reward, given as a coupon."""

    kind: RewardKind
    basis_points: int = 0  # PERCENT and ORDER_SHARE
    amount_minor: int = 0  # FIXED
    minimum_minor: int = 0  # least order on which the advocate can spend it
    combines: bool = False
    excludes_sale_items: bool = False
    valid_days: int = 180


@dataclass(frozen=True, slots=True)
class Named:
    """Something of the shop's: its reference there, and how people know it."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """What does not count (R4): goods, which the base and the minimum leave out, and buyers who are no customers."""

    sale_items: bool = False
    categories: tuple[Named, ...] = ()  # with all that lies below them
    products: tuple[Named, ...] = ()
    roles: tuple[str, ...] = ()  # of the buyer's account, as the shop calls them
    email_domains: tuple[str, ...] = ()

    @property
    def goods(self) -> bool:
        """Whether any goods are left out."""
        return self.sale_items or bool(self.categories or self.products)

    @property
    def buyers(self) -> bool:
        """Whether anybody's orders do not count."""
        return bool(self.roles or self.email_domains)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One version of a program. Amounts are minor units of `currency`; days are whole days."""

    currency: str
    friend: FriendOffer
    reward: AdvocateReward
    minimum_minor: int = 0  # least base of the friend's order (R4)
    window_days: int = 30  # 1 to 365 (R2)
    hold_days: int = 30  # 0 to 365 (R5)
    trigger: Trigger = Trigger.PAID
    touch: Touch = Touch.FIRST
    personal_codes: bool = False  # R2 (d)
    new_customers_only: bool = True
    unproven: Unproven = Unproven.ASK
    cap_rewards: int = 0  # most rewards for one advocate in cap_days; 0 is no cap (R10)
    cap_days: int = 365
    approval: Approval = Approval.NEVER
    approval_above_minor: int = 0
    budget_minor: int = 0  # most that codes and their rewards may come to; 0 is no budget (R10)
    budget_period: BudgetPeriod = BudgetPeriod.WHOLE
    budget_order_minor: int = 0  # a usual order: a share of it is held until the order itself is known
    margin_limit_points: int = 5000  # friend's discount and reward together, of the minimum base (R4)
    excluded: Exclusions = Exclusions()


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
_FIVE_YEARS = 5 * 365
_SHARES = frozenset({OfferKind.PERCENT.value, RewardKind.PERCENT.value, RewardKind.ORDER_SHARE.value})
_RANGES: dict[str, tuple[int, int | None]] = {
    "minimum_minor": (0, None),
    "window_days": (1, 365),
    "hold_days": (0, 365),
    "cap_rewards": (0, None),
    "cap_days": (1, _FIVE_YEARS),
    "approval_above_minor": (0, None),
    "budget_minor": (0, None),
    "budget_order_minor": (0, None),
    "margin_limit_points": (1, _WHOLE),
    "friend.valid_days": (1, 365),
    "reward.valid_days": (1, _FIVE_YEARS),
    "reward.minimum_minor": (0, None),
}


def faults(rules: Rules) -> tuple[Fault, ...]:
    """Everything that keeps these rules from being saved; empty when they are sound (ranges, R4's margin guard)."""
    found = [*_currency_fault(rules), *_range_faults(rules), *_worth_faults("friend", rules.friend)]
    found += [*_worth_faults("reward", rules.reward), *_exclusion_faults(rules.excluded)]
    return tuple(found) or (*_margin_fault(rules), *_budget_fault(rules))


def offer_fingerprint(rules: Rules) -> str:
    """Equal for two versions whose friend's coupon is the same coupon (value, currency, minimum, exclusions,
    stacking): 16 hex."""
    offer = rules.friend
    same = (
        offer.kind.value,
        offer.basis_points if offer.kind is OfferKind.PERCENT else 0,
        offer.amount_minor if offer.kind is OfferKind.FIXED else 0,
        rules.currency,
        rules.minimum_minor,
        offer.excludes_sale_items,
        offer.combines,
    )
    left_out = goods_left_out(rules)
    return sha256(repr((*same, *left_out) if any(left_out) else same).encode()).hexdigest()[:16]


def goods_left_out(rules: Rules) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """References of the products and categories that the friend's coupon leaves out. Only percent off can leave out a
    part of a basket: an amount off, or free shipping, is for the whole of it or not at all."""
    if rules.friend.kind is not OfferKind.PERCENT:
        return (), ()
    products, categories = rules.excluded.products, rules.excluded.categories
    return tuple(sorted(each.ref for each in products)), tuple(sorted(each.ref for each in categories))


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
    if promise.kind.value in _SHARES and not 1 <= promise.basis_points <= _WHOLE:
        yield Fault(f"{side}.basis_points", "out_of_range", (("least", 1), ("most", _WHOLE)))
    if promise.kind.value == "fixed" and promise.amount_minor < 1:
        yield Fault(f"{side}.amount_minor", "out_of_range", (("least", 1),))


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


def _margin_fault(rules: Rules) -> Iterator[Fault]:
    """R4: what friend and advocate get together passes the owner's share of the least order that earns. Without a
    minimum that is an order of one minor unit. Free shipping has no price that we know, so it counts nothing."""
    points, amount = given_away(rules)
    limit, least_base = rules.margin_limit_points, max(rules.minimum_minor, 1)
    if points * least_base + amount * _WHOLE <= limit * least_base:
        return
    figures = [("limit_points", limit), ("points", points), ("amount_minor", amount)]
    if points < limit:
        figures.append(("needs_minimum_minor", -(-amount * _WHOLE // (limit - points))))
    yield Fault("minimum_minor" if points < limit else "margin_limit_points", "margin_passed", tuple(figures))


def _budget_fault(rules: Rules) -> Iterator[Fault]:
    """R10: a budget needs something that it can count, a usual order where that is a share, and room for one code."""
    points, amount = given_away(rules)
    if not rules.budget_minor:
        return
    if not points + amount:
        yield Fault("budget_minor", "budget_of_nothing")
    elif points and rules.budget_order_minor < (least := max(rules.minimum_minor, 1)):
        yield Fault("budget_order_minor", "out_of_range", (("least", least),))
    elif rules.budget_minor < (one := amount + share(rules.budget_order_minor, points)):
        yield Fault("budget_minor", "out_of_range", (("least", one),))


def given_away(rules: Rules) -> tuple[int, int]:
    """What friend and advocate get together, as basis points of the goods and as a fixed amount."""
    friend, reward = _cost(rules.friend), _cost(rules.reward)
    return friend[0] + reward[0], friend[1] + reward[1]


def _cost(promise: FriendOffer | AdvocateReward) -> tuple[int, int]:
    """What is given away, as basis points of the goods and as a fixed amount."""
    points = promise.basis_points if promise.kind.value in _SHARES else 0
    return points, promise.amount_minor if promise.kind.value == "fixed" else 0
