"""Everyday oddities of shops, each from the message to the ledger, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.extensions import Database
from app.models import Coupon
from app.queries import overview
from integrations.events import AppliedCode, Buyer, OrderSnapshot
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.paper_shop import PaperShop, eur
from tests.road import Road, lay

MINIMUM, BELOW = 3000, 2999


def bought(road: Road, ref: str, **given: object) -> OrderSnapshot:
    """A friend claimed a code, bought with it, and the shop told us."""
    _, code = road.claim()
    snapshot = road.shop.order(ref, codes=[code], **given)
    road.see(snapshot)
    return snapshot


def decided(road: Road, ref: str) -> tuple[str, str]:
    attribution = road.attribution(ref)
    assert attribution is not None
    return attribution.state, attribution.reason


def released(road: Road, clock: FrozenClock) -> None:
    clock.advance(days=31)
    road.work()


def test_r7_oddity_order_edited_within_the_hold_is_weighed_again(road: Road, clock: FrozenClock) -> None:
    bought(road, "1001", goods=BELOW)
    assert decided(road, "1001") == ("rejected", "below_minimum")
    road.see(road.shop.change("1001", goods=eur(MINIMUM), total=eur(MINIMUM)))
    assert decided(road, "1001") == ("qualified", "qualified")
    road.see(road.shop.change("1001", goods=eur(BELOW), total=eur(BELOW)))
    released(road, clock)
    assert (road.balance("1001"), road.reward_coupons()) == (0, [])


def test_r7_oddity_order_edited_after_the_issue_gives_nothing_more(road: Road, clock: FrozenClock) -> None:
    bought(road, "1001")
    released(road, clock)
    before = road.entries("1001")
    road.see(road.shop.change("1001", goods=eur(90_00), total=eur(90_00)))
    released(road, clock)
    assert road.entries("1001") == before == [("earned", 1000), ("issued", -1000)]
    assert len(road.reward_coupons()) == 1


def test_oddity_exchange_is_never_a_first_order_and_never_a_second_reward(road: Road, clock: FrozenClock) -> None:
    first = bought(road, "1001")
    bought(road, "1002", buyer=first.buyer, parent_ref="1001")
    assert decided(road, "1002") == ("rejected", "renewal")
    released(road, clock)
    assert len(road.reward_coupons()) == 1


@pytest.mark.parametrize("order", ["parent first", "renewal first"])
def test_r8_oddity_subscription_pays_for_its_parent_order_only(road: Road, clock: FrozenClock, order: str) -> None:
    """In whichever order the shop's messages arrive."""
    _, code = road.claim()
    parent = road.shop.order("1001", codes=[code])
    renewal = road.shop.order("1002", codes=[code], buyer=parent.buyer, parent_ref="1001", channel="subscription")
    for each in (parent, renewal) if order == "parent first" else (renewal, parent):
        road.see(each)
    assert decided(road, "1001") == ("qualified", "qualified")
    assert decided(road, "1002")[0] == "rejected"
    released(road, clock)
    assert len(road.reward_coupons()) == 1


def test_oddity_other_channel_earns_by_its_code(road: Road) -> None:
    bought(road, "1001", channel="pos")
    assert decided(road, "1001") == ("qualified", "qualified")


def test_oddity_other_channel_is_history_that_ends_newness(road: Road) -> None:
    imported = road.shop.order("1001", channel="import")
    road.see(imported)
    assert road.reward("1001") is None
    bought(road, "1002", buyer=imported.buyer)
    assert decided(road, "1002") == ("rejected", "not_new")


def test_oddity_another_email_than_the_one_of_the_claim_is_still_attributed_by_the_code(road: Road) -> None:
    bought(road, "1001", buyer=Buyer(email="work-address@office.test", name="K. Saleh"))
    attribution = road.attribution("1001")
    assert attribution is not None
    assert (attribution.state, attribution.advocate_id) == ("qualified", road.advocate_id)


@pytest.mark.parametrize(("combines", "not_on_sale"), [(True, False), (False, True), (True, True), (False, False)])
def test_oddity_stacking_and_sale_items_are_as_the_owner_chose(
    db: Database, shop: PaperShop, combines: bool, not_on_sale: bool
) -> None:
    friend = replace(factories.RULES.friend, combines=combines, excludes_sale_items=not_on_sale)
    _, code = lay(db, shop, replace(factories.RULES, friend=friend)).claim()
    spec = shop.coupons[code].spec
    assert (spec.combines, spec.excludes_sale_items) == (combines, not_on_sale)


def test_oddity_zero_discount_is_evidence_and_no_cost(road: Road) -> None:
    """Another coupon had taken everything off before ours had its turn."""
    _, code = road.claim()
    road.shop.order("1001", codes=[code], discount=eur(0))
    road.see(road.shop.change("1001", codes=(AppliedCode(code=code, discount=eur(0)),)))
    attribution = road.attribution("1001")
    assert attribution is not None
    assert (attribution.state, attribution.rule) == ("qualified", "a")
    assert overview.overview(road.store_id, 30).figures.discounts_minor == 0


def test_oddity_bearer_reward_is_for_whoever_has_it_and_for_one_use(road: Road, clock: FrozenClock) -> None:
    bought(road, "1001")
    released(road, clock)
    (code,) = road.reward_coupons()
    assert road.shop.coupons[code].spec.locked_email is None
    road.see(road.shop.order("2001", codes=[code], buyer=Buyer(email="sister@mail.test")))
    road.work()
    assert [each.state for each in road.rows(Coupon, code=code)] == ["used"]
    assert road.attribution("2001") is None
