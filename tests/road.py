"""A store on paper with a live program and an advocate, and friends who claim and buy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock as app_clock
from app.domain.programs import Rules
from app.extensions import Database
from app.models import Advocate, Attribution, Claim, Coupon, LedgerEntry, Order, Program, ProgramVersion, Reward, Store
from app.services import decisions, orders, shelf
from app.worker.loop import run_until_idle
from integrations import registry
from integrations.events import OrderSnapshot
from tests import factories, paper_shop
from tests.paper_shop import PaperShop


@dataclass
class Road:
    """Everything between a friend's tap and an advocate's coupon."""

    db: Database
    shop: PaperShop
    store_id: int
    version_id: int
    program_id: int
    advocate_id: int

    def claim(self, advocate_id: int | None = None, *, is_test: bool = False) -> tuple[int, str]:
        """A friend takes a code from the shelf; (claim id, code)."""
        with self.db.begin() as session:
            version = session.get_one(ProgramVersion, self.version_id)
            until = app_clock.now() + timedelta(days=version.rules.friend.valid_days)
            taken = shelf.take(session, version, until)
            assert taken is not None
            claim = factories.claim(
                session,
                version,
                session.get_one(Advocate, advocate_id or self.advocate_id),
                coupon=session.get_one(Coupon, taken.coupon_id),
                is_test=is_test,
                expires_at=until,
            )
            return claim.id, taken.code

    def see(self, snapshot: OrderSnapshot, source: str = "webhook") -> None:
        """The snapshot arrives and is decided about."""
        with self.db.begin() as session:
            if orders.see(session, self.store_id, snapshot, source=source, seen_at=app_clock.now()):
                decisions.settle(session, self.store_id, snapshot.order_ref)

    def work(self) -> None:
        """Everything that is due now is done."""
        run_until_idle()

    def attribution(self, ref: str) -> Attribution | None:
        """The decision about the order."""
        with self.db.read() as session:
            return session.scalars(select(Attribution).where(Attribution.order_ref == ref)).first()

    def reward(self, ref: str, side: str = "advocate") -> Reward | None:
        """The reward that the order caused."""
        with self.db.read() as session:
            return session.scalars(select(Reward).where(Reward.cause_ref == ref, Reward.side == side)).first()

    def entries(self, ref: str, side: str = "advocate") -> list[tuple[str, int]]:
        """The ledger of the order's reward: (kind, amount), oldest first."""
        with self.db.read() as session:
            rows = session.scalars(
                select(LedgerEntry)
                .join(Reward, Reward.id == LedgerEntry.reward_id)
                .where(Reward.cause_ref == ref, Reward.side == side)
                .order_by(LedgerEntry.id)
            )
            return [(row.kind, row.amount_minor) for row in rows]

    def balance(self, ref: str) -> int:
        """What is owed for the order's reward."""
        return sum(amount for _, amount in self.entries(ref))

    def reward_coupons(self) -> list[str]:
        """Codes of rewards that can be spent in the shop now."""
        with self.db.read() as session:
            ours = set(session.scalars(select(Coupon.code).where(Coupon.purpose == "reward")))
        return sorted(code for code, held in self.shop.coupons.items() if code in ours and not held.uses)

    def rows(self, model: type[Claim] | type[Coupon] | type[Order] | type[Store] | type[Program], **where: object):  # type: ignore[no-untyped-def]
        """All rows of a table that match."""
        with self.db.read() as session:
            return session.scalars(select(model).filter_by(**where).order_by(model.id)).all()


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> PaperShop:
    """An empty shop, registered as a platform."""
    made = PaperShop()
    monkeypatch.setitem(registry.BY_KEY, paper_shop.KEY, paper_shop.platform(made))
    return made


@pytest.fixture
def rules() -> Rules:
    """The program of a test; overridden where another one is needed."""
    return factories.RULES


@pytest.fixture
def road(db: Database, shop: PaperShop, rules: Rules) -> Road:
    """A connected store whose shelf is full."""
    return lay(db, shop, rules)


def lay(db: Database, shop: PaperShop, rules: Rules) -> Road:
    """A connected store whose shelf is full, in an empty database."""
    with db.begin() as session:
        store = factories.store(session)
        factories.installation(
            session, store, platform=paper_shop.KEY, credentials=paper_shop.CREDENTIALS, base_url="http://paper.test"
        )
        version = factories.program(session, store, rules)
        person = factories.person(session, store, email="sara@mail.test")
        advocate = factories.advocate(session, version, person)
        shelf.owe_refill(session, version)
        made = Road(db, shop, store.id, version.id, version.program_id, advocate.id)
    made.work()
    return made
