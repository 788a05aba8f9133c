"""Goods and buyers that do not count, from the program's form to the reward, with a shop that is asked once (R4)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from app.domain.errors import AnswersRefused
from app.domain.programs import AdvocateReward, Exclusions, Named, OfferKind, RewardKind, Rules
from app.models import OrderBackground, ProgramVersion
from app.services import exclusions, programs
from integrations import registry
from integrations.contract import Goods
from integrations.errors import RemoteUnavailable
from integrations.events import Buyer, OrderStatus, Refund
from tests import factories, paper_shop
from tests.engines.frozen import FrozenClock
from tests.paper_shop import eur, line
from tests.road import Road

KETTLES = Named("20", "Kettles")


@pytest.fixture
def rules() -> Rules:
    """A tenth of the goods for the advocate; kettles and sale items do not count, nor do resellers."""
    return replace(
        factories.RULES,
        reward=AdvocateReward(kind=RewardKind.ORDER_SHARE, basis_points=1000),
        excluded=Exclusions(
            sale_items=True, categories=(KETTLES,), roles=("wholesale",), email_domains=("teashop.test",)
        ),
    )


def basket(road: Road, ref: str = "1001", **given: object) -> str:
    """Tea for 40.00 and a kettle for 20.00, bought with a friend's code."""
    road.shop.kinds = {
        "1": Goods(product_ref="1", category_refs=("19",)),
        "2": Goods(product_ref="2", category_refs=("20",)),
    }
    _, code = road.claim()
    goods = (line("1", 4000), line("2", 2000))
    road.see(road.shop.order(ref, codes=[code], goods=6000, lines=goods, **given))
    return ref


def stands(road: Road, ref: str) -> tuple[str, str]:
    found = road.attribution(ref)
    assert found is not None
    return found.state, found.reason


def test_r4_a_decision_waits_until_the_shop_has_said_what_was_bought(road: Road) -> None:
    ref = basket(road)
    assert stands(road, ref) == ("open", "waiting_goods")
    assert road.reward(ref) is None
    road.work()
    assert stands(road, ref) == ("qualified", "qualified")
    reward = road.reward(ref)
    assert reward is not None
    assert reward.worth_minor == 400
    found = road.attribution(ref)
    assert found is not None
    assert found.evidence["judgement"]["left_out_minor"] == "2000"


def test_r8_the_first_word_of_the_shop_stays(road: Road, clock: FrozenClock) -> None:
    """Tea that is on sale tomorrow was not on sale when it was bought."""
    ref = basket(road)
    road.work()
    asked = [name for name, _ in road.shop.calls].count("goods")
    road.shop.kinds["1"] = Goods(product_ref="1", category_refs=("20",), on_sale=True)
    clock.advance(hours=5)
    road.see(road.shop.change(ref, status=OrderStatus.COMPLETED, completed_at=clock.now))
    road.work()
    assert stands(road, ref) == ("qualified", "qualified")
    assert [name for name, _ in road.shop.calls].count("goods") == asked


def test_r8_a_thing_that_was_added_to_the_order_is_asked_for(road: Road, clock: FrozenClock) -> None:
    ref = basket(road)
    road.work()
    road.shop.kinds["3"] = Goods(product_ref="3", on_sale=True)
    clock.advance(hours=1)
    more = (line("1", 4000), line("2", 2000), line("3", 3000))
    road.see(road.shop.change(ref, lines=more, goods=eur(9000), total=eur(9000)))
    assert stands(road, ref) == ("open", "waiting_goods")
    road.work()
    reward = road.reward(ref)
    assert reward is not None
    assert reward.worth_minor == 400


def test_r7_a_returned_kettle_changes_nothing_and_returned_tea_does(road: Road, clock: FrozenClock) -> None:
    ref = basket(road)
    road.work()
    clock.advance(hours=1)
    kettle = Refund(refund_ref="r1", amount=eur(2000), goods=eur(2000), lines=(line("2", 2000),))
    road.see(road.shop.change(ref, refunds=(kettle,), refunded=eur(2000)))
    reward = road.reward(ref)
    assert reward is not None
    assert reward.worth_minor == 400
    clock.advance(hours=1)
    tea = Refund(refund_ref="r2", amount=eur(1000), goods=eur(1000), lines=(line("1", 1000),))
    road.see(road.shop.change(ref, refunds=(kettle, tea), refunded=eur(3000)))
    reward = road.reward(ref)
    assert reward is not None
    assert reward.worth_minor == 300


def test_r4_an_account_with_an_excluded_role_does_not_count(road: Road) -> None:
    road.shop.people = {"7": "Wholesale"}
    ref = basket(road, buyer=Buyer(email="big@buyer.test", customer_ref="7"))
    road.work()
    assert stands(road, ref) == ("rejected", "excluded_buyer")
    assert road.reward(ref) is None


def test_r4_an_address_of_the_shop_itself_does_not_count(road: Road) -> None:
    ref = basket(road, buyer=Buyer(email="Mina@TeaShop.test"))
    road.work()
    assert stands(road, ref) == ("rejected", "excluded_buyer")


def test_r14_the_domain_of_an_address_is_kept_as_a_keyed_hash_only(road: Road) -> None:
    basket(road, buyer=Buyer(email="mina@teashop.test"))
    with road.db.read() as session:
        kept = session.execute(text("SELECT snapshot FROM order_sightings")).scalar_one()
    assert "teashop" not in str(kept)


def test_an_order_that_is_gone_meanwhile_is_decided_all_the_same(road: Road) -> None:
    ref = basket(road)
    del road.shop.orders[ref]
    road.work()
    assert stands(road, ref) == ("reversed", "order_gone")


def test_a_thing_that_the_shop_no_longer_sells_counts(road: Road) -> None:
    ref = basket(road)
    road.shop.kinds = {}
    road.work()
    reward = road.reward(ref)
    assert reward is not None
    assert reward.worth_minor == 600


def test_r12_the_friends_coupon_leaves_the_category_out(road: Road) -> None:
    assert {held.spec.excluded_categories for held in road.shop.coupons.values()} == {("20",)}


def test_a_program_that_leaves_nothing_out_asks_the_shop_nothing(road: Road) -> None:
    with road.db.begin() as session:
        version = session.get_one(ProgramVersion, road.version_id)
        version.rules = replace(version.rules, excluded=Exclusions())
    ref = basket(road)
    road.work()
    assert "goods" not in [name for name, _ in road.shop.calls]
    assert stands(road, ref) == ("qualified", "qualified")
    with road.db.read() as session:
        assert session.query(OrderBackground).count() == 0


# --- what an owner writes ---


def test_names_become_references_and_the_shops_own_spelling(road: Road) -> None:
    road.shop.names = {"categories": {"20": "Kettles", "31": "Kettles & Cups"}, "products": {"2": "Clay Kettle"}}
    typed = Exclusions(categories=(Named("", " kettles"),), products=(Named("", "CLAY KETTLE"),))
    found = exclusions.with_refs(road.store_id, typed)
    assert found == Exclusions(categories=(KETTLES,), products=(Named("2", "Clay Kettle"),))
    asked = len(road.shop.calls)
    assert exclusions.with_refs(road.store_id, typed, found) == found
    assert len(road.shop.calls) == asked, "what is known is not asked for again"


def test_a_name_that_the_shop_does_not_have_is_refused(road: Road) -> None:
    with pytest.raises(AnswersRefused) as refused:
        exclusions.with_refs(road.store_id, Exclusions(products=(Named("", "Teapot"),)))
    assert [(each.field, each.reason, each.named) for each in refused.value.faults] == [
        ("excluded.products", "name_unknown", "Teapot")
    ]


def test_a_shop_that_does_not_answer_is_no_wrong_name(road: Road) -> None:
    road.shop.trouble = [RemoteUnavailable("answer_timeout")]
    with pytest.raises(AnswersRefused) as refused:
        exclusions.with_refs(road.store_id, Exclusions(products=(Named("", "Teapot"),)))
    assert refused.value.faults[0].reason == "shop_silent"


@pytest.mark.parametrize(
    ("lacks", "excluded", "fault"),
    [
        ({"catalogue": None}, Exclusions(sale_items=True), ("excluded.sale_items", "platform_cannot")),
        ({"accounts": None}, Exclusions(roles=("staff",)), ("excluded.roles", "platform_cannot")),
    ],
)
def test_r4_what_the_platform_cannot_tell_is_refused_when_saved(
    road: Road,
    rules: Rules,
    monkeypatch: pytest.MonkeyPatch,
    lacks: dict[str, None],
    excluded: Exclusions,
    fault: tuple[str, str],
) -> None:
    monkeypatch.setitem(registry.BY_KEY, paper_shop.KEY, replace(paper_shop.platform(road.shop), **lacks))
    with pytest.raises(AnswersRefused) as refused:
        programs.review(road.store_id, "Tea", replace(rules, excluded=excluded))
    assert [(each.field, each.reason) for each in refused.value.faults] == [fault]


def test_r12_coupons_that_cannot_leave_goods_out_are_not_promised(
    road: Road, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(road.shop), "leaves_goods_out", frozenset())
    with pytest.raises(AnswersRefused) as refused:
        programs.review(road.store_id, "Tea", rules)
    assert [each.reason for each in refused.value.faults] == ["coupon_cannot"]
    fixed = replace(rules.friend, kind=OfferKind.FIXED, amount_minor=300)
    programs.review(road.store_id, "Tea", replace(rules, friend=fixed))


def test_nothing_is_saved_before_the_shop_was_asked(road: Road, rules: Rules) -> None:
    typed = replace(rules, excluded=Exclusions(products=(Named("", "Teapot"),)))
    programs.review(road.store_id, "Tea", typed)
    with pytest.raises(AnswersRefused):
        programs.create(road.store_id, 1, "Tea", typed)
