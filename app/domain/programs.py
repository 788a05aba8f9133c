"""What a program promises: a frozen, versioned set of rules (R11)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
    cap_rewards: int = 0  # most rewards for one advocate in cap_days; 0 is no cap (R10)
    cap_days: int = 365
    approval: Approval = Approval.NEVER
    approval_above_minor: int = 0
    margin_limit_points: int = 5000  # friend's discount and reward together, of the minimum base (R4)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with rules that somebody wants to save: the field, a slug whose text says how to mend it, its figures."""

    field: str
    reason: str
    figures: tuple[tuple[str, int], ...] = ()


def faults(rules: Rules) -> tuple[Fault, ...]:
    """Everything that keeps these rules from being saved; empty when they are sound (ranges, R4's margin guard)."""
    raise NotImplementedError


def offer_fingerprint(rules: Rules) -> str:
    """Equal for two versions whose friend's coupon is the same coupon (value, currency, minimum, exclusions, stacking): 16 hex."""
    raise NotImplementedError
