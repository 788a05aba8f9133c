"""A product for free, to friend and advocate: from the shop's catalogue to the coupon, and when it is sold no more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.domain.errors import AnswersRefused, DomainError
from app.domain.offers import offer_fingerprint
from app.domain.programs import (
    AdvocateReward,
    FriendOffer,
    Named,
    OfferKind,
    RewardKind,
    Rules,
    Tier,
)
from app.models import Program, ProgramVersion, Reward, Task
from app.services import connections, coupon_checks, free_products, programs, rewards, shelf
from integrations import registry
from integrations.contract import DiscountKind
from integrations.errors import RemoteUnavailable
from tests import factories, paper_shop
from tests.engines.frozen import FrozenClock
from tests.road import Road

TEA, KETTLE = Named("12", "Sencha"), Named("20", "Clay Kettle")


@pytest.fixture
def rules() -> Rules:
    """A tea for the friend, and one for the advocate."""
    return replace(
        factories.RULES,
        friend=FriendOffer(kind=OfferKind.FREE_PRODUCT, product=TEA),
        reward=AdvocateReward(kind=RewardKind.FREE_PRODUCT, product=KETTLE),
    )


def earn(road: Road, clock: FrozenClock, ref: str = "1001") -> Reward:
    """A friend has bought, and the hold is over."""
    _, code = road.claim()
    road.see(road.shop.order(ref, codes=[code]))
    clock.advance(days=31)
    road.work()
    reward = road.reward(ref)
    assert reward is not None
    return reward


def tasks(road: Road) -> list[tuple[str, str]]:
    with road.db.read() as session:
        open_ = select(Task).where(Task.closed_at.is_(None)).order_by(Task.id)
        return [(each.kind, each.subject) for each in session.scalars(open_)]


def test_r12_the_friends_coupon_is_for_the_product_and_stands_before_it_is_shown(road: Road) -> None:
    specs = [held.spec for held in road.shop.coupons.values()]
    assert {(spec.kind, spec.product, spec.basis_points) for spec in specs} == {(DiscountKind.FREE_PRODUCT, "12", 0)}


def test_the_advocate_gets_a_coupon_for_their_product_and_it_counts_as_one_of_no_currency(
    road: Road, clock: FrozenClock
) -> None:
    reward = earn(road, clock)
    assert (reward.state, reward.worth_minor, reward.currency) == ("issued", 1, "XXX")
    (code,) = road.reward_coupons()
    assert road.shop.coupons[code].spec.product == "20"
    assert road.entries("1001") == [("earned", 1), ("issued", -1)]


def test_r7_a_product_stays_whole_until_the_rest_is_below_the_minimum(road: Road, clock: FrozenClock) -> None:
    earn(road, clock)
    road.see(road.shop.refund("1001", 500, "r1"))
    road.work()
    assert len(road.reward_coupons()) == 1
    road.see(road.shop.refund("1001", 1000, "r2"))
    road.work()
    assert road.reward_coupons() == []


def test_a_product_that_is_sold_no_more_opens_one_task_for_its_program(road: Road, clock: FrozenClock) -> None:
    road.shop.unsold = {"12", "20"}
    with road.db.begin() as session:
        shelf.retire_shelf(session, road.store_id, session.get_one(ProgramVersion, road.version_id).fingerprint)
    road.work()
    assert tasks(road) == [("product_gone", f"program:{road.program_id}")]


def look(road: Road) -> None:
    coupon_checks.look(connections.connection(road.store_id), road.store_id, {})


def test_a_product_that_goes_while_friends_hold_codes_is_told_and_the_task_closes_when_it_is_back(road: Road) -> None:
    look(road)
    assert tasks(road) == []
    road.shop.unsold = {"12"}
    look(road)
    look(road)
    assert tasks(road) == [("product_gone", f"program:{road.program_id}")]
    road.shop.unsold = set()
    look(road)
    assert tasks(road) == []


def test_a_shop_whose_programs_give_no_product_is_asked_nothing(road: Road) -> None:
    with road.db.begin() as session:
        session.get_one(ProgramVersion, road.version_id).rules = factories.RULES
    road.shop.calls.clear()
    look(road)
    assert "sold" not in dict(road.shop.calls)


def test_a_reward_whose_product_went_waits_for_a_person_who_gives_it_once_the_shop_sells_it(
    road: Road, clock: FrozenClock
) -> None:
    road.shop.unsold = {"20"}
    reward = earn(road, clock)
    assert (reward.state, reward.reason) == ("failed", "coupon_refused")
    assert tasks(road) == [("product_gone", f"program:{road.program_id}")]
    road.shop.unsold = set()
    with road.db.begin() as session:
        rewards.reissue(session, reward.id)
    road.work()
    assert len(road.reward_coupons()) == 1


def test_two_products_are_two_offers_and_what_is_no_product_keeps_its_shelf(rules: Rules) -> None:
    other = replace(rules, friend=replace(rules.friend, product=KETTLE))
    assert offer_fingerprint(rules) != offer_fingerprint(other)
    renamed = replace(rules, friend=replace(rules.friend, product=Named("12", "Green Sencha")))
    assert offer_fingerprint(rules) == offer_fingerprint(renamed)
    assert offer_fingerprint(factories.RULES) == "5677d34d39063d52"  # as it was before products were given


def unnamed(rules: Rules) -> Rules:
    """As the form sends them: names, without references."""
    friend, reward = replace(rules.friend, product=Named("", "sencha")), replace(rules.reward, product=Named("", "Mug"))
    tier = Tier(from_rank=3, reward=replace(rules.reward, product=Named("", "clay kettle")))
    return replace(rules, friend=friend, reward=reward, tiers=(tier,))


def test_products_are_named_as_the_shop_names_them_on_both_sides_and_in_tiers(road: Road, rules: Rules) -> None:
    road.shop.names["products"] = {"12": "Sencha", "20": "Clay Kettle", "31": "Mug"}
    found = free_products.with_refs(road.store_id, unnamed(rules))
    assert (found.friend.product, found.reward.product) == (TEA, Named("31", "Mug"))
    assert found.tiers[0].reward.product == KETTLE


def test_what_is_in_the_program_already_is_not_asked_again(road: Road, rules: Rules) -> None:
    road.shop.calls.clear()
    assert free_products.with_refs(road.store_id, rules, known=rules) == rules
    assert road.shop.calls == []


@pytest.mark.parametrize(
    ("names", "unsold", "reason"),
    [
        ({"20": "Clay Kettle"}, set(), "product_unknown"),
        ({"12": "Sencha", "13": "SENCHA"}, set(), "name_ambiguous"),
        ({"12": "Sencha"}, {"12"}, "product_not_sold"),
    ],
)
def test_a_product_that_cannot_be_given_is_refused_at_its_field(
    road: Road, rules: Rules, names: dict[str, str], unsold: set[str], reason: str
) -> None:
    road.shop.names["products"], road.shop.unsold = names, unsold
    with pytest.raises(AnswersRefused) as refused:
        free_products.with_refs(road.store_id, unnamed(rules))
    assert [(each.field, each.reason) for each in refused.value.faults] == [("friend.product", reason)]


def test_of_two_products_with_one_name_the_one_that_is_sold_is_meant(road: Road, rules: Rules) -> None:
    road.shop.names["products"], road.shop.unsold = {"12": "Sencha", "13": "SENCHA"}, {"13"}
    asked = replace(rules, reward=factories.RULES.reward, friend=replace(rules.friend, product=Named("", "sencha")))
    assert free_products.with_refs(road.store_id, asked).friend.product == TEA


def test_a_silent_shop_is_said(road: Road, rules: Rules) -> None:
    road.shop.trouble = [RemoteUnavailable("connect_timeout")]
    with pytest.raises(AnswersRefused) as refused:
        free_products.with_refs(road.store_id, unnamed(rules))
    assert refused.value.faults[0].reason == "shop_silent"


# --- what a platform cannot do ---


def refusals(road: Road, rules: Rules) -> list[tuple[str, str]]:
    with pytest.raises(AnswersRefused) as refused:
        programs.review(road.store_id, "Tea", rules)
    return [(each.field, each.reason) for each in refused.value.faults]


def limit(road: Road, monkeypatch: pytest.MonkeyPatch, **lacks: object) -> None:
    """The store's platform has less than it had."""
    monkeypatch.setitem(registry.BY_KEY, paper_shop.KEY, replace(paper_shop.platform(road.shop), **lacks))  # type: ignore[arg-type]


def test_a_form_that_the_platform_cannot_do_is_refused_on_both_sides_and_in_tiers(
    road: Road, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiered = replace(rules, tiers=(Tier(from_rank=3, reward=replace(rules.reward, product=TEA)),))
    limit(road, monkeypatch, catalogue=None)
    fields = ["friend.kind", "reward.kind", "tiers.0.reward.kind"]
    assert refusals(road, tiered) == [(field, "no_catalogue_here") for field in fields]
    limit(road, monkeypatch, coupons=None)
    assert refusals(road, tiered) == [(field, "no_coupons_here") for field in fields]
    monkeypatch.setattr(road.shop, "discounts", frozenset({DiscountKind.PERCENT}))
    limit(road, monkeypatch)
    assert refusals(road, tiered) == [(field, "no_such_coupon_here") for field in fields]


def test_what_needs_no_coupon_is_not_refused_for_want_of_coupons(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(road, monkeypatch, coupons=None)
    by_hand = replace(factories.RULES, reward=AdvocateReward(kind=RewardKind.MONEY, amount_minor=500))
    assert refusals(road, by_hand) == [("friend.kind", "no_coupons_here")]


def test_a_program_that_its_platform_cannot_do_does_not_go_live(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as one that was made for another platform, or before the store was connected."""
    with road.db.begin() as session:
        account_id = factories.account(session).id
    programs.set_state(road.store_id, account_id, road.program_id, "paused")
    limit(road, monkeypatch, coupons=None)
    with pytest.raises(DomainError) as refused:
        programs.set_state(road.store_id, account_id, road.program_id, "live")
    assert refused.value.code == "form_not_here"
    limit(road, monkeypatch)
    programs.set_state(road.store_id, account_id, road.program_id, "live")
    with road.db.read() as session:
        assert session.get_one(Program, road.program_id).state == "live"


def test_what_stood_still_while_disconnected_goes_on_only_where_the_platform_can_do_it(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    with road.db.begin() as session:
        account_id = factories.account(session).id
        programs.pause_all(session, road.store_id, account_id, "disconnected")
    limit(road, monkeypatch, coupons=None)
    programs.go_on(road.store_id, account_id)
    with road.db.read() as session:
        assert session.get_one(Program, road.program_id).state == "paused"
    limit(road, monkeypatch)
    programs.go_on(road.store_id, account_id)
    with road.db.read() as session:
        assert session.get_one(Program, road.program_id).state == "live"


def test_a_store_that_was_never_connected_saves_and_is_asked_when_it_goes_live(road: Road) -> None:
    with road.db.begin() as session:
        fresh = factories.store(session)
    programs.review(fresh.id, "Tea", factories.RULES)
