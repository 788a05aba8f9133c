"""Credit, gift cards and tags that the store keeps: given once, whatever gets lost on the way; taken back unless they
were used (R5, R7, R18), on both databases, over the paper shop's road."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app import clock as app_clock
from app.domain.errors import AnswersRefused
from app.domain.programs import AdvocateReward, InWords, RewardKind, Rules
from app.models import Account, AuditEntry, Grant, Mail, Task
from app.services import programs, support
from app.services.support import Act
from integrations import registry
from integrations.errors import ItemRefused, RemoteOutcomeUnknown, RemoteUnavailable
from integrations.events import Refund
from tests import factories, paper_shop
from tests.engines.frozen import FrozenClock
from tests.paper_shop import eur
from tests.road import Road

CREDIT = AdvocateReward(kind=RewardKind.STORE_CREDIT, amount_minor=1000)
CARD = AdvocateReward(kind=RewardKind.GIFT_CARD, amount_minor=1000)
TAG = AdvocateReward(kind=RewardKind.TAG, tag="tea-club", gift=InWords(en="a place in our tea club"))
SARA = "sara@mail.test"
each_kind = pytest.mark.parametrize("reward", [CREDIT, CARD, TAG], ids=lambda reward: reward.kind.value)


@pytest.fixture
def reward() -> AdvocateReward:
    return CREDIT


@pytest.fixture
def rules(reward: AdvocateReward) -> Rules:
    return replace(factories.RULES, reward=reward)


@pytest.fixture(autouse=True)
def account(road: Road) -> None:
    """Sara has an account at the shop."""
    road.shop.keeper.accounts[SARA] = "c7"


def buy(road: Road, ref: str = "1001") -> None:
    _, code = road.claim()
    road.see(road.shop.order(ref, codes=[code]))


def earn(road: Road, clock: FrozenClock, ref: str = "1001") -> None:
    """A friend's order has stayed."""
    buy(road, ref)
    clock.advance(days=31)
    road.work()


def stands(road: Road, ref: str = "1001") -> tuple[str, str]:
    found = road.reward(ref)
    assert found is not None
    return found.state, found.reason


def worth(road: Road) -> int:
    return road.entries("1001")[0][1]


def grants(road: Road) -> list[str]:
    with road.db.read() as session:
        return list(session.scalars(select(Grant.state).order_by(Grant.id)))


def mails(road: Road) -> int:
    with road.db.read() as session:
        return len(session.scalars(select(Mail).where(Mail.template == "reward_handed_out")).all())


def send_back(road: Road, ref: str = "1001") -> None:
    road.see(road.shop.refund(ref, 4000, f"r-{ref}"))
    road.work()


@each_kind
def test_r5_the_store_keeps_it_and_the_advocate_is_told_once(road: Road, clock: FrozenClock) -> None:
    earn(road, clock)
    (kept,) = road.shop.keeper.kept
    assert stands(road) == ("issued", "issued")
    assert road.entries("1001") == [("earned", worth(road)), ("issued", -worth(road))]
    assert mails(road) == 1
    assert road.reward_coupons() == []
    told = (kept.grant.customer_ref, kept.grant.amount, kept.grant.tag, len(kept.grant.code))
    assert told in [("c7", eur(1000), "", 0), ("", eur(1000), "", 18), ("c7", None, "tea-club", 0)]


@each_kind
def test_a_lost_answer_is_looked_up_and_never_repeated_blindly(road: Road, clock: FrozenClock) -> None:
    road.shop.keeper.lost = [RemoteOutcomeUnknown("answer_timeout")]
    earn(road, clock)
    assert stands(road) == ("due", "due")
    road.work()  # at once: the request may still be at work there
    assert road.shop.keeper.calls.count("give") == 1
    clock.advance(minutes=10)
    road.work()
    assert stands(road) == ("issued", "issued")
    assert (len(road.shop.keeper.kept), road.shop.keeper.calls.count("give")) == (1, 1)


@each_kind
def test_a_request_that_never_arrived_is_made_once_more_after_the_look(road: Road, clock: FrozenClock) -> None:
    road.shop.keeper.trouble = [RemoteOutcomeUnknown("connection_lost")]
    earn(road, clock)
    clock.advance(minutes=10)
    road.work()
    assert stands(road) == ("issued", "issued")
    assert road.shop.keeper.calls[-3:].count("find") == 1
    assert len(road.shop.keeper.kept) == 1


def test_a_worker_killed_after_the_call_gives_nothing_twice(
    road: Road, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    road.shop.keeper.lost = [KeyboardInterrupt()]  # type: ignore[list-item]  # what ends a worker
    buy(road)
    clock.advance(days=31)
    with pytest.raises(KeyboardInterrupt):
        road.work()
    assert grants(road) == ["giving"]
    clock.advance(minutes=10)
    monkeypatch.setattr("app.clock.real_now", lambda: datetime.now(UTC) + timedelta(days=1))  # its lease is over
    road.work()
    assert (stands(road), len(road.shop.keeper.kept)) == (("issued", "issued"), 1)


def test_what_surely_did_not_happen_is_asked_for_again_without_a_look(road: Road, clock: FrozenClock) -> None:
    road.shop.keeper.trouble = [RemoteUnavailable("connection_refused")]
    earn(road, clock)
    assert grants(road) == ["planned"]
    clock.advance(minutes=10)
    road.work()
    assert stands(road) == ("issued", "issued")
    assert "find" not in road.shop.keeper.calls


def test_two_rewards_of_one_amount_are_told_apart_when_one_answer_is_lost(road: Road, clock: FrozenClock) -> None:
    """The store keeps no key of ours: what belongs to the first is not taken for the second's."""
    earn(road, clock)
    road.shop.keeper.trouble = [RemoteOutcomeUnknown("connection_lost")]
    earn(road, clock, "1002")
    clock.advance(minutes=10)
    road.work()
    assert stands(road, "1002") == ("issued", "issued")
    assert len(road.shop.keeper.kept) == 2


def test_a_refusal_waits_for_a_person_who_gives_it_anew(road: Road, clock: FrozenClock) -> None:
    road.shop.keeper.trouble = [ItemRefused("limit_exceeded")]
    earn(road, clock)
    assert stands(road) == ("failed", "store_refused")
    with road.db.begin() as session:
        assert session.scalars(select(Task.kind)).all() == ["grant_refused"]
        act = Act(store_id=road.store_id, account_id=factories.account(session).id, reason="the limit was raised")
    support.reissue(act, "1001")
    road.work()
    assert stands(road) == ("issued", "issued")
    assert road.balance("1001") == 0


def test_credit_waits_for_an_account_and_comes_once_there_is_one(road: Road, clock: FrozenClock) -> None:
    road.shop.keeper.accounts.clear()
    earn(road, clock)
    assert stands(road) == ("due", "waiting_account")
    assert "give" not in road.shop.keeper.calls
    road.shop.keeper.accounts[SARA] = "c7"
    clock.advance(days=1)
    road.work()
    assert stands(road) == ("issued", "issued")


@each_kind
def test_r7_what_was_not_used_is_taken_back(road: Road, clock: FrozenClock) -> None:
    earn(road, clock)
    send_back(road)
    assert (stands(road), road.shop.keeper.kept, road.balance("1001")) == (("revoked", "refunded"), [], 0)
    assert grants(road) == ["returned"]


@each_kind
def test_r7_what_was_used_is_a_debt_and_nobody_is_charged(road: Road, clock: FrozenClock) -> None:
    earn(road, clock)
    road.shop.keeper.kept[0].used = True
    send_back(road)
    assert (stands(road), road.balance("1001")) == (("issued", "reversed_after_use"), -worth(road))
    assert grants(road) == ["given"]
    earn(road, clock, "1002")
    assert (stands(road, "1002"), road.balance("1001")) == (("issued", "netted"), 0)
    assert len(road.shop.keeper.kept) == 1


def test_already_gone_is_success_and_a_lost_answer_takes_nothing_twice(road: Road, clock: FrozenClock) -> None:
    earn(road, clock)
    road.shop.keeper.lost_back = [RemoteOutcomeUnknown("answer_timeout")]
    send_back(road)
    clock.advance(minutes=10)
    road.work()
    assert (stands(road), road.balance("1001")) == (("revoked", "refunded"), 0)
    assert road.shop.keeper.calls.count("take_back") == 2


def test_r7_a_change_while_the_answer_is_lost_ends_with_what_is_deserved(road: Road, clock: FrozenClock) -> None:
    """Given, but the order went back before we knew: it is taken back, and nothing is on the books."""
    road.shop.keeper.lost = [RemoteOutcomeUnknown("answer_timeout")]
    earn(road, clock)
    send_back(road)
    clock.advance(minutes=10)
    road.work()
    assert (stands(road), road.shop.keeper.kept, road.balance("1001")) == (("revoked", "refunded"), [], 0)
    assert ("issued", -1000) not in road.entries("1001")


def test_a_return_before_the_store_was_asked_asks_for_nothing(road: Road, clock: FrozenClock) -> None:
    road.shop.keeper.accounts.clear()
    earn(road, clock)
    send_back(road)
    road.shop.keeper.accounts[SARA] = "c7"
    clock.advance(days=2)
    road.work()
    assert (stands(road), road.shop.keeper.kept) == (("revoked", "refunded"), [])


@pytest.mark.parametrize("reward", [TAG], ids=["tag"])
def test_a_tag_stays_while_another_friend_still_earns_it(road: Road, clock: FrozenClock) -> None:
    earn(road, clock)
    earn(road, clock, "1002")
    send_back(road)
    assert (stands(road), len(road.shop.keeper.kept)) == (("revoked", "refunded"), 2)
    send_back(road, "1002")
    assert (stands(road, "1002"), len(road.shop.keeper.kept)) == (("revoked", "refunded"), 1)


def test_r7_an_order_that_counts_again_keeps_what_was_not_taken_yet(road: Road, clock: FrozenClock) -> None:
    earn(road, clock)
    road.see(road.shop.change("1001", refunds=(Refund(refund_ref="r", amount=eur(4000)),), refunded=eur(4000)))
    road.see(road.shop.change("1001", refunds=(), refunded=eur(0)))
    road.work()
    assert (stands(road), len(road.shop.keeper.kept), road.balance("1001")) == (("issued", "issued"), 1, 0)


def test_r18_a_test_order_leaves_nothing_in_anybodys_account(road: Road, clock: FrozenClock) -> None:
    _, code = road.claim(is_test=True)
    road.see(road.shop.order("1001", codes=[code]))
    road.work()
    assert (stands(road)[0], road.shop.keeper.kept) == ("revoked", [])


def test_after_a_backup_the_store_is_asked_before_it_gives_once_more(road: Road, clock: FrozenClock) -> None:
    buy(road)
    clock.advance(days=31)
    with road.db.begin() as session:
        account_id = session.scalars(select(Account.id)).first() or factories.account(session).id
        restore = {"verb": "restore", "subject": "store", "reason": "", "evidence": {}}
        session.add(AuditEntry(store_id=road.store_id, account_id=account_id, at=app_clock.now(), **restore))
    road.work()
    assert road.shop.keeper.calls == ["customer", "find", "give"]
    assert (stands(road), len(road.shop.keeper.kept)) == (("issued", "issued"), 1)


def test_nothing_of_a_person_stands_readable_in_the_database(road: Road, clock: FrozenClock) -> None:
    """R14: the account of the store and the code of a gift card lie encrypted."""
    earn(road, clock)
    with road.db.read() as session:
        raw = session.execute(select(Grant.__table__.c.customer_ref.label("raw")).limit(1))
        assert raw.scalar_one() == "c7"
        assert b"c7" not in session.connection().exec_driver_sql("SELECT customer_ref FROM grants").scalar_one()


@pytest.mark.parametrize(
    ("reward", "lacks", "reason"),
    [
        (CREDIT, "store_credit", "no_store_credit_here"),
        (CARD, "gift_cards", "no_gift_cards_here"),
        (TAG, "tags", "no_tags_here"),
    ],
    ids=["credit", "card", "tag"],
)
def test_a_platform_without_it_is_told_when_the_program_is_saved(
    road: Road, rules: Rules, lacks: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs.review(road.store_id, "Tea", rules)
    lacking = replace(paper_shop.platform(road.shop), **{lacks: None})  # type: ignore[arg-type]
    monkeypatch.setitem(registry.BY_KEY, paper_shop.KEY, lacking)
    with pytest.raises(AnswersRefused) as refused:
        programs.review(road.store_id, "Tea", rules)
    assert [(each.field, each.reason) for each in refused.value.faults] == [("reward.kind", reason)]
