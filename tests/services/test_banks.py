"""Codes out of the owner's bank (R3, R5, R7, R18): each goes out once, and who waits gets one, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from app.domain.programs import AdvocateReward, InWords, RewardKind, Rules
from app.models import Account, Advocate, BankCode, Mail, Reward, Task
from app.queries import banks as stock
from app.queries import portal
from app.services import banks, fulfilment
from app.services.banks import Brought
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.road import Road


@pytest.fixture
def rules() -> Rules:
    reward = AdvocateReward(kind=RewardKind.BANK_CODE, gift=InWords(en="a cinema ticket"))
    return replace(factories.RULES, reward=reward)


def bring(road: Road, *codes: str) -> Brought:
    with road.db.begin() as session:
        account_id = session.scalars(select(Account.id)).first() or factories.account(session).id
    return banks.bring(road.store_id, account_id, road.program_id, codes)


def due(road: Road, clock: FrozenClock, *refs: str) -> None:
    for ref in refs:
        _, code = road.claim()
        road.see(road.shop.order(ref, codes=[code]))
    clock.advance(days=31)
    road.work()


def state(road: Road, ref: str) -> tuple[str, str]:
    reward = road.reward(ref)
    assert reward is not None
    return reward.state, reward.reason


def given(road: Road) -> list[str]:
    with road.db.read() as session:
        return list(session.scalars(select(BankCode.code).where(BankCode.reward_id.is_not(None))))


def shown(road: Road) -> list[str | None]:
    with road.db.read() as session:
        advocate = session.get_one(Advocate, road.advocate_id)
        page = portal.page(road.store_id, advocate.person_id)
    assert page is not None
    return [reward.bank_code for reward in page.places[0].rewards]


def task(road: Road) -> Task | None:
    with road.db.read() as session:
        return session.scalars(select(Task).where(Task.kind == "bank_low")).first()


def test_codes_are_brought_once_whichever_way_they_are_typed(road: Road) -> None:
    assert bring(road, "abc-1", " ABC-1 ", "", "x" * 101, "abc-۲") == Brought(2, ("ABC-1",), ("x" * 101,))
    assert bring(road, "abc-2") == Brought(0, ("abc-2",), ())
    assert stock.stocks(road.store_id)[road.program_id].left == 2


def test_codes_lie_encrypted(road: Road) -> None:
    bring(road, "SECRET-1")
    with road.db.read() as session:
        assert b"SECRET" not in bytes(session.execute(text("SELECT code FROM bank_codes")).scalar_one())


def test_r5_a_due_reward_has_a_code_at_once_and_its_advocate_is_told(road: Road, clock: FrozenClock) -> None:
    bring(road, "ONE", "TWO")
    due(road, clock, "1001")
    assert state(road, "1001") == ("issued", "issued")
    assert given(road) == shown(road) == ["ONE"]
    assert road.entries("1001") == [("earned", 1), ("issued", -1)]
    with road.db.read() as session:
        (mail,) = session.scalars(select(Mail)).all()
        assert mail.template == "reward_handed_out"
        assert "ONE" not in (mail.text or "")


def test_with_an_empty_bank_rewards_wait_and_get_theirs_as_soon_as_there_are_codes(
    road: Road, clock: FrozenClock
) -> None:
    due(road, clock, "1001", "1002", "1003")
    assert {state(road, ref) for ref in ("1001", "1002", "1003")} == {("due", "waiting_stock")}
    assert stock.stocks(road.store_id)[road.program_id].waiting == 3
    low = task(road)
    assert low is not None
    assert low.closed_at is None
    bring(road, "ONE", "TWO")
    road.work()
    assert [state(road, ref)[0] for ref in ("1001", "1002", "1003")] == ["issued", "issued", "due"]
    bring(road, "THREE")
    road.work()
    assert state(road, "1003") == ("issued", "issued")
    assert sorted(given(road)) == ["ONE", "THREE", "TWO"]


def test_few_codes_are_a_task_until_there_are_more(road: Road) -> None:
    bring(road, "ONE")
    low = task(road)
    assert low is not None
    assert (low.closed_at, low.evidence["left"]) == (None, 1)
    bring(road, *(f"CODE-{number}" for number in range(banks.LOW)))
    assert task(road).closed_at is not None  # type: ignore[union-attr]


def test_r7_refund_while_it_waits_takes_no_code(road: Road, clock: FrozenClock) -> None:
    due(road, clock, "1001")
    road.see(road.shop.refund("1001", 4000, "r1"))
    bring(road, "ONE")
    road.work()
    assert state(road, "1001")[0] == "revoked"
    assert given(road) == []


def test_r7_refund_of_a_given_code_is_a_debt_that_the_next_reward_settles(road: Road, clock: FrozenClock) -> None:
    bring(road, "ONE", "TWO")
    due(road, clock, "1001")
    road.see(road.shop.refund("1001", 4000, "r1"))
    assert state(road, "1001") == ("issued", "reversed_after_giving")
    due(road, clock, "1002")
    assert state(road, "1002") == ("issued", "netted")
    assert given(road) == ["ONE"]
    assert road.balance("1001") == road.balance("1002") == 0


def test_r18_a_test_order_takes_no_code(road: Road) -> None:
    bring(road, "ONE")
    _, code = road.claim(is_test=True)
    road.see(road.shop.order("1001", codes=[code]))
    road.work()
    assert state(road, "1001") == ("revoked", "test_order")
    assert given(road) == []


def test_r3_of_rewards_that_are_released_at_once_each_gets_another_code(road: Road, clock: FrozenClock) -> None:
    refs = ("1001", "1002", "1003", "1004")
    due(road, clock, *refs)
    with road.db.begin() as session:
        for number in range(4):
            row = {"code": f"CODE-{number}", "digest": f"{number:064}", "added_at": clock.now}
            session.add(BankCode(store_id=road.store_id, program_id=road.program_id, **row))

    def release(ref: str) -> None:
        with road.db.begin() as session:
            reward = session.scalars(select(Reward).where(Reward.cause_ref == ref).with_for_update()).one()
            fulfilment.means_of(reward).plan(session, reward)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(release, refs))
    assert sorted(given(road)) == ["CODE-0", "CODE-1", "CODE-2", "CODE-3"]
    assert {state(road, ref)[0] for ref in refs} == {"issued"}
