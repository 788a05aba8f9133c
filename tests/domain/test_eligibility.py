"""R4: who may not earn, and R18's test orders."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.attribution import Rule
from app.domain.eligibility import (
    Circumstances,
    Newness,
    Refusal,
    Verdict,
    asks_newness,
    is_grey,
    least_base,
    refusal,
    waits_as_unproven,
)
from app.domain.programs import Unproven
from app.domain.reasons import Reason
from tests.domain.builders import FIXED, FREE_SHIPPING, PERCENT, around, candidate, order, refund, refunded, rules

APPROVED: dict[str, Any] = {"verdict": Verdict.APPROVE}


def why(
    seen: dict[str, Any] | None = None,
    promised: dict[str, Any] | None = None,
    by: Rule = Rule.COUPON,
    **known: Any,
) -> Reason | None:
    """The reason of the refusal, if any."""
    found = refusal(order(**(seen or {})), rules(**(promised or {})), candidate(by), around(**known))
    return None if found is None else found.reason


def test_r4_a_new_customer_of_enough_money_may_earn() -> None:
    assert why() is None


# --- currency ---


def test_oddity_other_currency_is_never_converted() -> None:
    assert why({"currency": "USD"}) is Reason.WRONG_CURRENCY
    assert why({"currency": "USD", "is_test": True}) is Reason.WRONG_CURRENCY


def test_a_share_of_another_currency_cannot_be_approved() -> None:
    assert why({"currency": "USD"}, **APPROVED) is Reason.WRONG_CURRENCY


@pytest.mark.parametrize("reward", [FIXED, PERCENT, FREE_SHIPPING])
def test_a_reward_with_a_worth_of_its_own_can_be_approved_in_any_currency(reward: Any) -> None:
    assert why({"currency": "USD"}, {"reward": reward}) is Reason.WRONG_CURRENCY
    assert why({"currency": "USD"}, {"reward": reward}, verdict=Verdict.REJECT) is Reason.WRONG_CURRENCY
    assert why({"currency": "USD"}, {"reward": reward}, **APPROVED) is None


# --- channels ---


@pytest.mark.parametrize("channel", ["admin", "pos", "draft", "import", "marketplace"])
@pytest.mark.parametrize("rule", Rule)
def test_oddity_other_channel_earns_only_by_a_code_or_a_person(channel: str, rule: Rule) -> None:
    earns = rule in {Rule.PERSON, Rule.COUPON, Rule.CODE}
    assert why({"channel": channel}, by=rule) is (None if earns else Reason.EXCLUDED_CHANNEL)


@pytest.mark.parametrize("channel", ["checkout", "store-api", "rest-api", ""])
def test_the_shops_own_checkouts_earn_by_any_evidence(channel: str) -> None:
    assert why({"channel": channel}, by=Rule.CLICK) is None


@pytest.mark.parametrize("seen", [{"parent_ref": "99"}, {"channel": "subscription"}])
def test_renewals_and_exchanges_never_earn_a_second_reward(seen: dict[str, Any]) -> None:
    assert why(seen, by=Rule.PERSON) is Reason.RENEWAL


# --- the same person ---


@pytest.mark.parametrize("kind", ["email", "phone", "customer"])
def test_r4_who_shares_a_key_with_the_advocate_is_the_advocate(kind: str) -> None:
    assert why(shared_identity=frozenset({kind})) is Reason.SELF_REFERRAL
    assert why(shared_identity=frozenset({kind, "name_address"})) is Reason.SELF_REFERRAL


def test_r9_a_household_is_grey_and_not_refused() -> None:
    household = around(shared_identity=frozenset({"name_address"}))
    assert refusal(order(), rules(), candidate(), household) is None
    assert is_grey(order(), rules(), household)


def test_r9_nobody_else_is_grey() -> None:
    assert not is_grey(order(), rules(), around())
    assert not is_grey(order(), rules(), around(shared_identity=frozenset({"email", "name_address"})))
    assert not is_grey(order(is_test=True), rules(), around(shared_identity=frozenset({"name_address"})))


# --- newness ---


def test_r4_only_new_customers_earn() -> None:
    assert why(newness=Newness.NOT_NEW) is Reason.NOT_NEW
    assert why(promised={"new_customers_only": False}, newness=Newness.NOT_NEW) is None


def test_r4_while_history_loads_nobody_is_refused() -> None:
    assert why(newness=Newness.LOADING) is None


@pytest.mark.parametrize(
    ("counted", "reason"), [(None, Reason.NEWNESS_UNPROVEN), (0, None), (1, Reason.NOT_NEW), (7, Reason.NOT_NEW)]
)
def test_r4_where_history_cannot_be_known_the_platforms_count_decides(counted: int | None, reason: Reason) -> None:
    strict = {"unproven": Unproven.REFUSE}
    assert why({"prior_orders": counted}, strict, newness=Newness.UNPROVEN) is reason
    assert why({"prior_orders": counted}, strict | {"new_customers_only": False}, newness=Newness.UNPROVEN) is None


@pytest.mark.parametrize("policy", [Unproven.ASK, Unproven.ACCEPT])
def test_r4_what_cannot_be_known_is_refused_only_where_the_owner_says_so(policy: Unproven) -> None:
    assert why({}, {"unproven": policy}, newness=Newness.UNPROVEN) is None
    assert why({"prior_orders": 2}, {"unproven": policy}, newness=Newness.UNPROVEN) is Reason.NOT_NEW


def test_r4_a_person_is_asked_unless_the_owner_says_otherwise() -> None:
    unknown = around(newness=Newness.UNPROVEN)
    assert waits_as_unproven(order(), rules(), unknown)
    assert not waits_as_unproven(order(), rules(unproven=Unproven.ACCEPT), unknown)
    assert not waits_as_unproven(order(), rules(new_customers_only=False), unknown)
    assert not waits_as_unproven(order(prior_orders=0), rules(), unknown)
    assert not waits_as_unproven(order(is_test=True), rules(), unknown)
    assert not waits_as_unproven(order(), rules(), around())


def test_r4_our_own_history_goes_before_the_platforms_count() -> None:
    """It counts collected orders only; the platform may count abandoned ones."""
    assert why({"prior_orders": 3}, newness=Newness.NEW) is None
    assert why({"prior_orders": 0}, newness=Newness.NOT_NEW) is Reason.NOT_NEW


# --- the minimum ---


def test_r4_the_minimum_is_met_at_its_last_unit() -> None:
    assert why({"goods_minor": 5000}) is None
    below = refusal(order(goods_minor=4999), rules(), candidate(), around())
    assert below == Refusal(Reason.BELOW_MINIMUM, (("amount_minor", 4999), ("needs_minor", 5000)))


def test_r4_an_order_without_money_for_goods_earns_nothing_even_without_a_minimum() -> None:
    assert why({"goods_minor": 0}, {"minimum_minor": 0}) is Reason.BELOW_MINIMUM
    assert why({"goods_minor": 1}, {"minimum_minor": 0}) is None
    assert least_base(rules(minimum_minor=0)) == 1
    assert least_base(rules(minimum_minor=700)) == 700


def test_r8_the_minimum_is_asked_of_the_order_before_refunds() -> None:
    assert refusal(refunded(refund("9", 9000)), rules(), candidate(), around()) is None


# --- caps ---


def test_r10_the_cap_is_reached_by_the_rewards_before() -> None:
    capped = {"cap_rewards": 3, "cap_days": 30}
    assert why(promised=capped, earlier_rewards=2) is None
    for earlier in (3, 4):
        found = refusal(order(), rules(**capped), candidate(), around(earlier_rewards=earlier))
        assert found == Refusal(Reason.CAP_REACHED, (("cap", 3), ("days", 30)))


def test_r10_no_cap_is_never_reached() -> None:
    assert why(earlier_rewards=10_000) is None
    assert why(earlier_rewards=0) is None


# --- who sets refusals aside ---


REFUSED: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any], Reason]] = [
    ({"parent_ref": "99"}, {}, {}, Reason.RENEWAL),
    ({"channel": "admin"}, {}, {}, Reason.EXCLUDED_CHANNEL),
    ({}, {}, {"shared_identity": frozenset({"email"})}, Reason.SELF_REFERRAL),
    ({}, {}, {"newness": Newness.NOT_NEW}, Reason.NOT_NEW),
    ({}, {"unproven": Unproven.REFUSE}, {"newness": Newness.UNPROVEN}, Reason.NEWNESS_UNPROVEN),
    ({"goods_minor": 10}, {}, {}, Reason.BELOW_MINIMUM),
    ({}, {"cap_rewards": 1}, {"earlier_rewards": 1}, Reason.CAP_REACHED),
]


@pytest.mark.parametrize(("seen", "promised", "known", "reason"), REFUSED)
def test_r4_a_persons_approval_sets_refusals_aside(
    seen: dict[str, Any], promised: dict[str, Any], known: dict[str, Any], reason: Reason
) -> None:
    assert why(seen, promised, by=Rule.CLICK, **known) is reason
    assert why(seen, promised, by=Rule.CLICK, **known, **APPROVED) is None
    assert why(seen, promised, by=Rule.CLICK, **known, verdict=Verdict.REJECT) is reason


@pytest.mark.parametrize(("seen", "promised", "known", "reason"), REFUSED)
def test_r18_a_test_order_skips_every_refusal_of_r4(
    seen: dict[str, Any], promised: dict[str, Any], known: dict[str, Any], reason: Reason
) -> None:
    assert why(seen, promised, by=Rule.CLICK, **known) is reason
    assert why(seen | {"is_test": True}, promised, by=Rule.CLICK, **known) is None


def test_refusals_are_told_in_one_order() -> None:
    """Everything is wrong; mending one thing after another shows what comes next."""
    seen: dict[str, Any] = {"currency": "USD", "parent_ref": "99", "channel": "admin", "goods_minor": 1}
    known: dict[str, Any] = {"shared_identity": frozenset({"phone"}), "newness": Newness.NOT_NEW, "earlier_rewards": 1}
    told = []
    for mended in ("currency", "parent_ref", "channel", "shared_identity", "newness", "goods_minor", "earlier_rewards"):
        told.append(why(seen, {"cap_rewards": 1}, by=Rule.CLICK, **known))
        seen.pop(mended, None)
        known.pop(mended, None)
    assert told == [
        Reason.WRONG_CURRENCY,
        Reason.RENEWAL,
        Reason.EXCLUDED_CHANNEL,
        Reason.SELF_REFERRAL,
        Reason.NOT_NEW,
        Reason.BELOW_MINIMUM,
        Reason.CAP_REACHED,
    ]
    assert why(seen, {"cap_rewards": 1}, by=Rule.CLICK, **known) is None


@pytest.mark.parametrize(
    ("seen", "promised", "known"),
    [({"is_test": True}, {}, {}), ({}, {"new_customers_only": False}, {}), ({}, {}, APPROVED)],
)
def test_newness_is_asked_only_where_it_matters(
    seen: dict[str, Any], promised: dict[str, Any], known: dict[str, Any]
) -> None:
    assert asks_newness(order(), rules(), around())
    assert not asks_newness(order(**seen), rules(**promised), around(**known))


def test_words_are_stored_as_they_are() -> None:
    assert [verdict.value for verdict in Verdict] == ["approve", "reject"]
    assert [newness.value for newness in Newness] == ["new", "not_new", "loading", "unproven", "phone_known"]


def test_nothing_is_held_against_anybody_unless_said() -> None:
    plain = Circumstances(newness=Newness.NEW)
    assert (plain.shared_identity, plain.earlier_rewards, plain.verdict, plain.gone) == (frozenset(), 0, None, False)
