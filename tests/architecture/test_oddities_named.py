"""Every everyday oddity of the product is named by tests: `test_…oddity_same_instant_…` fails when it is not minded."""

from __future__ import annotations

import pytest

from tests.architecture.test_rules_named import names

# word in the tests' names: what shops and people do
ODDITIES = {
    "order_edited": "An order is edited, within the hold and after the issue",
    "exchange": "Goods are exchanged by a new order",
    "subscription": "A subscription renews",
    "other_channel": "Telephone, till, draft, marketplace and imported orders",
    "gift": "An order is a gift, sent to somebody else than who pays",
    "another_email": "The friend buys with another e-mail than the claim's",
    "identities_unite": "A guest becomes an account, people merge",
    "store_moves": "A store moves to another address",
    "reinstalled": "A store is disconnected and connected again",
    "mutual": "Advocate and friend recommend each other",
    "code_beats_link": "The friend has one advocate's code and opens another's link",
    "owners_code": "The owner's own code replaces ours",
    "stacking": "Other coupons and sale items beside the friend's code",
    "unpaid": "An unpaid order holds the single-use code",
    "free_shipping": "Free shipping where shipping was free",
    "zero_discount": "Our coupon takes nothing off the order",
    "other_currency": "An order in another currency",
    "toman": "A store that counts in toman",
    "cash_on_delivery": "Cash on delivery is refused",
    "before_the_claim": "An order placed before the claim",
    "found_late": "An order found by reconciliation",
    "same_instant": "Two contents of one instant",
    "bearer": "A reward is spent by somebody else",
}
# Promised and not yet proven by a test of that name. A word leaves this list together with its test.
NOT_YET = {"owners_code", "free_shipping"}


def named(oddity: str) -> list[str]:
    return [each for each in names() if f"_oddity_{oddity}" in each]


@pytest.mark.parametrize("oddity", [each for each in ODDITIES if each not in NOT_YET])
def test_a_test_names_the_oddity(oddity: str) -> None:
    assert named(oddity), f"no test is called test_oddity_{oddity}_…: {ODDITIES[oddity]}"


def test_what_is_not_yet_proven_has_no_test() -> None:
    assert set(ODDITIES) >= NOT_YET
    assert [each for each in NOT_YET if named(each)] == []


def test_every_name_is_of_one_that_there_is() -> None:
    speaking = [each for each in names() if "_oddity_" in each]
    assert [each for each in speaking if not any(f"_oddity_{oddity}" in each for oddity in ODDITIES)] == []
