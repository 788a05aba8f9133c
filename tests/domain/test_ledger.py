"""The append-only ledger says what the facts say, whatever was booked before (R7, R8)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ledger import postings
from app.domain.orders import OrderFacts, RefundFact
from app.domain.referrals import EntryKind, PlannedEntry, RewardPlan
from tests.domain.builders import FIXED, FREE_SHIPPING, SHARE, order, planned, refund, refunded, sure

EARNED, ADJUSTED = EntryKind.EARNED, EntryKind.ADJUSTED
REVERSED, RESTORED, ISSUED = EntryKind.REVERSED, EntryKind.RESTORED, EntryKind.ISSUED
PART = refunded(refund("9", 3000, goods_minor=3000))


def entry(kind: EntryKind, cause: str, amount_minor: int) -> PlannedEntry:
    return PlannedEntry(kind=kind, cause=cause, amount_minor=amount_minor)


def followed(*plans: RewardPlan | None) -> list[PlannedEntry]:
    """What stands in the ledger after the facts said one thing after another."""
    booked: list[PlannedEntry] = []
    for plan in plans:
        booked += postings(booked, plan)
    return booked


def promised(booked: list[PlannedEntry]) -> int:
    return sum(each.amount_minor for each in booked if each.kind in {EARNED, ADJUSTED, REVERSED, RESTORED})


def issued(booked: list[PlannedEntry]) -> list[PlannedEntry]:
    """A coupon of the whole promise was given."""
    return [*booked, entry(ISSUED, "coupon:5", -promised(booked))]


PROMISE = entry(EARNED, "order:123", 800)
TAKEN = entry(REVERSED, "refund:9", -300)


def test_r7_the_first_time_the_plan_is_booked_as_it_is() -> None:
    assert followed(sure(PART)) == [PROMISE, TAKEN]


def test_r8_the_same_facts_again_add_nothing() -> None:
    assert followed(sure(PART), sure(PART), sure(PART)) == [PROMISE, TAKEN]


def test_r7_a_refund_is_booked_under_its_own_key_when_it_comes() -> None:
    assert followed(sure(order()), sure(PART)) == [PROMISE, TAKEN]


def test_nothing_planned_and_nothing_booked_is_nothing() -> None:
    assert followed(None, None) == []


def test_r7_what_is_earned_no_more_is_taken_back_cause_by_cause() -> None:
    assert followed(sure(PART), None) == [
        PROMISE,
        TAKEN,
        entry(REVERSED, "order:123", -800),
        entry(RESTORED, "refund:9", 300),
    ]


def test_r7_what_a_person_undid_is_promised_again() -> None:
    assert followed(sure(order()), None, sure(order()), None, sure(order())) == [
        PROMISE,
        entry(REVERSED, "order:123", -800),
        entry(ADJUSTED, "order:123", 800),
        entry(REVERSED, "order:123 again 2", -800),
        entry(ADJUSTED, "order:123 again 2", 800),
    ]


def test_r7_a_refund_that_was_undone_is_restored() -> None:
    assert followed(sure(PART), sure(order()), sure(PART), sure(order())) == [
        PROMISE,
        TAKEN,
        entry(RESTORED, "refund:9", 300),
        entry(REVERSED, "refund:9 again 2", -300),
        entry(RESTORED, "refund:9 again 2", 300),
    ]


@pytest.mark.parametrize("ref", ["#9", "re_1#2", "gid://shop/Refund/9", "9:1"])
def test_r7_any_reference_is_a_key(ref: str) -> None:
    part = sure(refunded(refund(ref, 3000, goods_minor=3000)))
    assert followed(part, part) == [PROMISE, entry(REVERSED, f"refund:{ref}", -300)]


def test_r7_oddity_order_edited_adjusts_its_promise() -> None:
    more, less = sure(order(goods_minor=9000)), sure(order(goods_minor=7000))
    assert followed(sure(order()), more, less) == [
        PROMISE,
        entry(ADJUSTED, "order:123", 100),
        entry(ADJUSTED, "order:123 again 2", -200),
    ]


def test_r8_what_was_taken_back_whole_is_not_repriced_and_comes_back_at_its_new_worth() -> None:
    """Another rank or an edit changes what it would have been worth: only if it comes back does that matter."""
    gone = followed(sure(order()), sure(order(status="cancelled")))
    assert postings(gone, sure(order(goods_minor=9000, status="cancelled"))) == ()
    back = [*gone, *postings(gone, sure(order(goods_minor=9000)))]
    assert promised(back) == 900


def test_r8_a_cancellation_seen_before_its_refund_takes_back_once() -> None:
    whole = refunded(refund("9", 10000), status="cancelled")
    booked = followed(sure(order()), sure(order(status="cancelled")), sure(whole))
    assert booked == [
        PROMISE,
        entry(REVERSED, "cancelled", -800),
        entry(REVERSED, "refund:9", -800),
        entry(RESTORED, "cancelled", 800),
    ]
    assert promised(booked) == 0


def test_r7_after_a_coupon_was_issued_an_order_that_grew_adds_nothing() -> None:
    booked = issued(followed(sure(order())))
    assert postings(booked, sure(order(goods_minor=9000))) == ()
    assert postings(followed(sure(order())), sure(order(goods_minor=9000))) != ()


def test_r7_after_a_coupon_was_issued_decreases_act_and_may_be_undone() -> None:
    booked = issued(followed(sure(order())))
    booked += postings(booked, sure(order(goods_minor=7000)))
    assert booked[-1] == entry(ADJUSTED, "order:123", -100)
    booked += postings(booked, sure(order(goods_minor=9000)))
    assert booked[-1] == entry(ADJUSTED, "order:123 again 2", 100)


def test_r7_what_never_earned_is_not_taken_back_after_issue() -> None:
    """Goods were added after the coupon was issued, and returned again."""
    booked = issued(followed(sure(order())))
    grown = refunded(refund("9", 2000, goods_minor=2000), goods_minor=10000, total_minor=12000)
    assert promised([*booked, *postings(booked, sure(grown))]) == 800


def test_r7_what_was_refunded_before_the_issue_is_not_given_after_it() -> None:
    booked = issued(followed(sure(PART)))
    assert promised([*booked, *postings(booked, sure(order()))]) == 500


def test_r7_growth_after_the_issue_leaves_earlier_refunds_as_they_are() -> None:
    booked = issued(followed(sure(PART)))
    grown = refunded(refund("9", 3000, goods_minor=3000), goods_minor=9000)
    assert postings(booked, sure(grown)) == ()


def test_r7_what_was_settled_before_the_issue_lowers_no_promise() -> None:
    booked = [*followed(sure(order())), entry(EntryKind.NETTED, "reward:4", -200), entry(ISSUED, "coupon:5", -600)]
    assert postings(booked, sure(order())) == ()


def test_r7_the_first_issue_sets_the_limit() -> None:
    booked = issued(followed(sure(PART)))
    booked += [entry(EntryKind.RETURNED, "coupon:5", 500), entry(ISSUED, "coupon:6", -500)]
    assert promised([*booked, *postings(booked, sure(order()))]) == 500


@pytest.mark.parametrize("kind", [ISSUED, EntryKind.RETURNED, EntryKind.NETTED, EntryKind.WRITTEN_OFF])
def test_what_settles_a_promise_is_no_part_of_it(kind: EntryKind) -> None:
    booked = [*followed(sure(order())), entry(kind, "order:123", -800)]
    assert postings(booked, sure(order())) == ()
    assert postings(booked, None) == (entry(REVERSED, "order:123", -800),)


REFUNDS: st.SearchStrategy[list[RefundFact]] = st.lists(
    st.builds(refund, st.sampled_from(["9", "10", "11"]), st.integers(1, 5000), st.none() | st.integers(0, 5000)),
    max_size=3,
    unique_by=lambda each: each.refund_ref,
)
SEEN = st.builds(
    lambda refunds, status, goods: refunded(*refunds, status=status, goods_minor=goods, total_minor=goods + 900),
    REFUNDS,
    st.sampled_from(["pending", "processing", "completed", "cancelled", "refunded", "failed", "trashed"]),
    st.sampled_from([4000, 5000, 8000, 9000]),
)


@given(st.lists(SEEN, max_size=8), st.sampled_from([SHARE, FIXED, FREE_SHIPPING]), st.none() | st.integers(0, 7))
def test_r7_the_promise_is_always_what_the_facts_are_worth(
    seen: list[OrderFacts], reward: Any, issue_after: int | None
) -> None:
    booked: list[PlannedEntry] = []
    limit: int | None = None
    for turn, each in enumerate(seen):
        plan = planned(each, {"reward": reward})
        booked += postings(booked, plan)
        worth = plan.worth_minor if plan else 0
        assert promised(booked) == (worth if limit is None else min(worth, limit))
        assert postings(booked, plan) == ()
        if turn == issue_after:
            limit = promised(booked)
            booked = issued(booked)
    keys = [(each.kind, each.cause) for each in booked]
    assert len(set(keys)) == len(keys)
    assert all(each.amount_minor or each.kind in {EARNED, ISSUED} for each in booked)


@given(st.lists(SEEN, min_size=1, max_size=6), st.sampled_from([SHARE, FIXED]))
def test_r8_where_the_ledger_stands_depends_on_the_last_facts_only(seen: list[OrderFacts], reward: Any) -> None:
    plans = [planned(each, {"reward": reward}) for each in seen]
    assert promised(followed(*plans)) == promised(followed(plans[-1]))
