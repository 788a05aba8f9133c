"""The whole story of one shop, real or the demo store's: connected, shared, tapped, bought, reversed, rewarded.

Goodword runs as real processes on this machine; the shop reaches it by webhooks, as in a merchant's life. The hold is
passed by Goodword's own clock: a real shop's time cannot be moved, and need not be.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import config, extensions
from app.models import Attribution, Coupon, InboxMessage, LedgerEntry, Reward, Store
from integrations.currencies import to_money
from integrations.events import Money
from tests.e2e.town import Town
from tests.live.conftest import LiveShop
from tests.live.keepers import Keeper
from tools.people import Advocate, Friend, Owner

# A shop sends its webhooks when its own cron runs: once a minute at most, and after a visit.
PATIENCE = 200.0
RULES = {
    "friend_kind": "percent",
    "friend_percent": "15",
    "minimum": "30",
    "reward_kind": "order_share",
    "reward_percent": "10",
    "hold_days": "14",
}


class Story:
    """A Goodword of its own beside the shop, with one program and Sara, who shares."""

    def __init__(self, shop: LiveShop, town: Town) -> None:
        self.shop = shop
        self.town = town
        self.keeper: Keeper = shop.keeper()
        self.currency = ""
        self.run = secrets.token_hex(4)
        self.owner = Owner(town.public_url)
        extensions.connect(config.load(town.environment))

    def open(self) -> None:
        link = self.town.flask("setup-link").split()[-1]
        self.owner.set_up(link, name="Mina", email="owner@example.org", password="a long password")
        self.owner.connect(self.shop.platform.key, self.shop.address, dict(self.shop.answers))
        with extensions.db.read() as session:
            self.currency = session.scalars(select(Store.currency)).one()
        self.owner.make_program("A good word", **RULES)
        self.until(lambda: len(self._coupons("shelf", "ready")) >= 12, "the shelf is full")
        self.sara = Advocate(self.town.public_url)
        self.link = self.sara.join(self.owner.slug, name="Sara", email=f"sara-{self.run}@example.org")

    def buy(self) -> str:
        """A new friend takes a code and buys with it."""
        code = Friend().take_code(self.link)
        return self.keeper.order(code=code, email=f"friend-{secrets.token_hex(4)}@example.org")

    def until(self, holds: Callable[[], Any], what: str) -> Any:
        """What `holds` answered first that is true; the shop's queue is nudged meanwhile."""

        def nudged() -> Any:
            if answer := holds():
                return answer
            self.keeper.nudge()
            return holds()

        return self.town.wait_until(nudged, what, PATIENCE)

    def reward(self, order: str, *states: str) -> Reward | None:
        """The order's reward, once it is in one of these states."""
        return self._one(select(Reward).where(Reward.cause_ref == order, Reward.state.in_(states)))

    def spendable(self, order: str) -> Money | None:
        """The coupon that stands in the shop, unused, for the order's reward."""
        reward = self._one(select(Reward).where(Reward.cause_ref == order))
        coupon = self._one(select(Coupon).where(Coupon.id == reward.coupon_id)) if reward else None
        amount = self.keeper.spendable(coupon.code) if coupon else None
        return to_money(Decimal(amount), self.currency) if amount else None

    def shows(self, coupon: Money | None, worth: int) -> bool:
        """Whether the coupon is worth this much; a shop may show hundredths of what it keeps in thousandths."""
        shown_within = to_money(Decimal("0.01"), self.currency).minor // 2
        return coupon is not None and abs(coupon.minor - worth) <= shown_within

    def attribution(self, order: str) -> Attribution | None:
        return self._one(select(Attribution).where(Attribution.order_ref == order))

    def share(self, order: str) -> int:
        """A tenth of the order's goods in minor units, as the shop itself counts them."""
        return to_money(Decimal(self.keeper.goods(order)) / 10, self.currency).minor

    def balance(self, order: str) -> int:
        entries = select(LedgerEntry.amount_minor).join(Reward, Reward.id == LedgerEntry.reward_id)
        with extensions.db.read() as session:
            return sum(session.scalars(entries.where(Reward.cause_ref == order)))

    def messages(self) -> set[tuple[str, str]]:
        """Topic and state of every webhook that arrived, correctly signed."""
        with extensions.db.read() as session:
            return {(row.topic, row.state) for row in session.scalars(select(InboxMessage))}

    def leave(self) -> None:
        """The shop is as it was."""
        with extensions.db.read() as session:
            made = list(session.scalars(select(Coupon.coupon_ref).where(Coupon.coupon_ref.is_not(None))))
        self.keeper.clean([ref for ref in made if ref], self.town.public_url)

    def _coupons(self, purpose: str, state: str) -> list[Coupon]:
        with extensions.db.read() as session:
            return list(session.scalars(select(Coupon).where(Coupon.purpose == purpose, Coupon.state == state)))

    def _one(self, query: Any) -> Any:
        with extensions.db.read() as session:
            return session.scalars(query).one_or_none()


@pytest.fixture
def story(shop: LiveShop, database_url: str, tmp_path: Path) -> Iterator[Story]:
    """Goodword is connected to the shop and has ready coupons in it; afterwards the shop is as it was."""
    port = int(os.environ["LIVE_PORT"]) if shop.named and "LIVE_PORT" in os.environ else None
    town = Town(tmp_path, database_url, port=port, public_url=shop.reaches_us_at)
    try:
        town.start("web", "worker")
        made = Story(shop, town)
        try:
            made.open()
            yield made
        finally:
            town.kill("worker")  # or it would fill the shelf again
            made.leave()
            extensions.db.dispose()
    finally:
        town.stop()


@pytest.mark.engines("sqlite")
def test_a_good_word_is_rewarded_and_what_goes_back_takes_its_share(story: Story) -> None:
    kept, partly, wholly, cancelled = orders = [story.buy() for _ in range(4)]
    for order in orders:
        reward = story.until(lambda order=order: story.reward(order, "held"), f"order {order} has its reward")
        attribution = story.attribution(order)
        assert attribution is not None
        assert (attribution.rule, attribution.state, attribution.reason) == ("a", "qualified", "qualified")
        assert abs(reward.worth_minor - story.share(order)) <= 1
    whole = reward.worth_minor

    story.keeper.silence(story.town.public_url, True)
    missed = story.buy()
    story.town.pass_time(hours=1.1)
    story.until(lambda: story.reward(missed, "held"), "the order that no webhook told of is found by comparing")
    story.keeper.silence(story.town.public_url, False)

    story.keeper.refund(partly, "25")
    story.keeper.cancel(cancelled)
    story.until(lambda: story.reward(cancelled, "revoked"), "the cancelled order's reward is revoked")
    story.until(lambda: story.reward(partly, "held").worth_minor < whole, "the partial refund took its share")
    remaining = story.reward(partly, "held").worth_minor
    assert whole // 2 < remaining

    story.town.pass_time(days=15)
    for order, worth in ((kept, whole), (missed, whole), (partly, remaining), (wholly, whole)):
        story.until(
            lambda order=order, worth=worth: story.shows(story.spendable(order), worth),
            f"a coupon for order {order} is in the shop",
        )

    story.keeper.refund_rest(wholly)
    story.until(lambda: story.reward(wholly, "revoked"), "the refunded order's reward is revoked")
    story.until(lambda: story.spendable(wholly) is None, "its coupon has left the shop")
    assert story.shows(story.spendable(kept), whole)
    assert [story.balance(order) for order in (*orders, missed)] == [0, 0, 0, 0, 0]
    assert {state for _, state in story.messages()} <= {"done", "ignored"}
