"""R10: codes hold their part of the budget, orders turn it into true costs, and nothing is handed out beyond it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select

from app import clock as app_clock
from app.domain.budgets import Budget
from app.domain.errors import DomainError
from app.domain.programs import AdvocateReward, Approval, BudgetPeriod, FriendOffer, OfferKind, RewardKind, Rules
from app.links.tokens import ShareLink
from app.models import Advocate, Claim, Coupon, Effect, Program, ProgramVersion
from app.models.budgets import budget_of
from app.services import claims, support, trials
from app.services.support import Act
from integrations.events import OrderStatus
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.road import Road

HELD = 1600  # 6 off for the friend, as the paper shop does it, and 10 for the advocate


@pytest.fixture
def rules() -> Rules:
    """Room for ten codes."""
    friend = FriendOffer(kind=OfferKind.FIXED, amount_minor=600)
    return replace(factories.RULES, friend=friend, budget_minor=10 * HELD, margin_limit_points=9000)


def budget(road: Road) -> Budget:
    """Where the road's program stands."""
    with road.db.read() as session:
        version = session.get_one(ProgramVersion, road.version_id)
        found = budget_of(session, road.store_id, road.program_id, version.rules, "Europe/Berlin", app_clock.now())
    assert found is not None
    return found


def parts(road: Road) -> tuple[int, int]:
    """(spent, held)."""
    now = budget(road)
    return now.spent_minor, now.held_minor


def tap(road: Road, nonce: str) -> tuple[int, str]:
    """A friend taps the advocate's link; (claim id, code)."""
    claim_id = claims.tap(ShareLink(road.program_id, road.advocate_id), nonce, locale="en", channel="")
    with road.db.read() as session:
        claim = session.get_one(Claim, claim_id)
        return claim_id, session.get_one(Coupon, claim.coupon_id).code if claim.coupon_id else ""


def change_rules(road: Road, **changes: object) -> None:
    """The version promises something else."""
    with road.db.begin() as session:
        version = session.get_one(ProgramVersion, road.version_id)
        version.rules = replace(version.rules, **changes)


# --- what holds and what costs ---


def test_r10_a_code_holds_its_part_until_it_runs_out_unused(road: Road, clock: FrozenClock) -> None:
    assert parts(road) == (0, 0)
    tap(road, "one")
    assert parts(road) == (0, HELD)
    clock.advance(days=14)
    assert parts(road) == (0, HELD), "the last day counts whole"
    clock.advance(days=1)
    assert parts(road) == (0, 0)


def test_r10_an_order_that_qualifies_replaces_what_was_held_by_what_it_costs(road: Road) -> None:
    change_rules(road, reward=AdvocateReward(kind=RewardKind.ORDER_SHARE, basis_points=1000), budget_order_minor=9000)
    _, code = tap(road, "one")
    assert parts(road) == (0, 600 + 900)
    road.see(road.shop.order("1", codes=[code], goods=12_000))
    assert parts(road) == (600 + 1200, 0)
    road.see(road.shop.refund("1", 6000, "r1"))
    assert parts(road) == (600 + 600, 0)


def test_r10_an_unpaid_order_still_holds_also_after_the_codes_last_day(road: Road, clock: FrozenClock) -> None:
    _, code = tap(road, "one")
    road.see(road.shop.order("1", codes=[code], status=OrderStatus.PENDING, paid_at=None))
    clock.advance(days=20)
    assert parts(road) == (0, HELD)
    road.see(road.shop.change("1", status=OrderStatus.PROCESSING, paid_at=app_clock.now()))
    assert parts(road) == (HELD, 0)


def test_r10_a_reversal_gives_back(road: Road) -> None:
    _, code = tap(road, "one")
    road.see(road.shop.order("1", codes=[code]))
    assert parts(road) == (HELD, 0)
    road.see(road.shop.refund("1", 4000, "r1"))
    assert parts(road) == (0, 0), "the code is spent, and the money is back"


def test_r10_a_cancelled_order_leaves_a_good_code_which_holds_again(road: Road) -> None:
    _, code = tap(road, "one")
    road.see(road.shop.order("1", codes=[code]))
    road.see(road.shop.cancel("1"))
    assert parts(road) == (0, HELD)


def test_r16_a_discount_of_somebody_who_did_not_qualify_is_a_cost(road: Road) -> None:
    _, code = tap(road, "one")
    road.see(road.shop.order("1", codes=[code], goods=1000))  # below the minimum
    assert parts(road) == (600, 0)


def test_r10_a_reward_that_a_person_gave_is_a_cost_without_a_claim(road: Road) -> None:
    road.see(road.shop.order("1"))
    with road.db.begin() as session:
        agent = Act(store_id=road.store_id, account_id=factories.account(session).id, reason="She told us.")
        code = session.get_one(Advocate, road.advocate_id).code
    support.link(agent, "1", code)
    assert parts(road) == (1000, 0)


def test_r10_other_currencies_are_never_converted(road: Road) -> None:
    _, code = tap(road, "one")
    road.see(road.shop.order("1", codes=[code], currency="USD"))
    assert parts(road) == (0, 0)


def test_r18_a_test_order_costs_and_holds_nothing(road: Road) -> None:
    change_rules(road, budget_minor=HELD)
    tap(road, "one")
    with road.db.begin() as session:
        account_id = factories.account(session).id
    claim_id = trials.begin(road.store_id, account_id, road.program_id)
    with road.db.read() as session:
        code = session.get_one(Coupon, session.get_one(Claim, claim_id).coupon_id).code
    assert parts(road) == (0, HELD)
    road.see(road.shop.order("1", codes=[code]))
    assert parts(road) == (0, HELD)


# --- used up ---


def test_r10_no_code_beyond_the_budget_and_every_one_before_is_honoured(road: Road, clock: FrozenClock) -> None:
    handed = [tap(road, f"friend {number}") for number in range(10)]
    with pytest.raises(DomainError, match="budget_used_up"):
        tap(road, "one too many")
    assert tap(road, "friend 3") == handed[3], "the same form gives the same code"
    change_rules(road, budget_minor=HELD)
    for number, (_, code) in enumerate(handed):
        road.see(road.shop.order(str(number), codes=[code]))
    assert parts(road) == (10 * HELD, 0)
    clock.advance(days=31)
    road.work()
    assert len(road.reward_coupons()) == 10


def test_r10_a_refused_tap_leaves_no_trace(road: Road) -> None:
    change_rules(road, budget_minor=HELD)
    tap(road, "one")
    road.work()
    with road.db.read() as session:
        before = session.scalar(select(func.count()).select_from(Effect))
    with suppress(DomainError):
        tap(road, "two")
    with road.db.read() as session:
        assert session.scalar(select(func.count()).select_from(Claim)) == 1
        assert session.scalar(select(func.count()).select_from(Effect)) == before


def test_r10_what_runs_out_or_comes_back_is_given_to_the_next(road: Road, clock: FrozenClock) -> None:
    change_rules(road, budget_minor=HELD)
    tap(road, "one")
    with pytest.raises(DomainError):
        tap(road, "two")
    clock.advance(days=15)
    road.work()
    _, code = tap(road, "two")
    road.see(road.shop.order("1", codes=[code]))
    with pytest.raises(DomainError):
        tap(road, "three")
    road.see(road.shop.refund("1", 4000, "r1"))
    tap(road, "three")


def test_r10_a_monthly_budget_starts_anew_in_the_stores_zone(road: Road, clock: FrozenClock) -> None:
    change_rules(road, budget_minor=HELD, budget_period=BudgetPeriod.MONTH)
    _, code = tap(road, "march")
    road.see(road.shop.order("1", codes=[code]))
    anew = budget(road).starts_anew
    assert anew == datetime.fromisoformat("2026-03-31T22:00:00+00:00")
    clock.advance(seconds=(anew - app_clock.now()).total_seconds() - 1)
    road.work()
    tap_refused(road, "a second early")
    clock.advance(seconds=1)
    tap(road, "april")
    assert parts(road) == (0, HELD)
    tap_refused(road, "april again")


def tap_refused(road: Road, nonce: str) -> None:
    """The budget has no room for this friend."""
    with pytest.raises(DomainError, match="budget_used_up"):
        tap(road, nonce)


def test_r10_an_order_counts_in_the_month_of_its_code(road: Road, clock: FrozenClock) -> None:
    change_rules(road, budget_period=BudgetPeriod.MONTH)
    clock.advance(days=25)  # 27 March
    road.work()
    _, code = tap(road, "march")
    clock.advance(days=7)
    road.see(road.shop.order("1", codes=[code]))
    assert parts(road) == (0, 0)


def test_r10_a_program_without_a_budget_has_none(road: Road) -> None:
    change_rules(road, budget_minor=0)
    with road.db.read() as session:
        version = session.get_one(ProgramVersion, road.version_id)
        assert budget_of(session, road.store_id, road.program_id, version.rules, "UTC", app_clock.now()) is None
    for number in range(12):
        tap(road, str(number))


# --- at once ---


def test_r10_a_hundred_taps_at_once_never_hold_more_than_the_budget(road: Road) -> None:
    refusals: set[str] = set()

    def try_tap(number: int) -> bool:
        try:
            claims.tap(ShareLink(road.program_id, road.advocate_id), f"friend {number}", locale="en", channel="")
        except DomainError as error:
            refusals.add(error.code)
            return False
        return True

    change_rules(road, budget_minor=25 * HELD)
    with road.db.begin() as session:
        for _ in range(100):
            factories.coupon(session, session.get_one(ProgramVersion, road.version_id))
    with ThreadPoolExecutor(20) as pool:
        given = sum(pool.map(try_tap, range(100)))
    now = budget(road)
    assert (given, now.held_minor, now.left_minor) == (25, 25 * HELD, 0)
    assert refusals == {"budget_used_up"}


def test_r10_orders_are_decided_while_friends_tap(road: Road) -> None:
    """The turn of a tap is nobody else's: decisions plan coupons of the same program meanwhile."""
    codes = [tap(road, f"early {number}")[1] for number in range(8)]
    change_rules(road, budget_minor=100 * HELD, approval=Approval.NEVER, hold_days=0)

    def both(number: int) -> None:
        tap(road, f"late {number}")
        road.see(road.shop.order(str(number), codes=[codes[number]]))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(both, range(8)))
    road.work()
    assert parts(road) == (8 * HELD, 8 * HELD)
    assert len(road.reward_coupons()) == 8


def test_r10_pausing_stops_new_codes_at_once_and_honours_old_ones(road: Road, clock: FrozenClock) -> None:
    _, code = tap(road, "before")
    with road.db.begin() as session:
        session.get_one(Program, road.program_id).state = "paused"
    with pytest.raises(DomainError, match="offer_closed"):
        tap(road, "after")
    road.see(road.shop.order("1", codes=[code]))
    clock.advance(days=31)
    road.work()
    assert len(road.reward_coupons()) == 1
