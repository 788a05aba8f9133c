"""What one order is promised: the reward that its program version gives it, by its rank and its placing (R8, R11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.money import NO_CURRENCY, POINTS, share
from app.domain.programs import AMOUNTS, SHARES, AdvocateReward, Boost, FriendOffer, RewardKind, Rules


@dataclass(frozen=True, slots=True)
class Promise:
    """The rules as they are for one order, its reward chosen, and the rank that chose it (None: nobody asked)."""

    rules: Rules
    rank: int | None = None
    side: str = "advocate"  # whose reward it is; the other one is the friend

    @property
    def terms(self) -> AdvocateReward | None:
        """What the reward must remember; None where its version says it all."""
        return None if self.rank is None and self.side == "advocate" else self.rules.reward


def for_friend(rules: Rules) -> Rules | None:
    """The rules as they are for what the friend is promised; None where that is nothing. How many rewards the advocate
    may have is no matter of theirs."""
    if rules.friend_reward is None:
        return None
    return replace(fixed(rules, rules.friend_reward), cap_rewards=0)


def is_plain(rules: Rules) -> bool:
    """Whether every order earns the same reward, so that nobody need ask for its rank."""
    return not rules.tiers and not rules.boosts


def highest_rank(rules: Rules) -> int:
    """The rank from which nothing changes any more."""
    return max((tier.from_rank for tier in rules.tiers), default=1)


def in_force(rules: Rules, *, rank: int, placed_at: datetime) -> Rules:
    """The rules as they are for an order of this rank that was placed then: `reward` is what it earns, and no tier or
    boost is left to be chosen."""
    reward = boosted(tier_reward(rules, rank), boost_at(rules, placed_at))
    return fixed(rules, reward)


def fixed(rules: Rules, reward: AdvocateReward) -> Rules:
    """The rules with this reward and no other."""
    return replace(rules, reward=reward, tiers=(), boosts=())


def tier_reward(rules: Rules, rank: int) -> AdvocateReward:
    """What the advocate's friend of this rank earns them."""
    reached = [tier.reward for tier in rules.tiers if tier.from_rank <= rank]
    return reached[-1] if reached else rules.reward


def boost_at(rules: Rules, instant: datetime) -> Boost | None:
    """The boost that is on at this instant."""
    return next((boost for boost in rules.boosts if boost.starts_at <= instant < boost.ends_at), None)


def boosted(reward: AdvocateReward, boost: Boost | None) -> AdvocateReward:
    """The reward, raised. What the friend gets stays: their coupon stands in the store before anybody knows when it
    will be used."""
    if boost is None:
        return reward
    return replace(
        reward,
        basis_points=share(reward.basis_points, boost.factor_points),
        amount_minor=share(reward.amount_minor, boost.factor_points),
        points=share(reward.points, boost.factor_points),
    )


def free_rank(taken: Mapping[int | None, int]) -> int:
    """The rank of an order before which so many others count: those that were released by the rank that they keep,
    the rest under None.

    Released ranks are taken; the rest, and then this order, take those that are free, so that a rank that fell free is
    given once and none is given twice (R8). Where several were released with one rank (they had qualified anew), each
    but the first is one of the rest.
    """
    ranks = {rank for rank in taken if rank is not None}
    rest = sum(taken.values()) - len(ranks)
    rank = 1
    while rest or rank in ranks:
        rest -= rank not in ranks
        rank += 1
    return rank


def rewards_possible(
    rules: Rules, since: datetime | None = None, until: datetime | None = None
) -> Iterator[AdvocateReward]:
    """Every reward that an order may earn, placed between the two instants or at any time."""
    boosts = [each for each in rules.boosts if _is_between(each, since, until)]
    for reward in (rules.reward, *(tier.reward for tier in rules.tiers)):
        yield reward
        yield from (boosted(reward, boost) for boost in boosts)


def _is_between(boost: Boost, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or since < boost.ends_at) and (until is None or boost.starts_at <= until)


def whole(rules: Rules) -> tuple[int, str]:
    """What a reward that is no share of the order is worth while it stands, and in which currency."""
    reward = rules.reward
    if reward.kind is RewardKind.POINTS:
        return reward.points, POINTS
    return (reward.amount_minor, rules.currency) if reward.kind in AMOUNTS else (1, NO_CURRENCY)


def given_away(rules: Rules) -> tuple[int, int]:
    """What friend and advocate get together, as basis points of the goods and as a fixed amount."""
    promised = [_cost(each) for each in (rules.friend, rules.friend_reward, rules.reward) if each is not None]
    return sum(points for points, _ in promised), sum(amount for _, amount in promised)


def _cost(promise: FriendOffer | AdvocateReward) -> tuple[int, int]:
    """What is given away, as basis points of the goods and as a fixed amount."""
    points = promise.basis_points if promise.kind.value in SHARES else 0
    if isinstance(promise, AdvocateReward) and promise.kind is RewardKind.POINTS:
        return points, promise.price.worth(promise.points)
    return points, promise.amount_minor if promise.kind.value in AMOUNTS else 0
