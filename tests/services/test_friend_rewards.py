"""What a friend is given beside their code, once their order has stayed, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock as app_clock
from app.domain.programs import AdvocateReward, InWords, RewardKind, Rules
from app.models import Account, Advocate, Claim, Mail, Person, Program, ProgramVersion, Store
from app.models.budgets import budget_of
from app.queries import friend_rewards, portal
from app.queries import handouts as queue
from app.services import banks, ledger_checks, support
from app.services.support import Act
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.road import Road

TEA = AdvocateReward(kind=RewardKind.GIFT, gift=InWords(en="a tea box"))
CASH = AdvocateReward(kind=RewardKind.MONEY, amount_minor=500)
TICKET = AdvocateReward(kind=RewardKind.BANK_CODE, gift=InWords(en="a cinema ticket"))


@pytest.fixture
def rules() -> Rules:
    return replace(factories.RULES, friend_reward=TEA)


def promise(road: Road, reward: AdvocateReward | None, **changes: object) -> None:
    """The program's one version promises a friend this."""
    with road.db.begin() as session:
        version = session.get_one(ProgramVersion, road.version_id)
        version.rules = replace(version.rules, friend_reward=reward, **changes)


def buy(road: Road, ref: str = "1001", **given: object) -> int:
    """A friend claims and buys; the claim's id."""
    claim_id, code = road.claim(is_test=bool(given.pop("is_test", False)))
    road.see(road.shop.order(ref, codes=[code], **given))
    return claim_id


def stay(road: Road, clock: FrozenClock) -> None:
    clock.advance(days=31)
    road.work()


def act(road: Road) -> Act:
    with road.db.begin() as session:
        account_id = session.scalars(select(Account.id)).first() or factories.account(session).id
    return Act(store_id=road.store_id, account_id=account_id, reason="into the parcel")


def state(road: Road, ref: str = "1001") -> tuple[str, str] | None:
    reward = road.reward(ref, "friend")
    return (reward.state, reward.reason) if reward else None


def sound(road: Road) -> bool:
    return list(ledger_checks.differences(road.store_id)) == []


def test_r3_r5_both_sides_of_one_order_have_a_reward_each_after_the_same_hold(road: Road, clock: FrozenClock) -> None:
    buy(road)
    assert state(road) == ("held", "on_hold")
    stay(road, clock)
    assert state(road) == ("due", "to_hand_out")
    (row,) = queue.waiting(road.store_id)
    assert (row.order_ref, row.is_friends, row.name, row.email) == ("1001", True, None, None)
    support.hand_out(act(road), [row.reward_id])
    assert state(road) == ("issued", "issued")
    assert road.entries("1001", "friend") == [("earned", 1), ("issued", -1)]
    assert road.entries("1001") == [("earned", 1000), ("issued", -1000)]
    assert sound(road)


def test_the_advocates_page_says_nothing_of_it(road: Road, clock: FrozenClock) -> None:
    buy(road)
    with road.db.read() as session:
        page = portal.page(road.store_id, session.get_one(Advocate, road.advocate_id).person_id)
    assert page is not None
    assert [each.kind for each in page.places[0].rewards] == ["fixed"]


@pytest.mark.parametrize(("is_verified", "told"), [(True, 1), (False, 0)])
def test_r15_only_a_friend_who_confirmed_an_address_is_mailed(
    road: Road, clock: FrozenClock, is_verified: bool, told: int
) -> None:
    claim_id = buy(road)
    with road.db.begin() as session:
        friend = factories.person(session, session.get_one(Store, road.store_id), "Karim", "karim@mail.test")
        claim = session.get_one(Claim, claim_id)
        claim.person_id, claim.verified_at = friend.id, app_clock.now() if is_verified else None
        friend_id = friend.id
    stay(road, clock)
    support.hand_out(act(road), [row.reward_id for row in queue.waiting(road.store_id)])
    road.work()
    with road.db.read() as session:
        mails = session.scalars(select(Mail).where(Mail.person_id == friend_id)).all()
    assert [each.template for each in mails] == ["friend_reward"] * told
    assert all("a tea box" in (each.text or "") for each in mails)


def test_a_code_of_the_bank_stands_on_the_page_of_the_claim(road: Road, clock: FrozenClock) -> None:
    promise(road, TICKET)
    banks.bring(road.store_id, act(road).account_id, road.program_id, ["CINEMA-1"])
    claim_id = buy(road)
    promised = friend_rewards.of_claim(claim_id)
    assert promised is not None
    assert promised.reward is not None
    assert (promised.reward.state, promised.reward.bank_code) == ("held", None)
    stay(road, clock)
    given = friend_rewards.of_claim(claim_id)
    assert given is not None
    assert given.reward is not None
    assert (given.reward.state, given.reward.bank_code) == ("issued", "CINEMA-1")


def test_r7_a_refund_before_it_is_given_takes_it_back(road: Road, clock: FrozenClock) -> None:
    buy(road)
    stay(road, clock)
    road.see(road.shop.refund("1001", 4000, "r1"))
    assert state(road) == ("revoked", "refunded")
    assert queue.waiting(road.store_id) == ()
    assert sound(road)


def test_r7_what_was_given_is_never_asked_back_and_no_advocate_pays_for_it(road: Road, clock: FrozenClock) -> None:
    promise(road, CASH)
    buy(road)
    stay(road, clock)
    support.hand_out(act(road), [row.reward_id for row in queue.waiting(road.store_id)])
    road.see(road.shop.refund("1001", 4000, "r1"))
    road.work()
    assert state(road) == ("issued", "reversed_after_giving")
    buy(road, "1002")
    stay(road, clock)
    assert road.entries("1002") == [("earned", 1000), ("issued", -1000)]
    assert [kind for kind, _ in road.entries("1002", "friend")] == ["earned"]
    clock.advance(days=180)
    road.work()
    assert road.entries("1001", "friend")[-1] == ("written_off", 500)
    assert sound(road)


def test_r8_an_order_that_is_restored_promises_it_again(road: Road, clock: FrozenClock) -> None:
    buy(road)
    road.see(road.shop.cancel("1001"))
    assert state(road) == ("revoked", "cancelled")
    road.see(road.shop.change("1001", status=road.shop.orders["1001"].status.PROCESSING, cancelled_at=None))
    assert state(road) == ("held", "on_hold")


def test_r10_a_cap_on_the_advocates_rewards_is_no_matter_of_the_friend(road: Road, clock: FrozenClock) -> None:
    promise(road, TEA, cap_rewards=1)
    buy(road)
    buy(road, "1002")
    assert road.reward("1002") is None
    assert state(road, "1002") == ("held", "on_hold")
    assert sound(road)


def test_r10_the_budget_counts_what_friends_are_given(road: Road, clock: FrozenClock) -> None:
    """15 % of a usual order of 60.00 is 9.00; with the 10.00 and the 5.00 a code holds 24.00. An order of 40.00 with
    6.00 off, and its two rewards, come to 21.00."""
    promise(road, CASH, budget_minor=100_000, budget_order_minor=6000)
    buy(road)
    with road.db.read() as session:
        rules = session.get_one(ProgramVersion, road.version_id).rules
        budget = budget_of(session, road.store_id, road.program_id, rules, "UTC", app_clock.now())
    assert budget is not None
    assert (budget.a_code_minor, budget.spent_minor) == (2400, 2100)


def test_r11_the_claim_fixes_what_its_friend_is_promised(road: Road, clock: FrozenClock) -> None:
    _, code = road.claim()
    with road.db.begin() as session:
        program = session.get_one(Program, road.program_id)
        factories.version(session, program, factories.RULES, number=2, fingerprint="e" * 16)
    road.see(road.shop.order("1001", codes=[code]))
    assert state(road) == ("held", "on_hold")


def test_who_took_no_code_from_our_page_was_promised_nothing(road: Road, clock: FrozenClock) -> None:
    """An order that is linked by hand earns the advocate, and nobody promised its buyer anything."""
    road.see(road.shop.order("1001"))
    with road.db.read() as session:
        code = session.get_one(Advocate, road.advocate_id).code
    support.link(act(road), "1001", code)
    assert road.reward("1001") is not None
    assert state(road) is None


def test_the_friend_keeps_it_when_the_order_counts_for_another_advocate(road: Road, clock: FrozenClock) -> None:
    claim_id = buy(road)
    with road.db.begin() as session:
        version, store = session.get_one(ProgramVersion, road.version_id), session.get_one(Store, road.store_id)
        lea = factories.advocate(session, version, factories.person(session, store, "Lea"))
        session.get_one(Claim, claim_id).advocate_id = lea.id
        lea_id = lea.id
    road.see(road.shop.change("1001", updated_at=app_clock.now() + timedelta(seconds=5)))
    theirs, friends = road.reward("1001"), road.reward("1001", "friend")
    assert theirs is not None
    assert friends is not None
    assert (theirs.advocate_id, friends.state) == (lea_id, "held")
    assert road.entries("1001", "friend") == [("earned", 1)]


def test_one_release_by_hand_is_of_both(road: Road, clock: FrozenClock) -> None:
    buy(road)
    support.release(act(road), "1001")
    road.work()
    assert state(road) == ("due", "to_hand_out")
    reward = road.reward("1001")
    assert reward is not None
    assert reward.state == "issued"


def test_r18_a_test_order_hands_nothing_to_anybody(road: Road, clock: FrozenClock) -> None:
    buy(road, is_test=True)
    road.work()
    assert state(road) == ("revoked", "test_order")
    assert queue.waiting(road.store_id) == ()


def test_a_person_is_not_enrolled_by_it(road: Road, clock: FrozenClock) -> None:
    """R17: nobody becomes an advocate by being given something."""
    buy(road)
    stay(road, clock)
    with road.db.read() as session:
        assert len(session.scalars(select(Advocate.id)).all()) == 1
        assert len(session.scalars(select(Person.id)).all()) == 1
