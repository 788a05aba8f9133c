"""R2: who referred an order."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.attribution import Candidate, Choice, PassedOver, Rule, choose
from app.domain.programs import Touch
from app.domain.reasons import Reason
from tests.domain.builders import PLACED, candidate, days, minutes

TIMED = (Rule.CLICK, Rule.CONTACT)
OURS = (Rule.COUPON, Rule.CODE)
CLAIMS = (Rule.COUPON, Rule.CLICK, Rule.CONTACT)


def alone(rule: Rule, placed_at: datetime = PLACED, **changes: Any) -> Reason | None:
    """Why the only evidence there is did not win; None when it did."""
    only = candidate(rule, **changes)
    choice = choose([only], placed_at)
    if choice.winner is not None:
        assert choice == Choice(only)
        return None
    (passed,) = choice.passed_over
    assert passed.candidate == only
    return passed.reason


def test_r2_no_evidence_names_nobody() -> None:
    assert choose([], PLACED) == Choice(None)


@pytest.mark.parametrize(("stronger", "weaker"), list(itertools.combinations(Rule, 2)))
def test_r2_the_strongest_evidence_wins(stronger: Rule, weaker: Rule) -> None:
    """Even where the weaker has the larger discount and the earlier claim."""
    winner = candidate(stronger, claim_id=2, discount_minor=0)
    loser = candidate(weaker, claim_id=1, discount_minor=900, claimed_at=PLACED - days(20))
    assert choose([loser, winner], PLACED) == Choice(winner, (PassedOver(loser, Reason.WEAKER_EVIDENCE),))


def test_r2_oddity_code_beats_link_of_another_advocate() -> None:
    """A friend has one advocate's unexpired code, then opens another's link."""
    code = candidate(Rule.COUPON, claim_id=1, claimed_at=PLACED - days(20))
    link = candidate(Rule.CLICK, claim_id=2, claimed_at=PLACED - days(1))
    assert choose([link, code], PLACED).winner == code


def test_r2_a_person_decides_whatever_the_clock_or_the_claim_say() -> None:
    assert alone(Rule.PERSON, claimed_at=PLACED + days(5), paid_for="99", verified=False) is None


@pytest.mark.parametrize("rule", TIMED)
def test_r2_between_equals_the_first_touch_wins(rule: Rule) -> None:
    first = candidate(rule, claim_id=2, claimed_at=PLACED - days(9))
    last = candidate(rule, claim_id=1, claimed_at=PLACED - days(1), discount_minor=500)
    assert choose([last, first], PLACED) == Choice(first, (PassedOver(last, Reason.LATER_TOUCH),))


@pytest.mark.parametrize("rule", TIMED)
def test_r2_the_last_touch_wins_where_the_owner_says_so(rule: Rule) -> None:
    first = candidate(rule, claim_id=1, claimed_at=PLACED - days(9), touch=Touch.LAST)
    last = candidate(rule, claim_id=2, claimed_at=PLACED - days(1), touch=Touch.LAST)
    assert choose([first, last], PLACED) == Choice(last, (PassedOver(first, Reason.EARLIER_TOUCH),))


def test_r2_the_first_touch_wins_where_programs_disagree() -> None:
    first = candidate(Rule.CLICK, claim_id=1, claimed_at=PLACED - days(9), touch=Touch.LAST)
    last = candidate(Rule.CLICK, claim_id=2, claimed_at=PLACED - days(1), program_id=2)
    assert choose([first, last], PLACED).winner == first


@pytest.mark.parametrize(
    "other",
    [
        candidate(Rule.CLICK, claim_id=3, claimed_at=PLACED - days(99), touch=Touch.FIRST),
        candidate(Rule.CONTACT, claim_id=3, touch=Touch.FIRST),
    ],
)
def test_r2_evidence_that_does_not_count_or_is_weaker_has_no_say_in_the_touch(other: Candidate) -> None:
    first = candidate(Rule.CLICK, claim_id=1, claimed_at=PLACED - days(9), touch=Touch.LAST)
    last = candidate(Rule.CLICK, claim_id=2, claimed_at=PLACED - days(1), touch=Touch.LAST)
    assert choose([first, last, other], PLACED).winner == last


@pytest.mark.parametrize("touch", Touch)
@pytest.mark.parametrize("rule", OURS)
def test_r2_of_two_of_our_codes_the_larger_discount_wins(rule: Rule, touch: Touch) -> None:
    large = candidate(rule, claim_id=2, claimed_at=PLACED - days(1), discount_minor=501, touch=touch)
    small = candidate(rule, claim_id=1, claimed_at=PLACED - days(9), discount_minor=500, touch=touch)
    assert choose([small, large], PLACED) == Choice(large, (PassedOver(small, Reason.SMALLER_DISCOUNT),))


@pytest.mark.parametrize("touch", Touch)
@pytest.mark.parametrize("rule", OURS)
def test_r2_of_equal_discounts_the_earlier_claim_wins_whatever_the_touch(rule: Rule, touch: Touch) -> None:
    early = candidate(rule, claim_id=2, claimed_at=PLACED - days(9), discount_minor=500, touch=touch)
    late = candidate(rule, claim_id=1, claimed_at=PLACED - days(1), discount_minor=500, touch=touch)
    assert choose([late, early], PLACED) == Choice(early, (PassedOver(late, Reason.LATER_TOUCH),))


@pytest.mark.parametrize("touch", Touch)
@pytest.mark.parametrize("rule", CLAIMS)
def test_r2_of_claims_of_one_instant_the_smallest_id_wins(rule: Rule, touch: Touch) -> None:
    nine, ten = candidate(rule, claim_id=9, touch=touch), candidate(rule, claim_id=10, touch=touch)
    assert choose([ten, nine], PLACED).winner == nine


@pytest.mark.parametrize("touch", Touch)
@pytest.mark.parametrize("rule", CLAIMS)
def test_r2_a_claim_with_an_instant_comes_before_one_without(rule: Rule, touch: Touch) -> None:
    dated = candidate(rule, claim_id=10, touch=touch)
    undated = candidate(rule, claim_id=9, claimed_at=None, touch=touch)
    assert choose([undated, dated], PLACED).winner == dated
    numbered, bare = replace(undated, claim_id=9), replace(undated, claim_id=None)
    assert choose([bare, numbered], PLACED).winner == numbered


@pytest.mark.parametrize("rule", [*CLAIMS, Rule.CODE])
@pytest.mark.parametrize(
    ("ahead", "reason"), [(minutes(5), None), (minutes(5.001), Reason.BEFORE_CLAIM), (days(2), Reason.BEFORE_CLAIM)]
)
def test_r2_oddity_before_the_claim_is_never_attributed_but_for_five_minutes_of_clocks(
    rule: Rule, ahead: Any, reason: Reason | None
) -> None:
    assert alone(rule, claimed_at=PLACED + ahead) is reason


@pytest.mark.parametrize("rule", TIMED)
@pytest.mark.parametrize("window", [1, 30, 365])
def test_r2_the_window_includes_its_last_instant(rule: Rule, window: int) -> None:
    assert alone(rule, claimed_at=PLACED - days(window), window_days=window) is None
    late = PLACED - days(window) - minutes(0.001)
    assert alone(rule, claimed_at=late, window_days=window) is Reason.WINDOW_PASSED


@pytest.mark.parametrize("rule", [Rule.PERSON, *OURS])
def test_r2_the_window_does_not_bind_what_the_store_or_a_person_let_through(rule: Rule) -> None:
    assert alone(rule, claimed_at=PLACED - days(400), window_days=1) is None


@pytest.mark.parametrize("rule", [Rule.PERSON, *CLAIMS, Rule.CODE])
def test_r2_evidence_without_an_instant_has_nothing_to_compare_with(rule: Rule) -> None:
    assert alone(rule, claimed_at=None) is None


@pytest.mark.parametrize("rule", CLAIMS)
def test_r1_one_claim_pays_for_one_order(rule: Rule) -> None:
    assert alone(rule, paid_for="99") is Reason.CLAIM_ALREADY_PAID


def test_r1_a_claim_that_paid_already_makes_way_for_the_next() -> None:
    used = candidate(Rule.COUPON, claim_id=1, paid_for="99")
    fresh = candidate(Rule.CLICK, claim_id=2)
    assert choose([used, fresh], PLACED) == Choice(fresh, (PassedOver(used, Reason.CLAIM_ALREADY_PAID),))


def test_r2_an_unverified_contact_is_only_noted() -> None:
    assert alone(Rule.CONTACT, verified=False) is Reason.UNVERIFIED
    assert alone(Rule.CLICK, verified=False) is None


def test_r2_everything_passed_over_is_listed_the_strongest_first() -> None:
    winner = candidate(Rule.COUPON, claim_id=1, discount_minor=9)
    smaller = candidate(Rule.COUPON, claim_id=2, discount_minor=8)
    late = candidate(Rule.CLICK, claim_id=3, claimed_at=PLACED - days(31))
    code = candidate(Rule.CODE, claim_id=None, claimed_at=None)
    reasons = [(each.candidate, each.reason) for each in choose([code, late, smaller, winner], PLACED).passed_over]
    assert reasons == [
        (smaller, Reason.SMALLER_DISCOUNT),
        (late, Reason.WINDOW_PASSED),
        (code, Reason.WEAKER_EVIDENCE),
    ]


def test_r2_a_discount_is_no_reason_between_clicks() -> None:
    first = candidate(Rule.CLICK, claim_id=1, claimed_at=PLACED - days(9), discount_minor=2)
    last = candidate(Rule.CLICK, claim_id=2, claimed_at=PLACED - days(1), discount_minor=1)
    assert choose([last, first], PLACED).passed_over == (PassedOver(last, Reason.LATER_TOUCH),)


def test_rules_have_their_stored_words() -> None:
    assert [rule.value for rule in Rule] == ["0", "a", "b", "c", "d"]


def test_r2_the_window_is_thirty_days_unless_said_otherwise() -> None:
    plain = Candidate(rule=Rule.CLICK, advocate_id=1, program_id=1, version_id=1)
    assert (plain.window_days, plain.touch, plain.discount_minor) == (30, Touch.FIRST, 0)


CANDIDATES = st.builds(
    Candidate,
    rule=st.sampled_from(Rule),
    advocate_id=st.integers(1, 3),
    program_id=st.integers(1, 2),
    version_id=st.integers(1, 2),
    claim_id=st.none() | st.integers(1, 4),
    claimed_at=st.none() | st.integers(-2, 40).map(lambda age: PLACED - days(age)),
    code=st.none() | st.just("KTWRQHPXM"),
    discount_minor=st.integers(0, 2),
    window_days=st.sampled_from([1, 30]),
    touch=st.sampled_from(Touch),
    paid_for=st.sampled_from([None, None, "99"]),
    verified=st.booleans(),
)


@given(st.lists(CANDIDATES, max_size=6).flatmap(lambda each: st.tuples(st.just(each), st.permutations(each))))
def test_r8_the_choice_does_not_depend_on_the_order_of_candidates(given_twice: tuple[list[Candidate], ...]) -> None:
    one, other = given_twice
    assert choose(one, PLACED) == choose(other, PLACED)


@given(st.lists(CANDIDATES, max_size=6))
def test_r2_every_piece_of_evidence_wins_or_is_passed_over_once(candidates: list[Candidate]) -> None:
    choice = choose(candidates, PLACED)
    named = [each.candidate for each in choice.passed_over] + ([choice.winner] if choice.winner else [])
    assert sorted(map(repr, named)) == sorted(map(repr, set(candidates)))


@given(st.lists(CANDIDATES, min_size=1, max_size=6), CANDIDATES)
def test_r2_more_weaker_evidence_never_changes_the_winner(candidates: list[Candidate], more: Candidate) -> None:
    winner = choose(candidates, PLACED).winner
    if winner is not None and more.rule > winner.rule:
        assert choose([*candidates, more], PLACED).winner == winner
