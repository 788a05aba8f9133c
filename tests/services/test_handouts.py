"""Rewards that a person hands out: money, a donation, a gift (R5, R7, R18), on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.domain.errors import DomainError
from app.domain.programs import AdvocateReward, InWords, RewardKind, Rules
from app.models import Account, Advocate, AuditEntry, Mail
from app.queries import handouts as queue
from app.services import advocates, support
from app.services.support import Act
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.road import Road

MONEY = AdvocateReward(kind=RewardKind.MONEY, amount_minor=1000)
DONATION = AdvocateReward(kind=RewardKind.DONATION, amount_minor=500, causes=("Trees", "Wells"))
GIFT = AdvocateReward(kind=RewardKind.GIFT, gift=InWords(en="a tea box", fa="یک جعبه چای"))


@pytest.fixture(params=[MONEY, DONATION, GIFT], ids=lambda reward: reward.kind.value)
def rules(request: pytest.FixtureRequest) -> Rules:
    return replace(factories.RULES, reward=request.param)


def buy(road: Road, ref: str = "1001") -> None:
    _, code = road.claim()
    road.see(road.shop.order(ref, codes=[code]))


def due(road: Road, clock: FrozenClock, ref: str = "1001") -> int:
    """The friend's order has stayed; the id of its reward, which waits for somebody's hand."""
    buy(road, ref)
    clock.advance(days=31)
    road.work()
    reward = road.reward(ref)
    assert reward is not None
    assert (reward.state, reward.reason) == ("due", "to_hand_out")
    return reward.id


def act(road: Road) -> Act:
    with road.db.begin() as session:
        account_id = session.scalars(select(Account.id)).first() or factories.account(session).id
    return Act(store_id=road.store_id, account_id=account_id, reason="bank transfer 4711")


def state(road: Road, ref: str = "1001") -> tuple[str, str]:
    reward = road.reward(ref)
    assert reward is not None
    return reward.state, reward.reason


def worth(road: Road, ref: str = "1001") -> int:
    return road.entries(ref)[0][1]


def undo(road: Road) -> None:
    with road.db.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "hand_out")).all()[-1]
    support.undo(act(road), entry.id)


def test_r5_a_due_reward_waits_in_the_queue_and_makes_no_coupon(road: Road, clock: FrozenClock) -> None:
    reward_id = due(road, clock)
    (row,) = queue.waiting(road.store_id)
    assert (row.reward_id, row.order_ref, row.email) == (reward_id, "1001", "sara@mail.test")
    assert road.reward_coupons() == []


def test_handing_out_settles_the_ledger_and_tells_the_advocate_once(road: Road, clock: FrozenClock) -> None:
    reward_id = due(road, clock)
    support.hand_out(act(road), [reward_id])
    road.work()
    assert state(road) == ("issued", "issued")
    assert road.entries("1001") == [("earned", worth(road)), ("issued", -worth(road))]
    assert queue.waiting(road.store_id) == ()
    with road.db.read() as session:
        assert [each.template for each in session.scalars(select(Mail))] == ["reward_handed_out"]


def test_what_was_handed_out_is_not_handed_out_again(road: Road, clock: FrozenClock) -> None:
    reward_id = due(road, clock)
    support.hand_out(act(road), [reward_id])
    with pytest.raises(DomainError, match="not_to_hand_out"):
        support.hand_out(act(road), [reward_id])
    assert road.balance("1001") == 0


def test_of_several_rewards_all_are_on_record_or_none(road: Road, clock: FrozenClock) -> None:
    reward_id = due(road, clock)
    with pytest.raises(DomainError, match="not_to_hand_out"):
        support.hand_out(act(road), [reward_id, reward_id + 1000])
    assert state(road) == ("due", "to_hand_out")


def test_what_was_not_done_after_all_is_in_the_queue_again(road: Road, clock: FrozenClock) -> None:
    reward_id = due(road, clock)
    support.hand_out(act(road), [reward_id])
    undo(road)
    assert state(road) == ("due", "to_hand_out")
    assert road.balance("1001") == worth(road)
    support.hand_out(act(road), [reward_id])
    assert road.balance("1001") == 0
    assert [kind for kind, _ in road.entries("1001")] == ["earned", "issued", "returned", "issued"]


def test_r7_refund_before_it_is_handed_out_takes_it_out_of_the_queue(road: Road, clock: FrozenClock) -> None:
    due(road, clock)
    road.see(road.shop.refund("1001", 4000, "r1"))
    assert queue.waiting(road.store_id) == ()
    assert state(road)[0] == "revoked"
    assert road.balance("1001") == 0


def test_r8_a_message_that_says_nothing_new_leaves_it_in_the_queue(road: Road, clock: FrozenClock) -> None:
    due(road, clock)
    road.see(road.shop.change("1001", updated_at=clock.now))
    assert state(road) == ("due", "to_hand_out")


def test_r7_refund_afterwards_is_a_debt_that_the_next_reward_settles(road: Road, clock: FrozenClock) -> None:
    support.hand_out(act(road), [due(road, clock)])
    road.see(road.shop.refund("1001", 4000, "r1"))
    assert state(road) == ("issued", "reversed_after_giving")
    assert road.balance("1001") == -worth(road)
    buy(road, "1002")
    clock.advance(days=31)
    road.work()
    assert state(road, "1002") == ("issued", "netted")
    assert road.balance("1001") == road.balance("1002") == 0


def test_r7_debt_that_no_later_reward_settles_is_written_off(road: Road, clock: FrozenClock) -> None:
    support.hand_out(act(road), [due(road, clock)])
    road.see(road.shop.refund("1001", 4000, "r1"))
    clock.advance(days=181)
    road.work()
    assert road.entries("1001")[-1] == ("written_off", worth(road))
    assert road.balance("1001") == 0


def test_r7_what_was_refunded_and_turns_out_not_handed_out_is_owed_to_nobody(road: Road, clock: FrozenClock) -> None:
    support.hand_out(act(road), [due(road, clock)])
    road.see(road.shop.refund("1001", 4000, "r1"))
    undo(road)
    assert state(road) == ("revoked", "refunded")
    assert road.balance("1001") == 0


def test_r18_a_test_order_reaches_the_queue_for_nobody(road: Road) -> None:
    _, code = road.claim(is_test=True)
    road.see(road.shop.order("1001", codes=[code]))
    road.work()
    assert state(road) == ("revoked", "test_order")
    assert queue.waiting(road.store_id) == ()


def test_a_reward_of_somebodys_hand_has_no_coupon_to_replace(road: Road, clock: FrozenClock) -> None:
    due(road, clock)
    with pytest.raises(DomainError, match="nothing_to_reissue"):
        support.reissue(act(road), "1001")


@pytest.mark.parametrize("rules", [replace(factories.RULES, reward=DONATION)], ids=["donation"])
def test_a_donation_goes_to_the_cause_that_was_picked_else_to_the_first(road: Road, clock: FrozenClock) -> None:
    support.hand_out(act(road), [due(road, clock)])
    assert road.reward("1001").donated_to == "Trees"  # type: ignore[union-attr]
    with road.db.read() as session:
        person_id = session.get_one(Advocate, road.advocate_id).person_id
    advocates.donate_to(road.store_id, person_id, road.program_id, "Wells")
    support.hand_out(act(road), [due(road, clock, "1002")])
    assert road.reward("1002").donated_to == "Wells"  # type: ignore[union-attr]
    assert road.reward("1001").donated_to == "Trees"  # type: ignore[union-attr]
    with pytest.raises(DomainError, match="cause_unknown"):
        advocates.donate_to(road.store_id, person_id, road.program_id, "My pocket")


@pytest.mark.parametrize("rules", [replace(factories.RULES, reward=MONEY)], ids=["money"])
def test_r7_what_an_earlier_debt_took_of_it_is_not_handed_out(road: Road, clock: FrozenClock) -> None:
    support.hand_out(act(road), [due(road, clock)])
    road.see(road.shop.refund("1001", 4000, "r1"))
    with road.db.begin() as session:  # of the debt, some was settled before
        from app.domain.referrals import EntryKind
        from app.models import Reward
        from app.services import ledger

        reward = session.scalars(select(Reward)).one()
        ledger.post(session, reward, EntryKind.NETTED, "reward:0", 700)
    reward_id = due(road, clock, "1002")
    (row,) = queue.waiting(road.store_id)
    assert row.amount_minor == 700
    support.hand_out(act(road), [reward_id])
    assert road.entries("1002") == [("earned", 1000), ("netted", -300), ("issued", -700)]
