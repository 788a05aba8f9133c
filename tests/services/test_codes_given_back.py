"""Codes that the store holds spent without a purchase of their own are given back (R2, R12)."""

from __future__ import annotations

from dataclasses import replace

from app.models import Claim, Coupon, ProgramVersion, Store
from app.services import effects
from integrations.events import Buyer, OrderStatus
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.paper_shop import eur
from tests.road import Road


def codes_of(road: Road, claim_id: int) -> list[str]:
    """The code that the claim holds now."""
    (claim,) = road.rows(Claim, id=claim_id)
    return [coupon.code for coupon in road.rows(Coupon, id=claim.coupon_id)]


def test_r2_larger_of_two_codes_wins_and_the_other_is_given_back(road: Road) -> None:
    with road.db.begin() as session:
        version = session.get_one(ProgramVersion, road.version_id)
        store = session.get_one(Store, road.store_id)
        other = factories.advocate(session, version, factories.person(session, store)).id
    first, small = road.claim()
    _, large = road.claim(other)
    snapshot = road.shop.order("1001", codes=[small, large])
    used = (replace(snapshot.codes[0], discount=eur(100)), snapshot.codes[1])
    for _ in range(2):
        road.see(road.shop.change("1001", codes=used))
    attribution = road.attribution("1001")
    assert attribution is not None
    assert attribution.advocate_id == other
    assert [each["reason"] for each in attribution.evidence["passed_over"]] == ["smaller_discount"]
    (again,) = codes_of(road, first)
    assert again not in (small, large)
    road.see(road.shop.order("1002", codes=[again], buyer=Buyer(email="second@mail.test")))
    assert road.attribution("1002").state == "qualified"  # type: ignore[union-attr]


def test_r12_oddity_unpaid_order_leaves_its_friend_with_a_fresh_code(road: Road, clock: FrozenClock) -> None:
    claim_id, code = road.claim()
    road.see(road.shop.order("1001", codes=[code], status=OrderStatus.FAILED, paid_at=None))
    (fresh,) = codes_of(road, claim_id)
    assert fresh != code
    road.see(road.shop.change("1001", status=OrderStatus.PROCESSING, paid_at=clock.now))
    assert road.attribution("1001").state == "qualified"  # type: ignore[union-attr]
    road.see(road.shop.order("1002", codes=[fresh], buyer=Buyer(email="karim2@mail.test")))
    assert road.reward("1002") is None


def test_r12_coupon_deleted_in_the_shop_is_replaced_for_its_friend(road: Road) -> None:
    claim_id, code = road.claim()
    gone = road.shop.coupons.pop(code)
    with road.db.begin() as session:
        effects.owe(session, road.store_id, "check_coupon", gone.ref, lane="coupons")
    road.work()
    (fresh,) = codes_of(road, claim_id)
    assert fresh in road.shop.coupons


def test_false_alarm_about_a_coupon_changes_nothing(road: Road) -> None:
    claim_id, code = road.claim()
    with road.db.begin() as session:
        effects.owe(session, road.store_id, "check_coupon", road.shop.coupons[code].ref, lane="coupons")
    road.work()
    assert codes_of(road, claim_id) == [code]
