"""Points buy coupons (R3, R7, R11), on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.domain.errors import DomainError
from app.domain.programs import Price, Rules
from app.models import Mail, Program
from app.models.points import Account
from app.services import redemptions
from integrations.events import Buyer
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.points import POINTS, account, bought, earn, owed, redeem, sound, spent, state, wish
from tests.road import Road

SARA = Buyer(email="sara@mail.test")


@pytest.fixture
def rules() -> Rules:
    return replace(factories.RULES, reward=POINTS)


def test_points_buy_a_coupon_that_stands_in_the_shop_on_the_programs_terms(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001")
    redeem(road)
    (code,) = road.reward_coupons()
    spec = road.shop.coupons[code].spec
    assert (spec.amount.minor if spec.amount else 0, spec.minimum.minor if spec.minimum else 0) == (500, 1500)
    (redemption,) = bought(road)
    assert (redemption.state, redemption.worth_minor, redemption.currency) == ("issued", 500, "EUR")
    assert account(road) == Account(50)
    assert owed(road) == {"EUR": (0, 500, 0), "PTS": (0, 50, 0)}
    assert sound(road)
    with road.db.read() as session:
        last = session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert last is not None
    assert last.template == "points_spent"


def test_r3_the_same_wish_twice_buys_once(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001")
    redeem(road)
    redeem(road)
    assert spent(road) == [-50]
    assert len(road.reward_coupons()) == 1
    redeem(road, nonce="nonce-2")
    assert spent(road) == [-50, -50]
    assert account(road) == Account(0)


def test_one_coupon_may_be_several_times_the_amount(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001", "1002")
    redeem(road, coupons=3)
    (redemption,) = bought(road)
    assert (redemption.worth_minor, spent(road)) == (1500, [-150])


@pytest.mark.parametrize("coupons", [0, -1, 3])
def test_nobody_spends_what_they_do_not_have(road: Road, clock: FrozenClock, coupons: int) -> None:
    earn(road, clock, "1001")
    with pytest.raises(DomainError, match="points_lacking"):
        redeem(road, coupons)
    assert (bought(road), spent(road), account(road)) == ([], [], Account(100))


def test_less_than_the_least_redemption_is_refused(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001", "1002")
    dear = replace(POINTS, price=Price(points=50, amount_minor=500, least=120))
    with road.db.begin() as session:
        program = session.get_one(Program, road.program_id)
        factories.version(session, program, replace(factories.RULES, reward=dear), number=2, fingerprint="e" * 16)
    with pytest.raises(DomainError, match="points_lacking"):
        redeem(road, 2)
    redeem(road, 3)
    assert spent(road) == [-150]


def test_r11_points_are_still_good_when_the_program_gives_none_any_more(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001")
    with road.db.begin() as session:
        program = session.get_one(Program, road.program_id)
        factories.version(session, program, factories.RULES, number=2, fingerprint="e" * 16)
        program.state = "ended"
    redeem(road)
    assert len(road.reward_coupons()) == 1


def test_points_of_another_shops_customer_are_nobodys(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001")
    with road.db.begin() as session:
        stranger = factories.person(session, factories.store(session)).id
    with pytest.raises(DomainError, match="points_buy_nothing"):
        redemptions.redeem(replace(wish(road), person_id=stranger))
    with pytest.raises(DomainError, match="points_buy_nothing"):
        redemptions.redeem(replace(wish(road), store_id=road.store_id + 1))


@pytest.mark.engines("postgresql")
def test_of_two_redemptions_at_once_the_account_pays_one(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001")

    def one(nonce: str) -> str:
        try:
            redemptions.redeem(wish(road, 2, nonce))
        except DomainError as refused:
            return refused.code
        return "bought"

    with ThreadPoolExecutor(4) as at_once:
        answers = sorted(at_once.map(one, ["a-nonce", "a-nonce", "b-nonce", "c-nonce"]))
    assert spent(road) == [-100]
    assert account(road) == Account(0)
    assert answers in (
        ["bought", "bought", "points_lacking", "points_lacking"],  # the same wish twice is one
        ["bought", "points_lacking", "points_lacking", "points_lacking"],
    )


def test_points_come_back_when_the_shop_refuses_their_coupon(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001")
    road.shop.refuse = lambda spec: "amount_invalid"
    redeem(road)
    (redemption,) = bought(road)
    assert (redemption.state, redemption.reason) == ("revoked", "points_came_back")
    assert (account(road), spent(road)) == (Account(100), [-50, 50])
    assert owed(road) == {"PTS": (0, 100, 0)}
    assert sound(road)


def test_r7_points_that_come_back_settle_what_was_taken_back_meanwhile(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001")
    road.shop.refuse = lambda spec: "amount_invalid"
    redemptions.redeem(wish(road))
    road.see(road.shop.refund("1001", 4000, "r1"))
    assert account(road) == Account(0, owed=50)
    road.work()
    assert account(road) == Account(0)
    assert state(road, "1001") == ("revoked", "refunded")
    assert sound(road)


def test_r7_a_coupon_spent_on_an_order_that_is_cancelled_is_given_again_once(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001")
    redeem(road)
    (code,) = road.reward_coupons()
    road.see(road.shop.order("2001", codes=[code], buyer=SARA))
    assert road.reward_coupons() == []
    road.see(road.shop.refund("2001", 4000, "r9"))
    road.work()
    (again,) = road.reward_coupons()
    assert again != code
    road.see(road.shop.order("2002", codes=[again], buyer=SARA))
    road.see(road.shop.refund("2002", 4000, "r8"))
    road.work()
    assert road.reward_coupons() == []
    assert (account(road), spent(road)) == (Account(50), [-50])
    assert sound(road)


def test_points_whose_coupon_ran_out_stay_spent(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001")
    redeem(road)
    clock.advance(days=90)
    road.work()
    assert account(road) == Account(50)
    assert owed(road) == {"PTS": (0, 50, 0)}
