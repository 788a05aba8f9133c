"""What one order says by itself: R5's hold and R6's money."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from app.domain.orders import (
    CollectPolicy,
    OrderFacts,
    before_its_end,
    collected_at,
    earned_at,
    hold_starts,
)
from tests.domain.builders import (
    COMPLETED,
    DELIVERED,
    LATER,
    PAID,
    PLACED,
    POLICY,
    order,
)

DEAD = ("draft", "pending", "on_hold", "cancelled", "failed", "trashed", "unknown")


# --- R6: collected ---


@pytest.mark.parametrize("status", ["processing", "completed", "refunded"])
def test_r6_money_is_collected_at_its_payment_in_an_earning_status(status: str) -> None:
    assert collected_at(order(status=status), POLICY) == PAID
    assert collected_at(order(status=status, paid_at=None, completed_at=COMPLETED), POLICY) is None


@pytest.mark.parametrize("status", DEAD)
def test_r6_a_paid_date_without_an_earning_status_is_no_money(status: str) -> None:
    assert collected_at(order(status=status), POLICY) is None


def test_r6_the_store_says_which_statuses_earn() -> None:
    policy = CollectPolicy(earning_statuses=frozenset({"completed", "unknown"}))
    assert collected_at(order(status="processing"), policy) is None
    assert collected_at(order(status="unknown"), policy) == PAID
    assert collected_at(order(status="refunded"), policy) == PAID


def test_r6_deposits_wait_until_nothing_is_outstanding() -> None:
    assert collected_at(order(outstanding_minor=1), POLICY) is None
    assert collected_at(order(outstanding_minor=0), POLICY) == PAID
    assert collected_at(order(outstanding_minor=-1), POLICY) == PAID


def test_r6_cash_on_delivery_is_collected_at_delivery_else_completion() -> None:
    cash = order(gateway="cod", outstanding_minor=10000)
    assert collected_at(cash, POLICY) is None
    assert collected_at(replace(cash, delivered_at=DELIVERED), POLICY) == DELIVERED
    done = replace(cash, status="completed", completed_at=COMPLETED)
    assert collected_at(done, POLICY) == COMPLETED
    assert collected_at(replace(done, delivered_at=DELIVERED), POLICY) == DELIVERED
    assert collected_at(done, CollectPolicy()) is None


@pytest.mark.parametrize("status", ["failed", "cancelled", "pending"])
def test_r6_cash_on_delivery_that_failed_is_not_collected(status: str) -> None:
    assert collected_at(order(gateway="cod", status=status, delivered_at=DELIVERED), POLICY) is None


@pytest.mark.parametrize(("status", "done"), [("completed", True), ("refunded", True), ("unknown", True)])
def test_r6_completion_counts_while_the_order_is_not_moved_back(status: str, done: bool) -> None:
    policy = CollectPolicy(earning_statuses=frozenset({"processing", "completed", "unknown"}))
    paid = order(completed_at=COMPLETED)
    assert earned_at(replace(paid, status=status), policy, "completed") == COMPLETED
    assert earned_at(replace(paid, status="processing"), policy, "completed") is None
    on_hold = CollectPolicy(earning_statuses=frozenset({"on_hold", "pending"}))
    for moved_back in ("on_hold", "pending"):
        assert earned_at(replace(paid, status=moved_back), on_hold, "completed") is None


# --- the trigger ---


def test_paid_is_earned_when_collected() -> None:
    assert earned_at(order(completed_at=COMPLETED), POLICY, "paid") == PAID
    assert earned_at(order(status="failed"), POLICY, "paid") is None


@pytest.mark.parametrize(
    ("changes", "instant"),
    [
        ({}, None),
        ({"status": "completed", "completed_at": COMPLETED}, COMPLETED),
        ({"delivered_at": DELIVERED}, DELIVERED),
        ({"status": "completed", "completed_at": COMPLETED, "delivered_at": DELIVERED}, COMPLETED),
        ({"status": "completed", "completed_at": COMPLETED, "paid_at": LATER}, LATER),
        ({"status": "completed", "completed_at": COMPLETED, "paid_at": None}, None),
        ({"status": "failed", "completed_at": COMPLETED}, None),
    ],
)
def test_completed_is_earned_when_both_paid_and_done(changes: dict[str, object], instant: datetime | None) -> None:
    assert earned_at(order(**changes), POLICY, "completed") == instant


# --- R5: the hold ---


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({}, (PAID, "payment")),
        ({"status": "completed", "completed_at": COMPLETED}, (COMPLETED, "completion")),
        ({"completed_at": COMPLETED}, (PAID, "payment")),  # moved back to processing
        ({"status": "completed", "completed_at": COMPLETED, "delivered_at": DELIVERED}, (DELIVERED, "delivery")),
        ({"delivered_at": DELIVERED}, (DELIVERED, "delivery")),
        ({"status": "refunded", "delivered_at": DELIVERED}, (DELIVERED, "delivery")),
        ({"status": "failed", "delivered_at": DELIVERED}, None),
        ({"paid_at": None, "delivered_at": DELIVERED}, None),
    ],
)
def test_r5_the_hold_counts_from_delivery_else_completion_else_payment(
    changes: dict[str, object], start: tuple[datetime, str] | None
) -> None:
    assert hold_starts(order(**changes), POLICY) == start


@pytest.mark.parametrize("status", ["cancelled", "trashed"])
def test_r7_what_had_been_collected_before_the_end_is_still_to_be_seen(status: str) -> None:
    assert collected_at(before_its_end(order(status=status)), POLICY) == PAID
    assert collected_at(before_its_end(order(status=status, paid_at=None)), POLICY) is None


@pytest.mark.parametrize("status", ["processing", "failed", "refunded", "pending", "draft"])
def test_r6_other_orders_are_as_they_are(status: str) -> None:
    assert before_its_end(order(status=status)) == order(status=status)


def test_an_order_of_which_little_is_known_claims_nothing() -> None:
    bare = OrderFacts(
        order_ref="1",
        number="1",
        status="pending",
        currency="EUR",
        goods_minor=1,
        total_minor=1,
        placed_at=PLACED,
        updated_at=PLACED,
        learned_at=PLACED,
    )
    amounts = (bare.tax_minor, bare.shipping_minor, bare.discount_minor, bare.refunded_minor, bare.outstanding_minor)
    assert amounts == (0, 0, 0, 0, 0)
    assert (bare.gateway, bare.channel, bare.is_test) == ("", "", False)
    assert (bare.codes, bare.refunds, bare.prior_orders, bare.parent_ref, bare.paid_at) == ((), (), None, None, None)
