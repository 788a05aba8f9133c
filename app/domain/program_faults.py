"""What keeps a program's rules from being saved, with what the sentence that says how to mend it needs (R4, R10)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from app.domain.money import share
from app.domain.programs import SHARES, AdvocateReward, Exclusions, FriendOffer, Rules, given_away


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
