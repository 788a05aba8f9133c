"""Which rules may be saved (R4's margin guard), and which coupons are the same coupon (R12)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.offers import offer_fingerprint
from app.domain.program_faults import Fault, faults
from app.domain.programs import (
    AdvocateReward,
    Approval,
    FriendOffer,
    OfferKind,
    Price,
    RewardKind,
    Rules,
    Touch,
    Trigger,
)
from app.domain.promises import given_away
from tests.domain.builders import FIXED, FREE_SHIPPING, PERCENT, SHARE, rules

TEN_PERCENT = FriendOffer(kind=OfferKind.PERCENT, basis_points=1000)
TEN_OFF = FriendOffer(kind=OfferKind.FIXED, amount_minor=1000)
SHIPPED = FriendOffer(kind=OfferKind.FREE_SHIPPING)


def test_sound_rules_have_no_fault() -> None:
    assert faults(rules()) == ()


@pytest.mark.parametrize("friend", [TEN_PERCENT, TEN_OFF, SHIPPED])
@pytest.mark.parametrize("reward", [SHARE, FIXED, PERCENT, FREE_SHIPPING])
def test_every_offer_goes_with_every_reward(friend: FriendOffer, reward: AdvocateReward) -> None:
    assert faults(rules(friend=friend, reward=reward)) == ()


@pytest.mark.parametrize(
    ("field", "least", "most"),
    [
        ("window_days", 1, 365),
        ("hold_days", 0, 365),
        ("cap_days", 1, 1825),
        ("margin_limit_points", 1, 10_000),
        ("minimum_minor", 0, None),
        ("cap_rewards", 0, None),
        ("approval_above_minor", 0, None),
    ],
)
def test_figures_keep_their_range(field: str, least: int, most: int | None) -> None:
    limits = (("least", least),) if most is None else (("least", least), ("most", most))
    wrong = Fault(field, "out_of_range", limits)
    assert faults(rules(**{field: least - 1})) == (wrong,)
    assert wrong not in faults(rules(**{field: least}))
    if most is not None:
        assert wrong not in faults(rules(**{field: most}))
        assert faults(rules(**{field: most + 1})) == (wrong,)


@pytest.mark.parametrize(
    ("side", "field", "least", "most"),
    [
        ("friend", "valid_days", 1, 365),
        ("friend", "basis_points", 1, 10_000),
        ("reward", "valid_days", 1, 1825),
        ("reward", "minimum_minor", 0, None),
        ("reward", "basis_points", 1, 10_000),
    ],
)
def test_figures_of_an_offer_keep_their_range(side: str, field: str, least: int, most: int | None) -> None:
    sound = rules(margin_limit_points=10_000)

    def fault_at(value: int) -> bool:
        changed = replace(sound, **{side: replace(getattr(sound, side), **{field: value})})
        return f"{side}.{field}" in {fault.field for fault in faults(changed)}

    assert fault_at(least - 1)
    assert not fault_at(least)
    assert most is None or (not fault_at(most) and fault_at(most + 1))


@pytest.mark.parametrize(("side", "promise"), [("friend", TEN_OFF), ("reward", FIXED)])
def test_a_fixed_amount_is_worth_something(side: str, promise: Any) -> None:
    nothing = rules(**{side: replace(promise, amount_minor=0)})
    assert faults(nothing) == (Fault(f"{side}.amount_minor", "out_of_range", (("least", 1),)),)
    assert faults(rules(**{side: replace(promise, amount_minor=1)})) == ()


@pytest.mark.parametrize("reward", [SHARE, PERCENT])
def test_a_share_has_its_limits(reward: AdvocateReward) -> None:
    limits = (("least", 1), ("most", 10_000))
    assert faults(rules(reward=replace(reward, basis_points=0))) == (
        Fault("reward.basis_points", "out_of_range", limits),
    )


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "E1R", "EU", "ÄÖÜ"])
def test_a_currency_is_three_capital_letters(currency: str) -> None:
    assert faults(rules(currency=currency)) == (Fault("currency", "not_a_currency"),)


def test_all_faults_are_told_at_once() -> None:
    wrong = rules(
        currency="", window_days=0, friend=replace(TEN_OFF, amount_minor=0), reward=replace(SHARE, basis_points=0)
    )
    fields = [fault.field for fault in faults(wrong)]
    assert fields == ["currency", "window_days", "friend.amount_minor", "reward.basis_points"]


def test_r4_shares_that_pass_the_margin_limit_are_refused() -> None:
    half = rules(reward=replace(SHARE, basis_points=4000))
    assert faults(half) == ()
    figures = (("limit_points", 5000), ("points", 5001), ("amount_minor", 0))
    passed = rules(reward=replace(SHARE, basis_points=4001))
    assert faults(passed) == (Fault("margin_limit_points", "margin_passed", figures),)


def test_r4_fixed_amounts_are_weighed_against_the_minimum() -> None:
    assert faults(rules(friend=TEN_OFF, reward=FIXED, minimum_minor=4000)) == ()
    figures = (("limit_points", 5000), ("points", 0), ("amount_minor", 2000), ("needs_minimum_minor", 4000))
    passed = rules(friend=TEN_OFF, reward=FIXED, minimum_minor=3999)
    assert faults(passed) == (Fault("minimum_minor", "margin_passed", figures),)


def test_r4_a_fixed_amount_without_a_minimum_is_refused() -> None:
    assert [fault.reason for fault in faults(rules(reward=FIXED, minimum_minor=0))] == ["margin_passed"]
    assert faults(rules(minimum_minor=0)) == ()


def test_r4_without_a_minimum_the_least_order_is_one_unit() -> None:
    one_unit = rules(reward=replace(FIXED, amount_minor=1), minimum_minor=0)
    assert [fault.reason for fault in faults(one_unit)] == ["margin_passed"]
    assert [fault.reason for fault in faults(rules(reward=replace(SHARE, basis_points=4001), minimum_minor=0))]


def test_r4_only_what_a_kind_uses_is_weighed() -> None:
    assert faults(rules(friend=replace(TEN_PERCENT, amount_minor=9999), reward=replace(FIXED, basis_points=9999))) == ()
    assert faults(rules(friend=replace(SHIPPED, basis_points=9999, amount_minor=9999))) == ()


def test_r4_percent_and_amount_add_up() -> None:
    mixed = rules(reward=FIXED, minimum_minor=2500)
    assert faults(mixed) == ()
    (fault,) = faults(replace(mixed, minimum_minor=2499))
    assert dict(fault.figures) == {
        "limit_points": 5000,
        "points": 1000,
        "amount_minor": 1000,
        "needs_minimum_minor": 2500,
    }


def test_r4_no_minimum_mends_shares_that_reach_the_limit() -> None:
    (fault,) = faults(rules(friend=replace(TEN_PERCENT, basis_points=5000), reward=FIXED))
    assert fault.field == "margin_limit_points"
    assert "needs_minimum_minor" not in dict(fault.figures)


def test_r4_free_shipping_has_no_price_that_we_know() -> None:
    assert faults(rules(friend=SHIPPED, reward=FREE_SHIPPING, minimum_minor=0, margin_limit_points=1)) == ()


@given(st.integers(1, 9000), st.integers(1, 5000), st.integers(0, 50_000), st.integers(1, 10_000))
def test_r4_the_minimum_that_a_fault_names_mends_it(points: int, amount: int, minimum: int, limit: int) -> None:
    offered = rules(
        friend=replace(TEN_PERCENT, basis_points=points),
        reward=replace(FIXED, amount_minor=amount),
        minimum_minor=minimum,
        margin_limit_points=limit,
    )
    for fault in faults(offered):
        needed = dict(fault.figures).get("needs_minimum_minor")
        if needed is not None:
            assert faults(replace(offered, minimum_minor=needed)) == ()
            assert faults(replace(offered, minimum_minor=needed - 1)) != ()


# --- R12: one shelf an offer ---


def fingerprint(**changes: Any) -> str:
    return offer_fingerprint(rules(**changes))


def test_r12_a_fingerprint_is_sixteen_hex_digits() -> None:
    assert len(fingerprint()) == 16
    assert int(fingerprint(), 16) >= 0


@pytest.mark.parametrize(
    "changes",
    [
        {"reward": FIXED},
        {"hold_days": 3},
        {"cap_rewards": 9},
        {"friend": replace(TEN_PERCENT, amount_minor=77)},
        {"friend": replace(TEN_PERCENT, valid_days=20)},
    ],
)
def test_r12_versions_with_the_same_coupon_share_a_shelf(changes: dict[str, Any]) -> None:
    assert fingerprint(**changes) == fingerprint()


def test_r12_what_a_kind_does_not_use_does_not_part_shelves() -> None:
    assert fingerprint(friend=TEN_OFF) == fingerprint(friend=replace(TEN_OFF, basis_points=5))
    assert fingerprint(friend=SHIPPED) == fingerprint(friend=replace(SHIPPED, basis_points=5, amount_minor=6))


def test_r12_another_coupon_has_another_shelf() -> None:
    others: list[Rules] = [
        rules(),
        rules(friend=replace(TEN_PERCENT, basis_points=1001)),
        rules(friend=replace(TEN_PERCENT, combines=True)),
        rules(friend=replace(TEN_PERCENT, excludes_sale_items=True)),
        rules(friend=TEN_OFF),
        rules(friend=replace(TEN_OFF, amount_minor=1001)),
        rules(friend=SHIPPED),
        rules(currency="USD"),
        rules(minimum_minor=5001),
    ]
    assert len({offer_fingerprint(each) for each in others}) == len(others)


@pytest.mark.parametrize(
    ("friend", "stored"),
    [(TEN_PERCENT, "2ddea0fa48cf731b"), (TEN_OFF, "5e484488ab2aaba1"), (SHIPPED, "f261420662d4d027")],
)
def test_r12_a_fingerprint_outlives_a_release(friend: FriendOffer, stored: str) -> None:
    """Shelves are kept under it: changing how it is made strands every coupon on them."""
    assert fingerprint(friend=friend) == stored


def test_words_are_stored_as_they_are() -> None:
    assert [kind.value for kind in OfferKind] == ["percent", "fixed", "free_shipping", "free_product"]
    coupons = ["fixed", "order_share", "percent", "free_shipping", "free_product"]
    kinds = [*coupons, "money", "donation", "gift", "store_credit", "gift_card", "tag", "bank_code", "points"]
    assert [kind.value for kind in RewardKind] == kinds
    assert [trigger.value for trigger in Trigger] == ["paid", "completed"]
    assert [touch.value for touch in Touch] == ["first", "last"]
    assert [approval.value for approval in Approval] == ["never", "always", "above"]


def test_defaults_are_the_safe_ones() -> None:
    friend, reward = FriendOffer(kind=OfferKind.PERCENT), AdvocateReward(kind=RewardKind.FIXED)
    plain = Rules(currency="EUR", friend=friend, reward=reward)
    assert (plain.window_days, plain.hold_days, plain.cap_days, plain.margin_limit_points) == (30, 30, 365, 5000)
    assert (plain.minimum_minor, plain.cap_rewards, plain.approval_above_minor) == (0, 0, 0)
    assert (plain.trigger, plain.touch, plain.approval) == (Trigger.PAID, Touch.FIRST, Approval.NEVER)
    assert plain.new_customers_only
    assert not plain.personal_codes
    assert (friend.valid_days, friend.basis_points, friend.amount_minor) == (14, 0, 0)
    assert (reward.valid_days, reward.basis_points, reward.amount_minor, reward.minimum_minor) == (180, 0, 0, 0)
    assert not any((friend.combines, friend.excludes_sale_items, reward.combines, reward.excludes_sale_items))


POINTS = replace(
    rules(), reward=AdvocateReward(kind=RewardKind.POINTS, points=100, price=Price(points=50, amount_minor=400))
)


def test_points_cost_what_they_buy_in_the_margin_guard() -> None:
    """R4: 100 points buy 8.00, together with the friend's share a little more than a small order may cost."""
    assert given_away(POINTS)[1] == 800
    assert faults(replace(POINTS, minimum_minor=100_000)) == ()
    assert [each.reason for each in faults(replace(POINTS, minimum_minor=100))] == ["margin_passed"]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("reward.points", replace(POINTS.reward, points=0)),
        ("reward.price.points", replace(POINTS.reward, price=Price(points=0, amount_minor=400))),
        ("reward.price.amount_minor", replace(POINTS.reward, price=Price(points=50))),
        ("reward.price.least", replace(POINTS.reward, price=Price(points=50, amount_minor=400, least=-1))),
    ],
)
def test_points_must_be_earned_and_buy_something(field: str, wrong: AdvocateReward) -> None:
    assert [each.field for each in faults(replace(POINTS, reward=wrong, minimum_minor=100_000))] == [field]


@pytest.mark.parametrize(("least", "coupons"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2)])
def test_the_least_redemption_is_in_whole_coupons(least: int, coupons: int) -> None:
    assert Price(points=50, amount_minor=400, least=least).least_coupons == coupons
