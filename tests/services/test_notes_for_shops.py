"""What a shop may read beside a coupon that was handed out: for whom it is, and who recommended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app import clock
from app.domain import codes
from app.domain.programs import Rules
from app.models import Advocate, Person
from integrations.contract import CouponNote
from tests import factories
from tests.road import Road


def note(road: Road) -> CouponNote | None:
    """What the shop reads beside the code of the next claim."""
    _, code = road.claim()
    road.work()
    return road.shop.coupons[code].note


def test_the_shop_reads_a_first_name_and_nothing_more(road: Road) -> None:
    assert note(road) == CouponNote(recommended_by="Sara", new_customers_only=True)


@pytest.mark.parametrize("change", ["nameless", "erased"])
def test_without_a_name_the_shop_reads_a_code(road: Road, change: str) -> None:
    with road.db.begin() as session:
        advocate = session.get_one(Advocate, road.advocate_id)
        person = session.get_one(Person, advocate.person_id)
        person.name = None if change == "nameless" else person.name
        person.erased_at = clock.now() if change == "erased" else None
        shown = codes.shown(advocate.code)
    assert note(road) == CouponNote(recommended_by=shown, new_customers_only=True)


def test_nothing_is_said_beside_a_coupon_that_nobody_took(road: Road) -> None:
    assert {held.note for held in road.shop.coupons.values()} == {None}


class TestForEverybody:
    """A program that is not for new customers only."""

    @pytest.fixture
    def rules(self) -> Rules:
        return replace(factories.RULES, new_customers_only=False)

    def test_the_shop_reads_that_the_code_is_for_everybody(self, road: Road) -> None:
        assert note(road) == CouponNote(recommended_by="Sara", new_customers_only=False)
