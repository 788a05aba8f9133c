"""Random histories of several advocates in three programs, with tiers, boosts, caps and points: whatever happens to
their orders, and however the news of it comes, each order has one attribution, each cause one reward, and the ledger
says what was seen (R3, R7, R8, R10). `make test-long SEED=7` looks for longer.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app import clock as app_clock
from app.domain.errors import DomainError
from app.domain.ledger import PROMISE
from app.domain.programs import AdvocateReward, Boost, Price, RewardKind, Tier
from app.domain.referrals import EntryKind
from app.extensions import Database
from app.models import Advocate, Attribution, Effect, LedgerEntry, Reward
from app.services import decisions, ledger_checks, orders, redemptions
from app.services.redemptions import Wish
from app.worker.loop import run_until_idle
from integrations import registry
from integrations.events import Buyer, OrderSnapshot
from tests import factories, paper_shop
from tests.engines.frozen import START, FrozenClock
from tests.paper_shop import PaperShop
from tests.services.test_arrival import happen, valid

LONG = os.environ.get("GOODWORD_LONG_SEED")
FEW, MANY = (400, 400) if LONG else (12, 6)
CONSONANTS = "BCDFGHJKMNPQRSTVWXYZ"
ORDERS = tuple(str(number) for number in range(1, 10))
POINTED_ORDERS = ORDERS[7:]  # of the program that pays points
CHANGES = ("complete", "refund_some", "refund_rest", "cancel", "edit", "hold", "same")
STORIES = st.lists(st.tuples(st.sampled_from(ORDERS), st.sampled_from(CHANGES)), max_size=12)
# An order changes and we hear of it at once, late or never; time passes and what is due is done.
LIVES = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(ORDERS), st.sampled_from(CHANGES), st.sampled_from(("now", "late", "never"))),
        st.tuples(st.sampled_from((1, 20, 31))),
        st.tuples(st.just("exchange"), st.sampled_from((1, 2))),
        st.tuples(st.sampled_from(POINTED_ORDERS), st.sampled_from(("refund_rest", "cancel")), st.just("now")),
    ),
    max_size=14,
)
TWENTY = AdvocateReward(kind=RewardKind.FIXED, amount_minor=2000)
QUARTER_OFF = AdvocateReward(kind=RewardKind.PERCENT, basis_points=2500)
TENTH = AdvocateReward(kind=RewardKind.ORDER_SHARE, basis_points=1000)
CAPPED = replace(
    factories.RULES,
    tiers=(Tier(from_rank=2, reward=TWENTY), Tier(from_rank=3, reward=QUARTER_OFF)),
    cap_rewards=3,
)
BOOSTED = replace(
    factories.RULES,
    reward=TENTH,
    friend_reward=AdvocateReward(kind=RewardKind.MONEY, amount_minor=100),
    tiers=(Tier(from_rank=2, reward=TWENTY),),
    boosts=(Boost(starts_at=START + timedelta(hours=2), ends_at=START + timedelta(hours=5), factor_points=20_000),),
)


POINTED = replace(
    factories.RULES,
    hold_days=0,
    reward=AdvocateReward(kind=RewardKind.POINTS, points=100, price=Price(points=50, amount_minor=500)),
    tiers=(),
)


@contextmanager
def town(clock: FrozenClock) -> Iterator[PaperShop]:
    """An empty shop, at the same instant for every history."""
    clock.move_to(START)
    shop = PaperShop()
    registry.BY_KEY[paper_shop.KEY] = paper_shop.platform(shop)
    try:
        yield shop
    finally:
        del registry.BY_KEY[paper_shop.KEY]


def code(ref: str) -> str:
    """The code that the order's friend took."""
    return valid(CONSONANTS[int(ref)] * 8)


def settle_in(db: Database) -> int:
    """A store with two advocates in one program and one in another, and a code for each order's friend; its id."""
    with db.begin() as session:
        session.execute(delete(Effect))  # what an earlier history left to be done
        store = factories.store(session)
        factories.installation(session, store, platform=paper_shop.KEY, credentials=paper_shop.CREDENTIALS)
        capped = factories.program(session, store, CAPPED, fingerprint=f"{store.id:016}")
        pointed = factories.program(session, store, POINTED, fingerprint=f"{store.id:014}pt")
        boosted = factories.program(session, store, BOOSTED, fingerprint=f"{store.id:015}b")
        who = [
            factories.advocate(session, each, factories.person(session, store))
            for each in (capped, capped, boosted, pointed)
        ]
        parts = ((capped, who[0]), (boosted, who[2]), (capped, who[0]), (capped, who[1]), (pointed, who[3]))
        for place, ref in enumerate(ORDERS):
            version, advocate = parts[place % 4 if place < 7 else 4]
            coupon = factories.coupon(session, version, code=code(ref), state="claimed")
            factories.claim(session, version, advocate, coupon=coupon, expires_at=app_clock.now() + timedelta(days=99))
        return store.id


def place(shop: PaperShop, ref: str) -> OrderSnapshot:
    """A friend orders with their code, hours after the one before, those of points at once; two are one buyer."""
    at = app_clock.now() + timedelta(hours=0 if ref in POINTED_ORDERS else int(ref))
    buyer = Buyer(email=f"friend-{6 if ref == '7' else ref}@mail.test", name="Karim Saleh")
    return shop.order(ref, codes=[code(ref)], placed_at=at, paid_at=at, updated_at=at, buyer=buyer)


def hear(db: Database, store_id: int, snapshot: OrderSnapshot) -> None:
    """The snapshot arrives and is decided about."""
    with db.begin() as session:
        if orders.see(session, store_id, snapshot, source="webhook", seen_at=app_clock.now()):
            decisions.settle(session, store_id, snapshot.order_ref)


def standing(db: Database, store_id: int) -> list[Any]:
    """What was decided, and what is promised for it; looks that are owed at orders ranking later are taken first."""
    for _round in range(2):
        for ref in ORDERS:
            with db.begin() as session:
                decisions.settle(session, store_id, ref)
    with db.read() as session:
        decided = select(Attribution.order_ref, Attribution.state, Attribution.reason, Attribution.figures)
        promised = select(Reward.cause_ref, Reward.side, Reward.kind, Reward.currency, Reward.worth_minor, Reward.rank)
        return [
            session.execute(decided.where(Attribution.store_id == store_id).order_by(Attribution.order_ref)).all(),
            session.execute(
                promised.where(Reward.store_id == store_id, Reward.state != "revoked").order_by(
                    Reward.cause_ref, Reward.side
                )
            ).all(),
        ]


def assert_sound(db: Database, store_id: int) -> None:
    """R3, R7 and R8 as they stand in the tables."""
    with db.read() as session:
        rewards = session.scalars(select(Reward).where(Reward.store_id == store_id)).all()
        entries = session.scalars(select(LedgerEntry).where(LedgerEntry.store_id == store_id)).all()
        decided = Counter(session.scalars(select(Attribution.order_ref).where(Attribution.store_id == store_id)))
    assert max(decided.values(), default=1) == 1
    assert max(Counter((each.cause_kind, each.cause_ref, each.side) for each in rewards).values(), default=1) == 1
    for reward in rewards:
        mine = [each for each in entries if each.reward_id == reward.id and each.kind != "spent"]
        left = sum(each.amount_minor for each in mine)
        assert reward.worth_minor == sum(each.amount_minor for each in mine if EntryKind(each.kind) in PROMISE) >= 0
        if reward.state == "revoked":
            assert left == 0
        if left < 0:
            assert reward.state == "issued"
            assert "reversed" in {each.kind for each in mine}
        if reward.state in ("held", "due"):
            assert left > 0
    assert_points_add_up(rewards, entries)
    assert list(ledger_checks.differences(store_id)) == []


def assert_points_add_up(rewards: Sequence[Reward], entries: Sequence[LedgerEntry]) -> None:
    """R7: never were more points spent than credited, and no balance is below zero without an entry that says why."""
    points = sorted((each for each in entries if each.currency == "PTS"), key=lambda each: each.id)
    account: Counter[int] = Counter()
    for each in points:
        if each.kind in ("issued", "returned"):
            account[each.advocate_id] -= each.amount_minor
        if each.kind == "spent":
            account[each.advocate_id] += each.amount_minor
        assert account[each.advocate_id] >= 0
    for reward in rewards:
        left = sum(each.amount_minor for each in points if each.reward_id == reward.id and each.kind != "spent")
        taken_back = {each.kind for each in points if each.reward_id == reward.id}
        assert left >= 0 or "reversed" in taken_back
        if reward.cause_kind == "redemption":
            spent = sum(each.amount_minor for each in points if each.reward_id == reward.id)
            assert reward.worth_minor * 50 == -spent * 500


def exchange(db: Database, store_id: int, coupons: int, nonce: str) -> None:
    """Whoever has points exchanges them, twice by the same form; who has too few is told so."""
    with db.read() as session:
        rows = select(Advocate.person_id, Advocate.program_id).where(Advocate.store_id == store_id)
        person_id, program_id = session.execute(rows.order_by(Advocate.id.desc())).first() or (0, 0)
    wish = Wish(store_id=store_id, person_id=person_id, program_id=program_id, coupons=coupons, nonce=nonce)
    for _ in range(2):
        with suppress(DomainError):
            redemptions.redeem(wish)


def history(examples: int) -> Any:
    """A short search in every run; a long one from a seed by `make test-long`."""

    def wrap(test: Any) -> Any:
        known = settings(
            max_examples=examples,
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        )
        return known(seed(int(LONG))(test) if LONG else test)

    return wrap


@history(FEW)
@given(story=STORIES, data=st.data())
@pytest.mark.engines("sqlite")
def test_r8_histories_end_alike_in_any_order_of_arrival(
    db: Database, clock: FrozenClock, story: list[tuple[str, str]], data: st.DataObject
) -> None:
    with town(clock) as shop:
        snapshots = [place(shop, ref) for ref in ORDERS]
        snapshots += [happen(shop, ref, change, number) for number, (ref, change) in enumerate(story)]
        told = settle_in(db)
        for snapshot in snapshots:
            hear(db, told, snapshot)
        last = {each.order_ref: each for each in snapshots}
        merged = [each for each in snapshots if each not in last.values() and data.draw(st.booleans())]
        doubled = data.draw(st.lists(st.sampled_from(snapshots), max_size=4))
        heard = settle_in(db)
        for snapshot in data.draw(st.permutations([*last.values(), *merged, *doubled])):
            hear(db, heard, snapshot)
        assert standing(db, heard) == standing(db, told)
        assert_sound(db, heard)
        assert_sound(db, told)


@history(MANY)
@given(life=LIVES)
@pytest.mark.engines("sqlite")
def test_r3_r7_every_cause_is_paid_once_and_the_ledger_says_what_was_seen(
    db: Database, clock: FrozenClock, life: list[tuple[Any, ...]]
) -> None:
    with town(clock) as shop:
        store_id = settle_in(db)
        for ref in POINTED_ORDERS:  # points are in the account from the beginning
            hear(db, store_id, place(shop, ref))
        run_until_idle()
        late: list[OrderSnapshot] = []
        for number, event in enumerate([*life, (31,), (31,)]):
            if event[0] == "exchange":
                exchange(db, store_id, event[1], f"nonce-{number}")
                continue
            if len(event) == 1:
                clock.advance(days=event[0])
                for snapshot in late:
                    hear(db, store_id, snapshot)
                late = []
                run_until_idle()
                continue
            ref, change, news = event
            snapshot = happen(shop, ref, change, number) if ref in shop.orders else place(shop, ref)
            if news == "now":
                hear(db, store_id, snapshot)
            elif news == "late":
                late.append(snapshot)
        assert_sound(db, store_id)
