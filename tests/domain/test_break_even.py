"""From which order on the shop earns (R4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.break_even import least_order, margin_points, reckoned
from app.domain.programs import AdvocateReward, Boost, FriendOffer, OfferKind, RewardKind, Rules, Tier
from tests.domain.builders import FIXED, FREE_SHIPPING, PLACED, SHARE, rules

TEN_PERCENT = FriendOffer(kind=OfferKind.PERCENT, basis_points=1000)
FIVE_OFF = FriendOffer(kind=OfferKind.FIXED, amount_minor=500)
SHIPPING = FriendOffer(kind=OfferKind.FREE_SHIPPING)


def program(friend: FriendOffer, reward: AdvocateReward, margin: int = 4000, **more: object) -> Rules:
    return rules(friend=friend, reward=reward, gross_margin_points=margin, **more)


def test_r4_a_percent_off_and_a_fixed_reward() -> None:
    """Of goods for 30.00 that became 27.00, 40 % is 12.00; 3.00 went off and 10.00 to the advocate."""
    sold = program(TEN_PERCENT, FIXED)
    found = reckoned(sold, 2700)
    assert (found.margin_minor, found.friend_minor, found.advocate_minor, found.left_minor) == (1200, 300, 1000, -100)
    assert least_order(sold) == 3000
    assert reckoned(sold, 3000).left_minor == 0


def test_r4_a_fixed_amount_off_and_a_share() -> None:
    sold = program(FIVE_OFF, SHARE)
    assert least_order(sold) == 1000  # of 15.00 six; five went off and one to the advocate
    assert reckoned(sold, 1000).left_minor == 0


def test_shares_above_the_margin_never_earn_and_shares_below_always_do() -> None:
    assert least_order(program(TEN_PERCENT, SHARE, margin=1800)) is None
    assert least_order(program(TEN_PERCENT, SHARE, margin=2000)) == 0
    assert least_order(program(SHIPPING, FREE_SHIPPING, margin=1)) == 0


def test_without_a_margin_the_guards_limit_is_reckoned_with() -> None:
    assert margin_points(rules(margin_limit_points=2500)) == 2500
    assert margin_points(rules(margin_limit_points=2500, gross_margin_points=3000)) == 3000


def test_the_dearest_reward_counts() -> None:
    """The third friend's reward in a week of double rewards."""
    dear = replace(FIXED, amount_minor=2000)
    boost = Boost(starts_at=PLACED, ends_at=PLACED + timedelta(days=7), factor_points=20_000)
    sold = program(SHIPPING, FIXED, tiers=(Tier(from_rank=3, reward=dear),), boosts=(boost,))
    assert least_order(sold) == 10_000
    assert reckoned(sold, 10_000).advocate_minor == 4000


def test_a_code_for_everything_leaves_nothing() -> None:
    assert least_order(program(FriendOffer(kind=OfferKind.PERCENT, basis_points=10_000), FIXED)) is None


friends = st.one_of(
    st.builds(FriendOffer, kind=st.just(OfferKind.PERCENT), basis_points=st.integers(1, 9000)),
    st.builds(FriendOffer, kind=st.just(OfferKind.FIXED), amount_minor=st.integers(1, 10_000)),
)
given_rewards = st.one_of(
    st.builds(AdvocateReward, kind=st.just(RewardKind.FIXED), amount_minor=st.integers(1, 10_000)),
    st.builds(AdvocateReward, kind=st.just(RewardKind.ORDER_SHARE), basis_points=st.integers(1, 9000)),
)


@given(friends, given_rewards, st.integers(1, 10_000))
def test_r4_at_the_break_even_nothing_is_lost_and_below_it_something_is(
    friend: FriendOffer, reward: AdvocateReward, margin: int
) -> None:
    sold = program(friend, reward, margin)
    least = least_order(sold)
    if least is None:
        assert reckoned(sold, 10**9).left_minor <= 2
        return
    assert reckoned(sold, least).left_minor >= -2  # each figure is rounded by itself
    if least > 100:
        assert reckoned(sold, least * 9 // 10).left_minor <= 2
