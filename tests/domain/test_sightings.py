"""R8: which of everything seen of an order counts."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.domain.orders import (
    OrderFacts,
    UsedCode,
    ambiguous,
    newest,
)
from tests.domain.builders import (
    COMPLETED,
    DELIVERED,
    LATER,
    PAID,
    PLACED,
    days,
    minutes,
    order,
    refund,
    refunded,
)


def test_r8_the_latest_sighting_counts_whenever_it_came() -> None:
    early = order(status="pending", updated_at=PLACED, learned_at=LATER)
    late = order(status="completed", updated_at=COMPLETED, learned_at=LATER + days(1))
    assert newest([late, early]) == newest([early, late]) == replace(late, learned_at=LATER)


def test_r8_the_first_time_we_heard_of_it_is_kept() -> None:
    early = order(updated_at=PLACED, learned_at=LATER)
    late = order(updated_at=COMPLETED, learned_at=DELIVERED)
    assert newest([early, late]).learned_at == DELIVERED


def test_r8_oddity_same_instant_with_two_contents_is_ambiguous() -> None:
    one, other = order(status="processing"), order(status="completed")
    assert ambiguous([one, other])
    assert newest([one, other]) == newest([other, one])
    assert not ambiguous([one, one, replace(one, learned_at=LATER)])
    assert not ambiguous([one, replace(other, updated_at=LATER)])
    assert not ambiguous([one])


def test_r8_the_arrangement_of_lists_is_no_content() -> None:
    codes = (UsedCode(code="B", discount_minor=1), UsedCode(code="A", discount_minor=2))
    refunds = (refund("10", 5), refund("9", 6))
    one = order(codes=codes, refunds=refunds)
    assert not ambiguous([one, replace(one, codes=codes[::-1], refunds=refunds[::-1])])
    assert ambiguous([one, replace(one, codes=(replace(codes[0], discount_minor=3), codes[1]))])


def test_r8_more_given_back_is_believed_until_the_order_was_read() -> None:
    whole, part = order(), refunded(refund("9", 500))
    assert newest([whole, part]) == newest([part, whole]) == part


def test_r8_our_own_reading_settles_what_one_instant_said_twice() -> None:
    """A store counts in seconds, and deletes refunds without a new instant."""
    told = refunded(refund("9", 500), learned_at=PAID)
    read = order(learned_at=LATER, read_at=LATER)
    assert newest([told, read]) == replace(read, learned_at=PAID)
    assert not ambiguous([told, read])


def test_r8_the_latest_reading_of_an_instant_counts() -> None:
    first = refunded(refund("9", 500), learned_at=LATER, read_at=LATER)
    second = order(learned_at=LATER + days(1), read_at=LATER + days(1))
    assert newest([second, first]).refunds == ()
    assert not ambiguous([first, second])


def test_r8_a_reading_of_an_earlier_instant_settles_nothing() -> None:
    read = order(updated_at=PLACED, learned_at=LATER, read_at=LATER)
    told = order(status="completed", updated_at=COMPLETED)
    assert newest([read, told]).status == "completed"
    assert ambiguous([read, told, replace(told, status="cancelled")])


def test_r8_what_is_told_differently_after_the_reading_is_ambiguous_again() -> None:
    read = order(learned_at=LATER, read_at=LATER)
    same_moment = order(status="completed", learned_at=LATER)
    afterwards = replace(same_moment, learned_at=LATER + minutes(1))
    assert not ambiguous([read, same_moment])
    assert ambiguous([read, afterwards])
    assert newest([read, afterwards]).status == "processing"
    assert not ambiguous([read, replace(read, read_at=None, learned_at=LATER + minutes(1))])


INSTANTS = st.sampled_from([PLACED, PAID, COMPLETED])
SIGHTINGS = st.lists(
    st.builds(
        order,
        status=st.sampled_from(["pending", "processing", "completed", "refunded"]),
        refunded_minor=st.sampled_from([0, 500]),
        codes=st.sampled_from([(), (UsedCode(code="A", discount_minor=1),)]),
        updated_at=INSTANTS,
        learned_at=INSTANTS,
        read_at=st.sampled_from([None, None, PAID, LATER]),
    ),
    min_size=1,
    max_size=6,
)


@given(SIGHTINGS.flatmap(lambda each: st.tuples(st.just(each), st.permutations([*each, *each[:2]]))))
def test_r8_disorder_and_repetition_change_nothing(arrivals: tuple[list[OrderFacts], list[OrderFacts]]) -> None:
    orderly, disorderly = arrivals
    assert newest(disorderly) == newest(orderly)
    assert ambiguous(disorderly) == ambiguous(orderly)


@given(SIGHTINGS, SIGHTINGS)
def test_r8_merging_messages_gives_the_same_sighting(some: list[OrderFacts], more: list[OrderFacts]) -> None:
    assert newest([newest(some), newest(more)]) == newest([*some, *more])
