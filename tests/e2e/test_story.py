"""The whole story between real processes: join, link, tap, checkout, webhook, decision, hold, reward; what goes back.

People act through pages and forms only; what came of it is read where they would look, and the ledger in the database.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app import config, extensions
from app.models import Attribution, LedgerEntry, Reward
from app.services import effects
from tests.e2e.town import KEYS, Town
from tools.people import Advocate, Friend, Owner, code_on
from tools.shoppers import Buyer, Shop

pytestmark = pytest.mark.slow
RULES = {
    "friend_kind": "percent",
    "friend_percent": "15",
    "minimum": "30",
    "reward_kind": "order_share",
    "reward_percent": "10",
    "hold_days": "14",
}


class Story:
    """A connected shop with a live program, and Sara, who shares."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.shop = Shop(town.shop_url)
        self.owner = Owner(town.web_url)
        extensions.connect(config.load(town.environment))

    def open(self) -> None:
        self.owner.set_up(
            self.town.flask("setup-link").split()[-1],
            name="Mina",
            email="owner@shop.example",
            password="a long password",
        )
        answers = {"consumer_key": KEYS["DEMO_CONSUMER_KEY"], "consumer_secret": KEYS["DEMO_CONSUMER_SECRET"]}
        self.owner.connect("woocommerce", self.shop.address, answers)
        self.owner.make_program("Tea with friends", **RULES)
        self.settle()
        self.sara = Advocate(self.town.web_url)
        self.link = self.sara.join(self.owner.slug, name="Sara", email="sara@mail.example")

    def settle(self) -> None:
        """Webhooks have arrived and everything due is done."""
        self.town.wait_until(
            lambda: self.shop.keep("run-queue")["waiting"] == 0 and effects.is_quiet(), "the worker is done"
        )

    def buy(self, name: str, *, pieces: int = 4) -> str:
        """A new friend takes a code and buys with it; returns the order's number."""
        code = Friend().take_code(self.link)
        buyer = Buyer(name, "Maas", f"{name.lower()}@mail.example", address_1=f"{name}weg 7")
        number = self.shop.buy(buyer, code=code, pieces=pieces)
        self.settle()
        return number

    def pass_days(self, days: float) -> None:
        self.town.pass_time(days=days)
        self.settle()

    def attribution(self, order: str) -> Attribution:
        with extensions.db.read() as session:
            return session.scalars(select(Attribution).where(Attribution.order_ref == order)).one()

    def reward(self, order: str) -> Reward:
        with extensions.db.read() as session:
            return session.scalars(select(Reward).where(Reward.cause_ref == order)).one()

    def entries(self, order: str, side: str = "advocate") -> list[tuple[str, int]]:
        with extensions.db.read() as session:
            rows = session.scalars(
                select(LedgerEntry)
                .join(Reward, Reward.id == LedgerEntry.reward_id)
                .where(Reward.cause_ref == order, Reward.side == side)
                .order_by(LedgerEntry.id)
            )
            return [(row.kind, row.amount_minor) for row in rows]

    def spendable(self) -> list[str]:
        """Amounts of coupons in the shop that are no percent off: rewards that can be spent."""
        return sorted(
            coupon["amount"]
            for coupon in self.town.coupons()
            if coupon["discount_type"] == "fixed_cart" and not coupon["usage_count"]
        )


@pytest.fixture
def story(town: Town) -> Iterator[Story]:
    town.start("demo", "web", "worker")
    made = Story(town)
    made.open()
    yield made
    extensions.db.dispose()


def test_a_good_word_becomes_a_reward_in_the_shop(story: Story) -> None:
    order = story.buy("Karim")  # 4 × 14.50 = 58.00, less 15 % = 49.30
    attribution = story.attribution(order)
    assert (attribution.rule, attribution.state, attribution.reason) == ("a", "qualified", "qualified")
    assert (story.reward(order).state, story.reward(order).worth_minor) == ("held", 493)
    assert story.spendable() == []
    assert "4.93" in story.sara.page().text
    story.pass_days(15)
    assert story.spendable() == ["4.93"]
    reward_code = code_on(story.sara.page())
    assert reward_code in {coupon["code"].upper() for coupon in story.town.coupons()}
    assert story.entries(order) == [("earned", 493), ("issued", -493)]
    sara = Buyer("Sara", "Vos", "sara@mail.example")
    assert story.shop.buy(sara, code=reward_code)


def test_what_goes_back_takes_its_share_with_it(story: Story) -> None:
    partly, wholly, cancelled = story.buy("Anna"), story.buy("Bob"), story.buy("Cleo")
    story.shop.keep(f"orders/{partly}/refund", amount="10.00")
    story.shop.keep(f"orders/{cancelled}/cancel")
    story.settle()
    assert story.reward(cancelled).state == "revoked"
    assert story.attribution(cancelled).reason == "cancelled"
    story.pass_days(15)
    kept = story.reward(partly).worth_minor
    assert 0 < kept < 493
    assert story.spendable() == sorted([f"{kept / 100:.2f}", "4.93"])
    story.shop.keep(f"orders/{wholly}/refund", amount="")
    story.settle()
    assert story.reward(wholly).state == "revoked"
    assert story.spendable() == [f"{kept / 100:.2f}"]
    for order in (partly, wholly, cancelled):
        assert sum(amount for _, amount in story.entries(order)) == 0
