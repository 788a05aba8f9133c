"""Friends who look like one another (R9): a telephone, a name and a home, mailboxes that last for minutes."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.programs import Rules
from integrations.events import Buyer
from tests.engines.frozen import FrozenClock
from tests.road import Road
from tests.services.test_fraud import WATCHFUL, advocate, buys, forget, signs, state


@pytest.fixture
def rules() -> Rules:
    """Doubts wait for a week; nobody counts crowds."""
    return replace(WATCHFUL, crowd_limit=0)


HER_NUMBER = "+49308412765"


def test_r9_a_telephone_that_an_earlier_customer_gave_waits_for_a_look(road: Road, clock: FrozenClock) -> None:
    """R4 and R9: a household's or an office's telephone makes nobody a customer of before; who gives no e-mail is
    known by nothing else."""
    road.see(road.shop.order("900", buyer=Buyer(email="mother@mail.test", phone="030 8412765", country="DE")))
    clock.advance(days=1)
    road.see(buys(road, "1001", road.advocate_id, Buyer(email="son@mail.test", phone=HER_NUMBER)))
    road.see(buys(road, "1002", road.advocate_id, Buyer(phone=HER_NUMBER)))
    road.see(buys(road, "1003", road.advocate_id, Buyer(email="mother@mail.test", phone=HER_NUMBER)))
    assert (signs(road, "1001"), state(road, "1001")[3]) == (["known_phone"], "looked_at")
    assert [state(road, ref)[:2] for ref in ("1002", "1003")] == [("rejected", "not_new")] * 2


def test_r4_a_telephone_without_an_e_mail_beside_it_says_who_bought_before(road: Road, clock: FrozenClock) -> None:
    road.see(road.shop.order("900", buyer=Buyer(phone=HER_NUMBER)))
    clock.advance(days=1)
    road.see(buys(road, "1001", road.advocate_id, Buyer(email="son@mail.test", phone=HER_NUMBER)))
    assert state(road, "1001")[:2] == ("rejected", "not_new")


@pytest.mark.parametrize("rules", [replace(WATCHFUL, new_customers_only=False, crowd_limit=0)])
def test_r9_a_friend_who_is_new_again_and_again_waits_for_a_look(road: Road, clock: FrozenClock) -> None:
    """Among the friends of one advocate, not among all customers: on a campus many have one name."""
    home = {"name": "Karim Saleh", "address": "Lindenweg 3, 55116 Mainz", "country": "DE"}
    other = advocate(road, "other@mail.test", "Noor")
    for ref, by, email in (
        ("1001", road.advocate_id, "karim@mail.test"), ("1002", road.advocate_id, "saleh@mail.test"),
        ("1003", other, "k.saleh@mail.test"), ("1004", road.advocate_id, "karim@mail.test"),
    ):  # fmt: skip
        clock.advance(hours=2)
        road.see(buys(road, ref, by, Buyer(email=email, phone=HER_NUMBER if by == other else None, **home)))
    clock.advance(hours=2)
    road.see(buys(road, "1005", other, Buyer(email="tom@mail.test", phone=HER_NUMBER)))
    found = [signs(road, str(number)) for number in range(1001, 1006)]
    assert found == [[], ["friend_again"], [], ["friend_again"], ["friends_phone"]]


def test_r8_mailboxes_for_minutes_are_counted_alike_whichever_is_heard_of_first(road: Road, clock: FrozenClock) -> None:
    placed = []
    for number, email in enumerate(("a@mailinator.com", "tom@mail.test", "b@yopmail.com")):
        clock.advance(hours=1)
        placed.append(buys(road, str(1001 + number), road.advocate_id, Buyer(email=email)))
    for turn, arriving in enumerate(itertools.permutations(placed)):
        for snapshot in arriving:
            road.see(replace(snapshot, updated_at=snapshot.updated_at + timedelta(seconds=turn)))
        road.work()
        found = [signs(road, str(number)) for number in (1001, 1002, 1003)]
        assert found == [["throwaway_mail"], [], ["throwaway_friends"]]
        forget(road)
