"""Signs of somebody recommending themselves, weighed and never obeyed (R9)."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from app.domain.fraud import Found, Sign, Traces, Weight, is_throwaway, signs, weight

LIMIT = 20


def seen(
    *shared: str, throwaway: bool = False, limit: int = LIMIT, known_phone: bool = False, **traced: Any
) -> tuple[Found, ...]:
    traces = Traces(**traced)
    return signs(frozenset(shared), traces, throwaway=throwaway, crowd_limit=limit, known_phone=known_phone)


def test_r9_an_order_like_every_other_has_no_sign() -> None:
    assert seen() == ()
    assert weight(()) is None


@pytest.mark.parametrize("key", ["email", "phone", "customer"])
def test_r9_whoever_has_the_advocates_own_key_is_the_advocate(key: str) -> None:
    assert seen(key) == (Found(Sign.SAME_PERSON, Weight.STRONG),)
    assert weight(seen(key)) is Weight.STRONG


@pytest.mark.parametrize(
    ("found", "sign"),
    [
        (seen("name_address"), Sign.SAME_NAME_AND_ADDRESS),
        (seen(own_orders=("phone",)), Sign.SAME_PHONE),
        (seen(own_orders=("customer",)), Sign.SAME_ACCOUNT),
        (seen(known_phone=True), Sign.KNOWN_PHONE),
        (seen(alike=("name_address",)), Sign.FRIEND_AGAIN),
        (seen(alike=("phone",)), Sign.FRIENDS_PHONE),
        (seen(ring=2), Sign.RING),
        (seen(throwaway=True, friends=1, throwaways=1), Sign.THROWAWAY_FRIENDS),
        (seen(by_code=LIMIT + 1), Sign.LEAKED_CODE),
        (seen(crowd=4 * LIMIT + 1), Sign.LEAKED_CODE),
    ],
)
def test_r9_what_households_and_offices_share_is_for_a_person_to_judge(found: tuple[Found, ...], sign: Sign) -> None:
    assert [(each.sign, each.weight) for each in found] == [(sign, Weight.GREY)]
    assert weight(found) is Weight.GREY


@pytest.mark.parametrize("found", [seen(throwaway=True), seen(refused=2), seen(crowd=LIMIT + 1)])
def test_r9_one_weak_sign_is_only_noted(found: tuple[Found, ...]) -> None:
    assert weight(found) is Weight.WEAK


def test_r9_two_weak_signs_are_as_much_as_a_grey_one() -> None:
    weak = [seen(throwaway=True), seen(refused=2), seen(crowd=LIMIT + 1)]
    for one, other in itertools.combinations(weak, 2):
        assert weight([*one, *other]) is Weight.GREY


@pytest.mark.parametrize(
    "beside",
    [
        *({"own_orders": ("phone",)}, {"own_orders": ("customer", "phone")}, {"throwaway": True}, {"ring": 2}),
        *({"refused": 5}, {"crowd": LIMIT + 1}, {"by_code": LIMIT + 1}, {"alike": ("name_address",)}),
        {"known_phone": True},
    ],
)
def test_r9_father_and_son_of_one_name_are_refused_for_nothing_that_a_household_shares(beside: dict[str, Any]) -> None:
    assert weight(seen("name_address", **beside)) is Weight.GREY


@pytest.mark.parametrize(
    ("friends", "throwaways", "sign"),
    [
        (0, 0, Sign.THROWAWAY_MAIL),
        (40, 0, Sign.THROWAWAY_MAIL),
        (1, 1, Sign.THROWAWAY_FRIENDS),
        (5, 1, Sign.THROWAWAY_FRIENDS),  # two of six
        (6, 1, Sign.THROWAWAY_MAIL),  # two of seven
        (40, 3, Sign.THROWAWAY_MAIL),  # of somebody whom many follow, some like it so
    ],
)
def test_r9_many_friends_with_mailboxes_for_minutes_wait_for_a_look(friends: int, throwaways: int, sign: Sign) -> None:
    assert [each.sign for each in seen(throwaway=True, friends=friends, throwaways=throwaways)] == [sign]


def test_r9_the_telephone_of_an_own_order_is_said_once() -> None:
    found = seen(own_orders=("phone",), alike=("phone",), known_phone=True)
    assert [each.sign for each in found] == [Sign.SAME_PHONE]


def test_r9_two_grey_signs_that_say_nothing_of_each_other_refuse_nobody() -> None:
    assert weight(seen(own_orders=("customer", "phone"), ring=3, by_code=LIMIT + 1)) is Weight.GREY


def test_r9_the_heaviest_sign_is_said_first_and_the_same_is_not_said_twice() -> None:
    found = seen("phone", throwaway=True, own_orders=("phone",), ring=2)
    assert [each.sign for each in found] == [Sign.SAME_PERSON, Sign.RING, Sign.THROWAWAY_MAIL]


@pytest.mark.parametrize(
    ("crowd", "usual", "sign"),
    [
        (LIMIT, 0, None),
        (LIMIT + 1, 0, Sign.CROWD),
        (LIMIT + 1, 7, None),  # three times what links give in a week is more than the limit
        (22, 7, Sign.CROWD),
        (4 * LIMIT, 0, Sign.CROWD),
        (4 * LIMIT + 1, 0, Sign.LEAKED_CODE),
        (4 * LIMIT + 1, 40, None),
        (200, 40, Sign.LEAKED_CODE),
    ],
)
def test_r9_a_crowd_is_measured_by_the_limit_and_what_is_usual(crowd: int, usual: int, sign: Sign | None) -> None:
    assert [each.sign for each in seen(crowd=crowd, usual=usual)] == ([sign] if sign else [])


def test_r9_figures_stand_beside_the_sign() -> None:
    assert seen(crowd=30, usual=4)[0].figures == (("count", 30), ("usual", 4))
    assert seen(by_code=30, usual=4)[0].figures == (("count", 30), ("usual", 4))
    assert seen(ring=3)[0].figures == (("count", 3),)
    assert seen(refused=2)[0].figures == (("count", 2),)


def test_r9_nobody_counts_crowds_where_the_owner_set_no_limit() -> None:
    assert seen(crowd=1000, by_code=1000, limit=0) == ()


def test_r9_one_refused_parcel_is_no_sign() -> None:
    assert seen(refused=1) == ()


@pytest.mark.parametrize("email", ["a@mailinator.com", "a@YOPMAIL.com ", "a@eu.mailinator.com", "a@0-mail.com"])
def test_r9_a_mailbox_that_lasts_for_minutes_is_known(email: str) -> None:
    assert is_throwaway(email)


@pytest.mark.parametrize(
    "email",
    [
        *("", "a", "a@com", "a@gmail.com", "mailinator.com@gmail.com", "a@duck.com", "a@privaterelay.appleid.com"),
        *("a@mozmail.com", "a@notyopmail.company", "a@mailinator.com.de", "a@#", "a@# Source"),
    ],
)
def test_r9_other_mailboxes_are_not(email: str) -> None:
    """Addresses that hide another one for good are somebody's."""
    assert not is_throwaway(email)
