"""Rewards that were spent, deleted or moved: nobody is paid twice, and nobody loses what they earned (R3, R7)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import Advocate, AuditEntry, Coupon, LedgerEntry, ProgramVersion, Reward, Store
from app.services import effects, support
from app.services.support import Act
from integrations.events import Buyer, OrderStatus
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.road import Road

SARA = Buyer(email="sara@mail.test")


def buy(road: Road, ref: str = "1001", advocate_id: int | None = None, **given: object) -> str:
    """A friend claims, buys with the code, and the shop tells us; returns the code."""
    _, code = road.claim(advocate_id)
    road.see(road.shop.order(ref, codes=[code], **given))
    return code


def issued(road: Road, clock: FrozenClock, ref: str = "1001") -> str:
    """The friend's order was paid, its hold has passed, and the reward is a coupon; returns the reward's code."""
    buy(road, ref)
    clock.advance(days=31)
    road.work()
    return code_of(road, ref)


def code_of(road: Road, ref: str) -> str:
    """The code of the reward's present coupon."""
    reward = road.reward(ref)
    assert reward is not None
    assert reward.state == "issued"
    (coupon,) = road.rows(Coupon, id=reward.coupon_id)
    return coupon.code


def another_advocate(road: Road) -> str:
    """Lea joins the program; returns her personal code."""
    with road.db.begin() as session:
        store, version = session.get_one(Store, road.store_id), session.get_one(ProgramVersion, road.version_id)
        return factories.advocate(session, version, factories.person(session, store, "Lea", "lea@mail.test")).code


def agent(road: Road) -> Act:
    """Somebody at the support desk."""
    with road.db.begin() as session:
        return Act(store_id=road.store_id, account_id=factories.account(session).id, reason="They called.")


def balances(road: Road) -> dict[str, int]:
    """What the ledger says of every advocate, by personal code."""
    with road.db.read() as session:
        sums: dict[str, int] = {}
        for code, amount in session.execute(
            select(Advocate.code, LedgerEntry.amount_minor).join(LedgerEntry, LedgerEntry.advocate_id == Advocate.id)
        ):
            sums[code] = sums.get(code, 0) + amount
        return sums


def last_act(road: Road) -> int:
    """The newest audit entry."""
    with road.db.read() as session:
        return session.scalars(select(AuditEntry.id).order_by(AuditEntry.id.desc())).first() or 0


@pytest.mark.parametrize("later", [OrderStatus.TRASHED, OrderStatus.CANCELLED])
def test_r7_reward_freed_by_one_order_and_spent_on_another_is_not_given_again(
    road: Road, clock: FrozenClock, later: OrderStatus
) -> None:
    spent = issued(road, clock)
    road.see(road.shop.order("2001", codes=[spent], buyer=SARA))
    road.see(road.shop.cancel("2001"))
    road.work()
    road.see(road.shop.order("2002", codes=[spent], buyer=SARA))
    road.see(road.shop.change("2001", status=later))
    road.work()
    assert road.reward_coupons() == []
    assert code_of(road, "1001") == spent


def test_r7_spent_coupon_that_was_replaced_is_dead_even_if_the_shop_frees_it_later(
    road: Road, clock: FrozenClock
) -> None:
    spent = issued(road, clock)
    road.see(road.shop.order("2001", codes=[spent], buyer=SARA))
    road.see(road.shop.refund("2001", 4000, "r9"))
    road.work()
    again = code_of(road, "1001")
    road.see(road.shop.cancel("2001"))
    road.work()
    assert road.reward_coupons() == [again]


def test_r7_reward_that_is_no_longer_deserved_does_not_come_back_with_a_cancelled_order(
    road: Road, clock: FrozenClock
) -> None:
    spent = issued(road, clock)
    road.see(road.shop.order("2001", codes=[spent], buyer=SARA))
    road.see(road.shop.refund("1001", 4000, "r1"))
    road.work()
    assert road.balance("1001") == -1000
    road.see(road.shop.cancel("2001"))
    road.work()
    assert road.reward_coupons() == []
    assert road.balance("1001") == 0


def test_r7_debt_of_a_coupon_spent_before_we_heard_of_it_is_written_off(road: Road, clock: FrozenClock) -> None:
    spent = issued(road, clock)
    unheard = road.shop.order("2001", codes=[spent], buyer=SARA)
    road.see(road.shop.refund("1001", 4000, "r1"))
    road.work()
    road.see(unheard)
    road.work()
    reward = road.reward("1001")
    assert reward is not None
    assert (reward.reason, road.balance("1001")) == ("reversed_after_use", -1000)
    clock.advance(days=181)
    road.work()
    assert road.balance("1001") == 0


def test_r7_unused_coupon_that_the_shop_deleted_leaves_no_debt(road: Road, clock: FrozenClock) -> None:
    code = issued(road, clock)
    delete_in_shop(road, code)
    road.see(road.shop.refund("1001", 4000, "r1"))
    road.work()
    assert road.balance("1001") == 0


def delete_in_shop(road: Road, code: str) -> None:
    gone = road.shop.coupons.pop(code)
    with road.db.begin() as session:
        effects.owe(session, road.store_id, "check_coupon", gone.ref, lane="coupons")
    road.work()


def test_reward_whose_coupon_the_shop_deleted_is_issued_anew_by_a_person(road: Road, clock: FrozenClock) -> None:
    delete_in_shop(road, issued(road, clock))
    support.reissue(agent(road), "1001")
    road.work()
    assert road.reward_coupons() == [code_of(road, "1001")]
    assert road.balance("1001") == 0


def test_r2_issued_reward_moves_with_its_order_to_another_advocate(road: Road, clock: FrozenClock) -> None:
    before, lea = issued(road, clock), another_advocate(road)
    support.link(agent(road), "1001", lea)
    road.work()
    reward = road.reward("1001")
    assert reward is not None
    assert reward.state == "issued"
    assert road.reward_coupons() == [code_of(road, "1001")] != [before]
    assert set(balances(road).values()) == {0}


def test_r2_spent_reward_of_a_moved_order_is_a_debt_of_who_spent_it(road: Road, clock: FrozenClock) -> None:
    spent, lea = issued(road, clock), another_advocate(road)
    sara = next(iter(balances(road)))
    road.see(road.shop.order("2001", codes=[spent], buyer=SARA))
    support.link(agent(road), "1001", lea)
    road.work()
    assert balances(road) == {sara: -1000, lea: 0}
    assert len(road.reward_coupons()) == 1
    buy(road, "1002")
    clock.advance(days=31)
    road.work()
    assert balances(road) == {sara: 0, lea: 0}
    assert len(road.reward_coupons()) == 1


def test_r7_debt_of_a_moved_order_is_written_off(road: Road, clock: FrozenClock) -> None:
    spent, lea = issued(road, clock), another_advocate(road)
    road.see(road.shop.order("2001", codes=[spent], buyer=SARA))
    support.link(agent(road), "1001", lea)
    clock.advance(days=181)
    road.work()
    assert set(balances(road).values()) == {0}


def test_r2_undone_move_gives_the_reward_back(road: Road, clock: FrozenClock) -> None:
    issued(road, clock)
    lea = another_advocate(road)
    someone = agent(road)
    support.link(someone, "1001", lea)
    moved = last_act(road)
    road.work()
    support.undo(someone, moved)
    road.work()
    assert road.reward_coupons() == [code_of(road, "1001")]
    assert set(balances(road).values()) == {0}
    with road.db.read() as session:
        assert session.scalars(select(Reward.advocate_id)).one() == road.advocate_id


def test_r2_link_by_hand_gives_the_friend_no_second_code(road: Road) -> None:
    claim_id, code = road.claim()
    road.see(road.shop.order("1001", codes=[code]))
    support.link(agent(road), "1001", another_advocate(road))
    from app.models import Claim

    (claim,) = road.rows(Claim, id=claim_id)
    assert [coupon.code for coupon in road.rows(Coupon, id=claim.coupon_id)] == [code]


def test_r7_rejection_undone_after_its_debt_was_settled_pays_what_was_taken(road: Road, clock: FrozenClock) -> None:
    spent = issued(road, clock)
    road.see(road.shop.order("2001", codes=[spent], buyer=SARA))
    someone = agent(road)
    support.reject(someone, "1001")
    rejection = last_act(road)
    buy(road, "1002")
    clock.advance(days=31)
    road.work()
    assert road.reward_coupons() == []
    support.undo(someone, rejection)
    road.work()
    assert len(road.reward_coupons()) == 1
    assert road.balance("1001") == road.balance("1002") == 0


def test_r7_rejection_undone_after_it_was_written_off_pays_nothing_more(road: Road, clock: FrozenClock) -> None:
    spent = issued(road, clock)
    road.see(road.shop.order("2001", codes=[spent], buyer=SARA))
    someone = agent(road)
    support.reject(someone, "1001")
    rejection = last_act(road)
    clock.advance(days=181)
    road.work()
    support.undo(someone, rejection)
    road.work()
    assert road.reward_coupons() == []
    assert road.balance("1001") == 0


def test_r18_test_order_that_changes_later_is_not_rewarded_anew(road: Road) -> None:
    _, code = road.claim(is_test=True)
    road.see(road.shop.order("1001", codes=[code], buyer=SARA))
    road.work()
    calls = len(road.shop.calls)
    road.see(road.shop.change("1001", status=OrderStatus.COMPLETED))
    road.work()
    assert [name for name, _ in road.shop.calls[calls:] if name in ("issue", "revoke")] == []


def test_r7_reward_spent_again_before_we_hear_of_a_cancellation_is_not_given_again(
    road: Road, clock: FrozenClock
) -> None:
    spent = issued(road, clock)
    road.see(road.shop.order("2001", codes=[spent], buyer=SARA))
    cancelled = road.shop.cancel("2001")
    clock.advance(hours=1)
    second = road.shop.order("2002", codes=[spent], buyer=SARA)
    for snapshot in (second, cancelled):
        road.see(snapshot)
        road.work()
    (coupon,) = road.rows(Coupon, code=spent)
    assert (coupon.used_by_order, coupon.state) == ("2002", "used")
    assert (road.reward_coupons(), road.balance("1001")) == ([], 0)
    assert len(road.rows(Coupon, purpose="reward")) == 1
