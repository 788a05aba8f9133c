"""Points: an account of the advocate's own (R5, R7, R8, R18), on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.domain.errors import DomainError
from app.domain.programs import Approval, Rules
from app.models import LedgerEntry, Mail, ProgramVersion, Store
from app.models.points import Account
from app.services import ledger_checks, support
from app.services.support import Act
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.points import POINTS, account, buy, earn, owed, redeem, sound, state
from tests.road import Road


@pytest.fixture
def rules() -> Rules:
    return replace(factories.RULES, reward=POINTS)


def test_r5_points_are_in_the_account_when_the_hold_has_passed_and_not_before(road: Road, clock: FrozenClock) -> None:
    buy(road)
    assert owed(road) == {"PTS": (100, 0, 0)}
    with pytest.raises(DomainError, match="points_lacking"):
        redeem(road)
    clock.advance(days=31)
    road.work()
    assert state(road, "1001") == ("issued", "issued")
    assert road.entries("1001") == [("earned", 100), ("issued", -100)]
    assert account(road) == Account(100)
    assert owed(road) == {"PTS": (0, 100, 0)}
    with road.db.read() as session:
        mails = session.scalars(select(Mail)).all()
    assert [each.template for each in mails] == ["reward_handed_out"]
    assert "100 leaves" in (mails[0].text or "")


def test_r7_points_that_are_still_there_leave_the_account_with_their_order(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001")
    road.see(road.shop.refund("1001", 4000, "r1"))
    assert road.entries("1001") == [("earned", 100), ("issued", -100), ("reversed", -100), ("returned", 100)]
    assert (state(road, "1001"), account(road)) == (("revoked", "refunded"), Account(0))
    assert sound(road)


def test_r7_a_partial_refund_above_the_minimum_leaves_the_points(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001")
    road.see(road.shop.refund("1001", 300, "r1"))
    assert account(road) == Account(100)


def test_r7_spent_points_become_a_debt_that_later_points_settle_visibly(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001")
    redeem(road)
    road.see(road.shop.refund("1001", 4000, "r1"))
    assert state(road, "1001") == ("issued", "reversed_after_use")
    assert account(road) == Account(0, owed=50)
    assert owed(road) == {"EUR": (0, 500, 0), "PTS": (0, 0, 50)}
    assert sound(road)
    earn(road, clock, "1002")
    assert road.entries("1002") == [("earned", 100), ("netted", -50), ("issued", -50)]
    assert road.balance("1001") == 0
    assert account(road) == Account(50)
    assert sound(road)


def test_r7_a_debt_of_points_is_written_off_after_180_days(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001")
    redeem(road, 2)
    road.see(road.shop.refund("1001", 4000, "r1"))
    assert account(road).balance == -100
    clock.advance(days=179)
    road.work()
    assert account(road).balance == -100
    clock.advance(days=2)
    road.work()
    assert account(road) == Account(0)
    assert road.entries("1001")[-1] == ("written_off", 100)


def test_r8_points_are_credited_again_when_what_took_them_back_is_undone(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001")
    redeem(road)
    road.see(road.shop.cancel("1001"))
    assert account(road) == Account(0, owed=50)
    road.see(road.shop.change("1001", status=road.shop.orders["1001"].status.PROCESSING, cancelled_at=None))
    road.work()
    assert account(road) == Account(50)
    assert road.balance("1001") == 0
    assert sound(road)


def test_r7_points_given_to_another_advocate_leave_the_first_ones_account(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001")
    with road.db.begin() as session:
        version = session.get_one(ProgramVersion, road.version_id)
        lea = factories.advocate(
            session, version, factories.person(session, session.get_one(Store, road.store_id), "Lea")
        )
        act = Act(store_id=road.store_id, account_id=factories.account(session).id, reason="They called.")
        code = lea.code
    support.link(act, "1001", code)
    assert account(road) == Account(0)


@pytest.mark.parametrize(("above", "waits"), [(999, True), (1000, False)])
def test_r5_an_approval_above_an_amount_asks_what_the_points_buy(
    road: Road, clock: FrozenClock, above: int, waits: bool
) -> None:
    """100 points buy 10.00."""
    with road.db.begin() as session:
        version = session.scalars(select(ProgramVersion)).one()
        version.rules = replace(version.rules, approval=Approval.ABOVE, approval_above_minor=above)
    earn(road, clock, "1001")
    assert state(road, "1001")[1] == ("waiting_approval" if waits else "issued")


def test_r18_a_test_order_earns_no_points(road: Road, clock: FrozenClock) -> None:
    _, code = road.claim(is_test=True)
    road.see(road.shop.order("1001", codes=[code]))
    road.work()
    assert state(road, "1001") == ("revoked", "test_order")
    assert account(road) == Account(0)
    assert owed(road) == {}


def test_check_ledger_finds_an_account_that_does_not_add_up(road: Road, clock: FrozenClock) -> None:
    earn(road, clock, "1001")
    redeem(road)
    with road.db.begin() as session:
        entry = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "spent")).one()
        entry.amount_minor = -120
    wrong = {each.wrong for each in ledger_checks.differences(road.store_id)}
    assert wrong == {"points_overspent", "points_and_coupon_differ"}
