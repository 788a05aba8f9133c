"""Goods that do not count: the base, the minimum and refunds leave them out (R4)."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from app.domain.eligibility import Circumstances
from app.domain.goods import Background, GoodsSeen, counted, is_known, unknown_goods
from app.domain.offers import offer_fingerprint
from app.domain.orders import LineFact, OrderFacts, RefundFact, base_minor, newest
from app.domain.program_faults import faults
from app.domain.programs import (
    Exclusions,
    Named,
    OfferKind,
)
from app.domain.reasons import Reason
from app.domain.referrals import ReferralState, judge, plan_reward
from tests.domain.builders import POLICY, around, candidate, order, refunded, rules

KETTLES = Named("20", "Kettles")
SALE = Exclusions(sale_items=True)
CATEGORY = Exclusions(categories=(KETTLES,))
PRODUCT = Exclusions(products=(Named("2", "Little Clay Kettle"),))
SEEN = Background(
    goods=(GoodsSeen(product_ref="1"), GoodsSeen(product_ref="2", category_refs=("19", "20"), on_sale=True)), roles=()
)
TEA, KETTLE = LineFact(product_ref="1", goods_minor=6000), LineFact(product_ref="2", goods_minor=2000)


def basket(**changes: object) -> OrderFacts:
    """Tea for 60.00 and a kettle for 20.00."""
    return order(lines=(TEA, KETTLE), **changes)


def judged(facts: OrderFacts, excluded: Exclusions, **changes: object) -> tuple[ReferralState, Reason]:
    """What becomes of the order where these goods do not count."""
    program = rules(excluded=excluded, **changes)
    left = counted(facts, excluded, SEEN)
    known = around(left_out_minor=facts.goods_minor - left.goods_minor)
    decided = judge(left, POLICY, program, candidate(), known)
    return decided.state, decided.reason


def test_r4_a_category_a_product_and_a_sale_item_are_left_out() -> None:
    for excluded in (SALE, CATEGORY, PRODUCT):
        assert counted(basket(), excluded, SEEN).goods_minor == 6000
    assert counted(basket(), Exclusions(), SEEN) == basket()
    assert counted(basket(), Exclusions(categories=(Named("21", "Cups"),)), SEEN) == basket()


def test_r4_the_minimum_is_asked_of_what_counts() -> None:
    assert judged(basket(), CATEGORY, minimum_minor=6000) == (ReferralState.QUALIFIED, Reason.QUALIFIED)
    assert judged(basket(), CATEGORY, minimum_minor=6001) == (ReferralState.REJECTED, Reason.COUNTED_BELOW_MINIMUM)
    only_kettle = order(lines=(KETTLE,), goods_minor=2000, total_minor=2500)
    assert judged(only_kettle, CATEGORY) == (ReferralState.REJECTED, Reason.EXCLUDED_GOODS)


def test_r4_a_share_is_of_what_counts() -> None:
    left = counted(basket(), CATEGORY, SEEN)
    program = rules(excluded=CATEGORY)
    plan = plan_reward(left, POLICY, program, judge(left, POLICY, program, candidate(), around()))
    assert plan is not None
    assert plan.earned_minor == 600


def test_r7_a_refund_that_tells_its_lines_takes_only_those_that_count() -> None:
    gave = (
        RefundFact(refund_ref="1", amount_minor=2000, goods_minor=2000, lines=(KETTLE,)),
        RefundFact(refund_ref="2", amount_minor=1500, goods_minor=1500, lines=(replace(TEA, goods_minor=1500),)),
    )
    left = counted(refunded(*gave, lines=(TEA, KETTLE)), CATEGORY, SEEN)
    assert [base_minor(left, after=count) for count in range(3)] == [6000, 6000, 4500]


def test_r7_a_refund_without_lines_takes_its_share_of_what_counts() -> None:
    told = counted(refunded(RefundFact(refund_ref="1", amount_minor=4000, goods_minor=4000), lines=(TEA, KETTLE)),
                   CATEGORY, SEEN)  # fmt: skip
    assert base_minor(told) == 3000
    untold = counted(refunded(RefundFact(refund_ref="1", amount_minor=5000), lines=(TEA, KETTLE)), CATEGORY, SEEN)
    assert base_minor(untold) == 3000  # half of the order's 100.00


def test_decisions_wait_for_what_the_store_must_still_say() -> None:
    nothing = Background()
    assert unknown_goods(basket(), SALE, nothing) == (TEA, KETTLE)
    assert not is_known(basket(), CATEGORY, nothing)
    assert is_known(basket(), PRODUCT, nothing), "the order itself names the product"
    assert not is_known(basket(), Exclusions(roles=("wholesale",)), nothing)
    assert is_known(basket(), Exclusions(roles=("wholesale",)), Background(roles=()))
    waiting = judge(basket(), POLICY, rules(excluded=SALE), candidate(), around(goods_known=False))
    assert (waiting.state, waiting.reason) == (ReferralState.OPEN, Reason.WAITING_GOODS)


def test_a_size_or_colour_is_on_sale_by_itself() -> None:
    line = replace(TEA, variant_ref="11")
    seen = Background(goods=(GoodsSeen(product_ref="1", variant_ref="12", on_sale=True),
                             GoodsSeen(product_ref="1", variant_ref="11")))  # fmt: skip
    assert counted(order(lines=(line,)), SALE, seen).goods_minor == 8000


def test_r4_an_excluded_buyer_does_not_earn_unless_a_person_says_so() -> None:
    staff: Circumstances = around(excluded_buyer=True)
    decided = judge(order(), POLICY, rules(), candidate(), staff)
    assert (decided.state, decided.reason) == (ReferralState.REJECTED, Reason.EXCLUDED_BUYER)


def test_r12_what_the_coupon_leaves_out_is_part_of_the_offer() -> None:
    plain = rules()
    assert offer_fingerprint(rules(excluded=SALE)) == offer_fingerprint(plain), "its own answer says that"
    assert offer_fingerprint(rules(excluded=CATEGORY)) != offer_fingerprint(plain)
    assert offer_fingerprint(rules(excluded=CATEGORY)) != offer_fingerprint(rules(excluded=PRODUCT))
    amount = replace(plain.friend, kind=OfferKind.FIXED, amount_minor=500)
    assert offer_fingerprint(rules(friend=amount, excluded=CATEGORY)) == offer_fingerprint(rules(friend=amount))


def test_what_cannot_stand_is_refused() -> None:
    wrong = Exclusions(email_domains=("teashop", "tea.example"), roles=("r" * 61,))
    assert [(each.field, each.reason, each.named) for each in faults(rules(excluded=wrong))] == [
        ("excluded.email_domains", "not_a_domain", "teashop"),
        ("excluded.roles", "name_too_long", ""),
    ]
    many = Exclusions(products=tuple(Named(str(n), f"Tea {n}") for n in range(51)))
    assert [each.reason for each in faults(rules(excluded=many))] == ["too_many"]


lines = st.lists(
    st.builds(LineFact, product_ref=st.sampled_from("123"), goods_minor=st.integers(0, 10_000)), max_size=5
)


@given(lines, st.sets(st.sampled_from("123")), st.integers(0, 30_000))
def test_r8_what_counts_does_not_depend_on_the_order_of_lines(
    bought: list[LineFact], out: set[str], given_back: int
) -> None:
    goods = sum(line.goods_minor for line in bought)
    excluded = Exclusions(products=tuple(Named(ref, ref) for ref in sorted(out)))
    refund = RefundFact(refund_ref="1", amount_minor=min(given_back, goods))
    bases = set()
    for arranged in list(permutations(bought))[:6]:
        facts = order(lines=arranged, goods_minor=goods, total_minor=goods, refunds=(refund,),
                      refunded_minor=refund.amount_minor)  # fmt: skip
        left = counted(facts, excluded, Background())
        assert 0 <= base_minor(left) <= left.goods_minor <= goods
        bases.add((left.goods_minor, base_minor(left)))
        assert newest([facts, order(lines=(), goods_minor=goods)]).goods_minor == goods
    assert len(bases) == 1
