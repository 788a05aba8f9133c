"""From which order on the shop earns (R4): its gross margin, less what the friend's code takes off and what the
advocate gets. Orders are meant as everywhere: goods after the discount, without tax and shipping."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.domain.money import half_up, share
from app.domain.programs import AdvocateReward, OfferKind, RewardKind, Rules
from app.domain.promises import given_away, rewards_possible

_WHOLE = 10_000  # basis points
_NOTHING = AdvocateReward(kind=RewardKind.FREE_SHIPPING)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What becomes of one order, in minor units of the program's currency."""

    order_minor: int
    margin_minor: int  # of the goods at their full price
    friend_minor: int
    advocate_minor: int

    @property
    def left_minor(self) -> int:
        """What is left to the shop; below zero where it pays in."""
        return self.margin_minor - self.friend_minor - self.advocate_minor


def margin_points(rules: Rules) -> int:
    """The gross margin that is reckoned with: the owner's, else the limit of the margin guard."""
    return rules.gross_margin_points or rules.margin_limit_points


def least_order(rules: Rules) -> int | None:
    """The least order that leaves the shop nothing less than nothing, whichever reward it earns; None where no order
    does."""
    found = [_least(rules, reward) for reward in rewards_possible(rules)]
    known = [each for each in found if each is not None]
    return max(known) if len(known) == len(found) else None


def reckoned(rules: Rules, order_minor: int) -> Reckoning:
    """What becomes of such an order, with the dearest reward that it may earn."""
    goods = order_minor + rules.friend.amount_minor if rules.friend.kind is OfferKind.FIXED else order_minor
    if _off(rules):
        goods = half_up(order_minor * _WHOLE, max(_WHOLE - _off(rules), 1))
    costs = (_reward_cost(rules, reward) for reward in rewards_possible(rules))
    return Reckoning(
        order_minor,
        share(goods, margin_points(rules)),
        goods - order_minor + _afterwards(rules),
        max(share(order_minor, points) + amount for points, amount in costs),
    )


def _least(rules: Rules, reward: AdvocateReward) -> int | None:
    """Where what each unit of an order leaves has made good what is given whatever the order is.

    With a price of 1 / (1 - off) for each unit that is paid, it leaves (margin - off) / (1 - off) - share.
    """
    margin, off = margin_points(rules), _off(rules)
    points, amount = _reward_cost(rules, reward)
    fixed = rules.friend.amount_minor if rules.friend.kind is OfferKind.FIXED else 0
    # Goods that a fixed discount paid for have their margin too.
    due = (_WHOLE - margin) * fixed + _WHOLE * (amount + _afterwards(rules))
    leaves = (margin - off) * _WHOLE - points * (_WHOLE - off)
    if leaves <= 0:
        return 0 if due == leaves == 0 else None
    return -(-due * (_WHOLE - off) // leaves)


def _afterwards(rules: Rules) -> int:
    """What the friend gets in money beside the code."""
    return rules.friend_reward.amount_minor if rules.friend_reward else 0


def _off(rules: Rules) -> int:
    return rules.friend.basis_points if rules.friend.kind is OfferKind.PERCENT else 0


def _reward_cost(rules: Rules, reward: AdvocateReward) -> tuple[int, int]:
    """The reward as basis points of an order and a fixed amount; as everywhere, free shipping counts nothing."""
    both, friend = given_away(replace(rules, reward=reward)), given_away(replace(rules, reward=_NOTHING))
    return both[0] - friend[0], both[1] - friend[1]
