"""A town lived through: a real database, real services and the worker; only the shop is one on paper.

Friends tap and get a code from the shelf, or are asked for an address; orders come as messages, some of them twice or
late; the worker reads them and decides; holds end and rewards are released, while nobody looks at the queue.
"""

from __future__ import annotations

import heapq
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from app import clock as app_clock
from app import config, migrate
from app.domain.errors import DomainError
from app.domain.programs import AdvocateReward, FriendOffer, OfferKind, RewardKind, Rules
from app.extensions import connect, db
from app.links.tokens import ShareLink, tokens
from app.models import Claim, Coupon, Store
from app.services import advocates, claims, intake, people, shelf
from app.services.people import Identity
from app.worker.loop import run_until_idle
from integrations import registry
from integrations.contract import Envelope, RawRequest
from integrations.events import OrderSeen, OrderSnapshot, OrderStatus, StoreEvents
from tests import factories, paper_shop
from tests.engines.frozen import START, FrozenClock
from tests.fraud_lab.town import Purchase, Town
from tests.paper_shop import PaperShop

KEYS = {"SECRET_KEYS": "tests-only-" + "s" * 32, "DATA_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="}
PUBLIC_ID = "lab"
# The sums are a shop's own; what weighs doubts is what docs/fraud.md recommends.
RULES = Rules(
    currency="EUR",
    friend=FriendOffer(kind=OfferKind.PERCENT, basis_points=1500),
    reward=AdvocateReward(kind=RewardKind.ORDER_SHARE, basis_points=1000),
    minimum_minor=3000,
    personal_codes=True,
    doubt_days=7,
    doubt_release_minor=600,
    crowd_limit=20,
)
BEFORE_ALL = START - timedelta(days=1)
END = timedelta(days=170)


@dataclass
class LabShop(PaperShop):
    """A shop on paper whose messages are what it showed at that moment, each told from the others."""

    shown: dict[str, OrderSnapshot] = field(default_factory=dict)

    def tell(self, snapshot: OrderSnapshot) -> None:
        """The message about the order as it is now has been received."""
        key = f"{snapshot.order_ref}:{len(self.shown)}"
        self.shown[key] = snapshot
        intake.receive(paper_shop.KEY, PUBLIC_ID, RawRequest("POST", f"/p/{PUBLIC_ID}", "", (), key.encode()))

    def locate(self, request: RawRequest) -> Envelope:
        """Each message is one of its own."""
        return Envelope(PUBLIC_ID, request.body.decode(), "order")

    def translate(self, request: RawRequest) -> StoreEvents:
        """What was shown then."""
        return (OrderSeen(self.shown[request.body.decode()]),)


@dataclass(frozen=True, slots=True)
class Lived:
    """A town that was lived through: its store, and under which reference each recommended purchase stands there."""

    store_id: int
    recommended: dict[str, Purchase]


@contextmanager
def open_database(folder: Path) -> Iterator[FrozenClock]:
    """An empty, migrated SQLite database, and a clock that stands still."""
    url = f"sqlite:///{folder / 'lab.sqlite'}"
    migrate.upgrade(url)
    connect(config.load({**KEYS, "MODE": "development", "PUBLIC_URL": "http://refer.test", "DATABASE_URL": url,
                         "ALLOW_PRIVATE_STORES": "1", "LOG_LEVEL": "error"}))  # fmt: skip
    tokens.configure(("k" * 40,))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    clock = FrozenClock()
    app_clock.set_source(clock)
    try:
        yield clock
    finally:
        app_clock.set_source(None)
        db.dispose()


def live(town: Town, clock: FrozenClock, rules: Rules = RULES, *, until: timedelta = END) -> Lived:
    """Everything that happens in the town by then has happened; at the END every hold and deadline is over."""
    shop = LabShop()
    registry.BY_KEY[paper_shop.KEY] = paper_shop.platform(shop)
    try:
        clock.move_to(BEFORE_ALL)
        life = Life(shop, town, clock, *_settle_in(town, rules))
        life.pass_by(START + until)
        return Lived(life.store_id, life.recommended)
    finally:
        del registry.BY_KEY[paper_shop.KEY]


def _settle_in(town: Town, rules: Rules) -> tuple[int, int, dict[str, tuple[int, str]]]:
    """The store is connected, its shelf is full, and everybody who recommends has joined."""
    with db.begin() as session:
        store = factories.store(session)
        factories.installation(
            session, store, platform=paper_shop.KEY, credentials=paper_shop.CREDENTIALS,
            base_url="http://paper.test", public_id=PUBLIC_ID,
        )  # fmt: skip
        version = factories.program(session, store, rules)
        shelf.owe_refill(session, version)
        joined = {
            email: _join(session, store, version.program_id, email, name) for email, name in town.advocates.items()
        }
        settled = store.id, version.program_id, joined
    run_until_idle()
    return settled


def _join(session: Session, store: Store, program_id: int, email: str, name: str) -> tuple[int, str]:
    who = people.meet(session, store, Identity(email=email, name=name), "en")
    advocate = advocates.enrol(session, store.id, program_id, who.id)
    return advocate.id, advocate.code


@dataclass
class Life:
    """Moments of a town in their order."""

    shop: LabShop
    town: Town
    clock: FrozenClock
    store_id: int
    program_id: int
    joined: dict[str, tuple[int, str]]  # mailbox: the advocate, and their own code
    recommended: dict[str, Purchase] = field(default_factory=dict)
    _coming: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def pass_by(self, until: datetime) -> None:
        """Everything has happened that happens by then."""
        for number, purchase in enumerate(sorted(self.town.purchases, key=lambda each: each.at), start=1001):
            self._plan(purchase, str(number))
        while self._coming and self._coming[0][0] <= until:
            at, _, happen = heapq.heappop(self._coming)
            self._move_to(at)
            happen()
        self._move_to(until)

    def _move_to(self, at: datetime) -> None:
        """Time passes day by day, and what is due on each is done."""
        while self.clock.now < at:
            self.clock.move_to(min(at, self.clock.now + timedelta(days=1)))
            run_until_idle()

    def _at(self, at: datetime, happen: Callable[[], None]) -> None:
        heapq.heappush(self._coming, (at, next(self._numbers), happen))

    def _plan(self, purchase: Purchase, ref: str) -> None:
        rng = self.town.rng
        codes: list[str] = []
        if purchase.by is not None:
            self.recommended[ref] = purchase
            if purchase.types_code:
                codes.append(self.joined[purchase.by][1])
            else:
                before = timedelta(minutes=rng.choice((2, 9, 40, 300)))
                self._at(purchase.at - before, lambda: codes.append(self._take_code(purchase)))
        self._at(purchase.at, lambda: self._buy(purchase, ref, codes))
        if rng.random() < 0.08:  # the shop says it twice, the second time an hour later
            self._at(purchase.at + timedelta(hours=1), lambda: self.shop.tell(self.shop.orders[ref]))
        if purchase.on_delivery:
            self._at(purchase.at + timedelta(days=rng.randint(2, 6)), lambda: self._deliver(purchase, ref))
        if purchase.refunded_after:
            total = purchase.goods
            refunded = purchase.at + timedelta(days=purchase.refunded_after)
            self._at(refunded, lambda: self.shop.tell(self.shop.refund(ref, total, f"r{ref}")))

    def _take_code(self, purchase: Purchase) -> str:
        """The friend's code; where so many took one lately that an address is asked, they give theirs."""
        assert purchase.by is not None
        link = ShareLink(self.program_id, self.joined[purchase.by][0])
        try:
            claim_id = claims.tap(link, f"nonce-{next(self._numbers)}", locale="en", channel="link")
        except DomainError:
            claim_id = self._claim_by_mail(link, purchase)
        return self._code_of(claim_id)

    def _code_of(self, claim_id: int) -> str:
        """The claim's code; where the shelf was empty the worker brings it first."""
        with db.read() as session:
            coupon_id = session.get_one(Claim, claim_id).coupon_id
            if coupon_id is not None:
                return session.get_one(Coupon, coupon_id).code
        run_until_idle()
        return self._code_of(claim_id)

    def _claim_by_mail(self, link: ShareLink, purchase: Purchase) -> int:
        with db.begin() as session:
            store = session.get_one(Store, self.store_id)
            email = purchase.buyer.email or "nobody@friends.test"
            who = people.meet(session, store, Identity(email=email), "en")
            advocate, version = claims.offered(session, link)
            nonce, now = f"mail-{next(self._numbers)}", app_clock.now()
            return claims.issue(
                session, advocate, version, nonce, locale="en", channel="mail", person_id=who.id, verified_at=now
            )

    def _buy(self, purchase: Purchase, ref: str, codes: list[str]) -> None:
        unpaid = {"gateway": "cod", "paid_at": None} if purchase.on_delivery else {}
        self.shop.tell(self.shop.order(ref, codes=codes, goods=purchase.goods, buyer=purchase.buyer, **unpaid))
        run_until_idle()

    def _deliver(self, purchase: Purchase, ref: str) -> None:
        now = app_clock.now()
        if purchase.refused:
            changed = self.shop.change(ref, status=OrderStatus.CANCELLED, status_word="cancelled", cancelled_at=now)
        else:
            done = {"paid_at": now, "completed_at": now, "delivered_at": now}
            changed = self.shop.change(ref, status=OrderStatus.COMPLETED, status_word="completed", **done)
        self.shop.tell(changed)
