"""R8: whatever the order in which snapshots arrive, doubled, delayed or merged, one state comes out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app import clock as app_clock
from app.domain import codes as our_codes
from app.extensions import Database
from app.models import Attribution, LedgerEntry, Order, Reward
from app.services import decisions, orders
from integrations import registry
from integrations.events import Buyer, OrderSnapshot, OrderStatus
from tests import factories, paper_shop
from tests.paper_shop import PaperShop

CHANGES = ("complete", "refund_some", "refund_rest", "cancel", "edit", "hold", "same")
# (which order, what happens to it), in the order in which the shop lived it.
STORIES = st.lists(st.tuples(st.sampled_from(["1", "2"]), st.sampled_from(CHANGES)), max_size=8)


def live(shop: PaperShop, codes: dict[str, str], story: list[tuple[str, str]]) -> list[OrderSnapshot]:
    """Every snapshot that the shop could have shown: two orders of one buyer, and what became of them."""
    snapshots = [
        shop.order(ref, codes=[codes[ref]], buyer=Buyer(email="karim@mail.test"), placed_at=app_clock.now() + delay)
        for ref, delay in (("1", timedelta()), ("2", timedelta(hours=1)))
    ]
    for number, (ref, change) in enumerate(story):
        snapshots.append(happen(shop, ref, change, number))
    return snapshots


def happen(shop: PaperShop, ref: str, change: str, number: int) -> OrderSnapshot:
    order = shop.orders[ref]
    left = order.total.minor - order.refunded.minor
    if change.startswith("refund") and left > 0:
        return shop.refund(ref, left if change == "refund_rest" else max(left // 3, 1), f"r{number}")
    changes: dict[str, dict[str, Any]] = {
        "complete": {"status": OrderStatus.COMPLETED, "completed_at": app_clock.now()},
        "cancel": {"status": OrderStatus.CANCELLED, "cancelled_at": app_clock.now()},
        "edit": {"goods": paper_shop.eur(2500 + 500 * number)},
        "hold": {"status": OrderStatus.ON_HOLD},
    }
    return shop.change(ref, **changes.get(change, {}))


def outcome(db: Database, shop: PaperShop, codes: list[str], arrivals: list[OrderSnapshot]) -> dict[str, Any]:
    """What stands after these arrivals at a fresh store."""
    with db.begin() as session:
        store = factories.store(session)
        factories.installation(session, store, platform=paper_shop.KEY, credentials=paper_shop.CREDENTIALS)
        version = factories.program(session, store, fingerprint=f"{store.id:016}")
        advocate = factories.advocate(session, version, factories.person(session, store))
        for code in codes:
            handed = factories.coupon(session, version, code=code, state="claimed")
            factories.claim(session, version, advocate, coupon=handed)
    for snapshot in arrivals:
        with db.begin() as session:
            orders.see(session, store.id, snapshot, source="webhook", seen_at=app_clock.now())
            decisions.settle(session, store.id, snapshot.order_ref)
    settle_all(db, store.id)
    return state(db, store.id)


def settle_all(db: Database, store_id: int) -> None:
    """The looks at later orders that were owed are taken."""
    for ref in ("1", "2"):
        with db.begin() as session:
            decisions.settle(session, store_id, ref)


def state(db: Database, store_id: int) -> dict[str, Any]:
    with db.read() as session:
        balance = (
            select(func.coalesce(func.sum(LedgerEntry.amount_minor), 0))
            .where(LedgerEntry.reward_id == Reward.id)
            .scalar_subquery()
        )
        return {
            "orders": session.execute(
                select(Order.order_ref, Order.status, Order.base_minor, Order.refunded_minor, Order.collected_at)
                .where(Order.store_id == store_id)
                .order_by(Order.order_ref)
            ).all(),
            "attributions": session.execute(
                select(Attribution.order_ref, Attribution.rule, Attribution.state, Attribution.reason)
                .where(Attribution.store_id == store_id)
                .order_by(Attribution.order_ref)
            ).all(),
            "rewards": session.execute(
                select(Reward.cause_ref, Reward.state, Reward.worth_minor, Reward.due_at, balance)
                .where(Reward.store_id == store_id)
                .order_by(Reward.cause_ref)
            ).all(),
        }


@pytest.fixture
def shelf_codes() -> dict[str, str]:
    """The codes that the buyer took, one for each order."""
    return {"1": "BCDFGHJKM", "2": "CDFGHJKMN"}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=STORIES, data=st.data())
@pytest.mark.engines("sqlite")
def test_r8_order_of_arrival_does_not_matter(
    db: Database, shelf_codes: dict[str, str], story: list[tuple[str, str]], data: st.DataObject
) -> None:
    shop = PaperShop()
    registry.BY_KEY[paper_shop.KEY] = paper_shop.platform(shop)
    try:
        codes = [valid(code) for code in shelf_codes.values()]
        snapshots = live(shop, dict(zip(shelf_codes, codes, strict=True)), story)
        told_in_order = outcome(db, shop, codes, snapshots)
        last = {snapshot.order_ref: snapshot for snapshot in snapshots}
        others = [snapshot for snapshot in snapshots if snapshot not in last.values()]
        heard = [snapshot for snapshot in others if data.draw(st.booleans())]  # the rest was merged away
        doubled = data.draw(st.lists(st.sampled_from(snapshots), max_size=4))
        shuffled = data.draw(st.permutations([*heard, *last.values(), *doubled]))
        event = outcome(db, shop, codes, shuffled)
        # A reward that was promised and then reversed leaves its trace; one that was never promised leaves none.
        assert event["orders"] == told_in_order["orders"]
        assert event["attributions"] == told_in_order["attributions"]
        assert standing(event) == standing(told_in_order)
    finally:
        del registry.BY_KEY[paper_shop.KEY]


def standing(outcome_: dict[str, Any]) -> list[Any]:
    """Rewards that are worth something, and that no other is out of balance."""
    assert all(balance == 0 for _, reward_state, _, _, balance in outcome_["rewards"] if reward_state == "revoked")
    return [row for row in outcome_["rewards"] if row[1] != "revoked"]


def valid(letters: str) -> str:
    """A code with its check letter right, for eight given letters."""
    return next(letters[:8] + last for last in "BCDFGHJKMNPQRSTVWXYZ" if our_codes.is_code(letters[:8] + last))
