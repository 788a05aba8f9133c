"""What a shop does to coupons of ours without telling, and what the rules make of it (R7, R12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.extensions import db
from app.models import Claim, Coupon, StoreLook, Task
from app.services import coupon_checks
from app.services.connections import connection
from integrations.events import Money
from tests.engines.frozen import FrozenClock
from tests.paper_shop import PaperCoupon
from tests.road import Road


def compared(road: Road) -> None:
    """A look was taken, and what it found odd was followed."""
    coupon_checks.look(connection(road.store_id), road.store_id, {})
    road.work()


@pytest.fixture
def known(road: Road, clock: FrozenClock) -> Road:
    """A road whose coupons have all been looked up once, more than a day ago."""
    while [each for each in road.rows(Coupon, state="ready") if each.compared_at is None]:
        compared(road)
    clock.advance(days=1, minutes=1)
    road.shop.calls.clear()
    return road


def coupon(road: Road, code: str) -> Coupon:
    return road.rows(Coupon, code=code)[0]  # type: ignore[no-any-return]


def held_by(road: Road, claim_id: int) -> str:
    """The code that the friend's page shows."""
    claim = road.rows(Claim, id=claim_id)[0]
    assert claim.coupon_id is not None
    return str(road.rows(Coupon, id=claim.coupon_id)[0].code)


def tasks(road: Road) -> list[tuple[str, str]]:
    with road.db.read() as session:
        return [(each.kind, each.reason) for each in session.scalars(select(Task).order_by(Task.id))]


def ready(road: Road) -> list[str]:
    return [each.code for each in road.rows(Coupon, state="ready", purpose="shelf")]


def edited(road: Road, code: str, **changes: object) -> None:
    held = road.shop.coupons[code]
    held.spec = replace(held.spec, **changes)  # type: ignore[arg-type]


def rewarded(road: Road, clock: FrozenClock) -> Coupon:
    """An advocate's coupon that was sent."""
    _, code = road.claim()
    road.see(road.shop.order("1001", codes=[code]))
    clock.advance(days=40)
    road.work()
    reward = road.reward("1001")
    assert reward is not None
    assert reward.coupon_id is not None
    return road.rows(Coupon, id=reward.coupon_id)[0]  # type: ignore[no-any-return]


def test_what_stands_as_it_should_costs_one_call_a_day(known: Road, clock: FrozenClock) -> None:
    known.claim()
    before = [(each.code, each.state) for each in known.rows(Coupon)]
    for _ in range(4):
        compared(known)
        clock.advance(minutes=15)
    assert [name for name, count in known.shop.calls if name == "show" and count] == ["show"]
    assert before == [(each.code, each.state) for each in known.rows(Coupon)][: len(before)]
    assert tasks(known) == []


def test_each_new_coupon_is_looked_up_once_for_doubles(road: Road) -> None:
    compared(road)
    finds = [name for name, _ in road.shop.calls].count("find")
    assert finds == len(ready(road))
    compared(road)
    assert [name for name, _ in road.shop.calls].count("find") == finds


def test_r12_a_friend_whose_coupon_was_deleted_gets_another(known: Road) -> None:
    claim_id, code = known.claim()
    del known.shop.coupons[code]
    compared(known)
    assert (coupon(known, code).state, coupon(known, code).reason) == ("revoked", "deleted_in_store")
    assert held_by(known, claim_id) != code
    assert held_by(known, claim_id) in known.shop.coupons


def test_a_deleted_coupon_of_the_shelf_is_never_handed_out_and_is_made_good(known: Road) -> None:
    code, full = ready(known)[0], len(ready(known))
    del known.shop.coupons[code]
    compared(known)
    assert code not in ready(known)
    assert len(ready(known)) == full


@pytest.mark.parametrize(
    "change",
    [
        {"basis_points": 100},
        {"amount": Money(1, "EUR")},
        {"minimum": Money(999_00, "EUR")},
        {"locked_email": "somebody@mail.test"},
        {"combines": True},
    ],
)
def test_r12_a_friend_whose_coupon_was_edited_gets_what_was_promised(known: Road, change: dict[str, object]) -> None:
    claim_id, code = known.claim()
    edited(known, code, **change)
    compared(known)
    assert held_by(known, claim_id) != code
    assert code not in known.shop.coupons, "one discount a claim"
    assert [kind for kind, _ in tasks(known)] == ["coupon_edited"]
    compared(known)
    assert len(tasks(known)) == 1


def test_r12_a_life_shorter_than_the_date_shown_is_an_edit_and_a_longer_one_is_none(
    known: Road, clock: FrozenClock
) -> None:
    (_, longer), (claim_id, shorter) = known.claim(), known.claim()
    known.work()  # narrowed to the date shown
    edited(known, longer, expires_at=clock.now + timedelta(days=300))
    edited(known, shorter, expires_at=clock.now + timedelta(days=1))
    compared(known)
    assert coupon(known, longer).state == "claimed"
    assert held_by(known, claim_id) != shorter


def test_our_own_narrowing_is_nobodys_edit(known: Road) -> None:
    """A worker was killed between its call and its note of it."""
    claim_id, code = known.claim()
    edited(known, code, expires_at=known.rows(Claim, id=claim_id)[0].expires_at)
    coupon_checks.look(connection(known.store_id), known.store_id, {})
    coupon_checks.check(known.store_id, known.shop.coupons[code].ref)
    assert held_by(known, claim_id) == code


def test_an_edited_coupon_of_the_shelf_goes(known: Road) -> None:
    code, full = ready(known)[0], len(ready(known))
    edited(known, code, basis_points=9000)
    compared(known)
    assert code not in known.shop.coupons
    assert (len(ready(known)), tasks(known)) == (full, [])


def test_r7_a_reward_that_was_edited_or_deleted_waits_for_a_person(
    known: Road, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = rewarded(known, clock)
    compared(known)
    clock.advance(days=2)
    edited(known, sent.code, minimum=Money(500_00, "EUR"))
    compared(known)
    assert tasks(known) == [("reward_coupon_edited", "minimum")]
    assert coupon(known, sent.code).state == "ready"
    clock.advance(days=2)
    del known.shop.coupons[sent.code]
    compared(known)
    assert [kind for kind, _ in tasks(known)] == ["reward_coupon_edited", "reward_coupon_deleted"]


def walked(road: Road, clock: FrozenClock) -> None:
    """Every order was walked through just now."""
    with db.begin() as session:
        row = session.scalars(select(StoreLook).where(StoreLook.kind == "orders")).first()
        if row is None:
            row = StoreLook(store_id=road.store_id, kind="orders", next_at=clock.now, problem="", memory={})
            session.add(row)
        row.looked_at = clock.now


def test_r12_a_coupon_that_nobody_claimed_and_no_order_shows_burns_its_shelf(known: Road, clock: FrozenClock) -> None:
    code, others = ready(known)[0], set(ready(known))
    known.shop.coupons[code].uses = 1
    walked(known, clock)
    compared(known)
    assert coupon(known, code).state == "ready", "its order may be on its way"
    clock.advance(minutes=25)
    walked(known, clock)
    known.work()
    assert coupon(known, code).state == "used"
    assert others.isdisjoint(ready(known))
    assert tasks(known) == [("unclaimed_coupon_used", "unclaimed_coupon_used")]


def test_a_claimed_coupon_whose_order_comes_late_is_no_alarm(known: Road, clock: FrozenClock) -> None:
    _, code = known.claim()
    order = known.shop.order("1001", codes=[code])
    walked(known, clock)
    compared(known)
    known.see(order)
    clock.advance(minutes=25)
    walked(known, clock)
    known.work()
    assert (coupon(known, code).used_by_order, tasks(known)) == ("1001", [])


def test_a_claimed_coupon_that_no_order_used_waits_for_a_person_once(known: Road, clock: FrozenClock) -> None:
    _, code = known.claim()
    known.shop.coupons[code].uses = 1
    for _ in range(3):
        compared(known)
        clock.advance(minutes=25)
        walked(known, clock)
        known.work()
        clock.advance(days=1)
    assert tasks(known) == [("coupon_used_unseen", "no_order_used_it")]


def test_of_doubles_the_one_that_is_left_is_ours(road: Road) -> None:
    """The platform's look-up removes doubles; it may be the one that we knew that went."""
    code = ready(road)[0]
    road.shop.coupons[code] = PaperCoupon("the other", road.shop.coupons[code].spec)
    compared(road)
    assert coupon(road, code).coupon_ref == "the other"
