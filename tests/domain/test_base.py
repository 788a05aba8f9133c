"""R4's base, and what refunds take from it (R7)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.orders import (
    UNLISTED,
    RefundFact,
    base_minor,
    refund_order,
)
from tests.domain.builders import (
    LATER,
    PAID,
    PLACED,
    order,
    refund,
    refunded,
)


def test_r4_the_base_is_goods_without_tax_and_shipping() -> None:
    assert base_minor(order()) == 8000
    assert base_minor(order(goods_minor=-5)) == 0


def test_r7_a_refund_takes_its_goods_part() -> None:
    assert base_minor(refunded(refund("9", 2000, goods_minor=1900))) == 6100
    assert base_minor(refunded(refund("9", 2000, goods_minor=0))) == 8000


def test_r7_an_untold_goods_part_is_the_goods_share_of_the_total() -> None:
    assert base_minor(refunded(refund("9", 2000))) == 8000 - 1600
    assert base_minor(refunded(refund("9", 1), goods_minor=5000)) == 5000 - 1  # half up
    assert base_minor(refunded(refund("9", 1), goods_minor=4999)) == 4999


def test_r7_refunds_count_one_after_another() -> None:
    both = refunded(refund("9", 2000), refund("10", 3000, goods_minor=1000))
    assert [base_minor(both, after=count) for count in (0, 1, 2)] == [8000, 6400, 5400]
    assert base_minor(both) == 5400


@pytest.mark.parametrize("parts", [(10000,), (9999, 1), (3333, 3333, 3334), (12000,)])
def test_r7_the_whole_rest_leaves_nothing(parts: tuple[int, ...]) -> None:
    refunds = [refund(str(number), amount, goods_minor=1) for number, amount in enumerate(parts)]
    assert base_minor(refunded(*refunds)) == 0
    assert base_minor(refunded(*refunds), after=len(parts) - 1) > 0


def test_r7_the_base_never_falls_below_nothing() -> None:
    assert base_minor(refunded(refund("9", 9000, goods_minor=9000))) == 0


def test_r7_a_free_order_has_no_share_to_take() -> None:
    free = order(goods_minor=0, total_minor=0)
    assert base_minor(free) == 0
    assert base_minor(replace(free, refunds=(refund("9", 0),))) == 0


def test_r7_what_was_given_back_beyond_the_listed_refunds_comes_last() -> None:
    listed = refund("9", 2000)
    assert refund_order(order(refunds=(listed,), refunded_minor=2500)) == (listed, refund(UNLISTED, 500))
    assert refund_order(order(refunds=(listed,), refunded_minor=2000)) == (listed,)
    assert refund_order(order(refunds=(listed,), refunded_minor=0)) == (listed,)
    assert refund_order(order(refunds=(listed,), refunded_minor=2001)) == (listed, refund(UNLISTED, 1))
    assert refund_order(order(refunded_minor=300)) == (refund("unlisted", 300),)


def test_r7_a_refunded_order_gave_back_everything() -> None:
    assert refund_order(order(status="refunded")) == (refund(UNLISTED, 10000),)
    assert base_minor(order(status="refunded")) == 0
    assert base_minor(order(status="refunded", refunds=(refund("9", 2000),), refunded_minor=2000)) == 0


def test_r8_refunds_stand_in_the_order_of_their_instants() -> None:
    late, early = refund("1", 5, at=LATER), refund("2", 5, at=PAID)
    assert refund_order(refunded(late, early)) == refund_order(refunded(early, late)) == (early, late)


def test_r8_without_instants_refunds_stand_in_the_order_of_their_references() -> None:
    nine, ten, word = refund("9", 5), refund("10", 5, at=PAID), refund("re_1", 5, at=PLACED)
    assert refund_order(refunded(word, ten, nine)) == (nine, ten, word)


def test_r8_refunds_of_one_instant_stand_in_the_order_of_their_references() -> None:
    nine, ten = refund("9", 5, at=PAID), refund("10", 5, at=PAID)
    assert refund_order(refunded(ten, nine)) == (nine, ten)


REFUNDS = st.lists(
    st.builds(
        refund,
        st.integers(1, 40).map(str),
        st.integers(1, 4000),
        st.none() | st.integers(0, 3000),
        st.none() | st.sampled_from([PAID, LATER]),
    ),
    max_size=5,
    unique_by=lambda each: each.refund_ref,
)


@given(REFUNDS.flatmap(lambda each: st.tuples(st.just(each), st.permutations(each))))
def test_r8_the_base_does_not_depend_on_how_refunds_are_listed(lists: tuple[list[RefundFact], ...]) -> None:
    one, other = (refunded(*each) for each in lists)
    assert refund_order(one) == refund_order(other)
    assert [base_minor(one, after=count) for count in range(6)] == [
        base_minor(other, after=count) for count in range(6)
    ]


@given(REFUNDS)
def test_r7_each_refund_lowers_the_base_and_never_below_nothing(refunds: list[RefundFact]) -> None:
    bases = [base_minor(refunded(*refunds), after=count) for count in range(len(refunds) + 1)]
    assert bases == sorted(bases, reverse=True)
    assert 0 <= bases[-1] == base_minor(refunded(*refunds))


@given(st.integers(1, 10**7), st.integers(1, 10**7), st.data())
def test_r7_the_goods_share_is_the_exact_fraction_within_half_a_unit(
    goods: int, rest: int, data: st.DataObject
) -> None:
    total = goods + rest
    amount = data.draw(st.integers(1, total - 1))
    left = base_minor(refunded(refund("9", amount), goods_minor=goods, total_minor=total))
    assert abs(goods - left - Fraction(amount * goods, total)) <= Fraction(1, 2)
