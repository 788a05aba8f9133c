"""What happens in a town: who recommends, who buys and when, and which of it is planted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from integrations.events import Buyer
from tests.engines.frozen import START
from tests.fraud_lab.people import Registry, Somebody


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """One order. `by` is the mailbox of whoever recommended it; `group` says what it is, and `ring` which one."""

    at: datetime
    buyer: Buyer
    by: str | None = None
    group: str = ""
    ring: int = 0
    is_planted: bool = False
    goods: int = 4000
    types_code: bool = False  # the advocate's own code in place of one of the link's
    on_delivery: bool = False
    refused: bool = False  # what was to be paid on delivery was not accepted
    refunded_after: int = 0  # days


@dataclass
class Town:
    """Recommending people by their mailbox, and all purchases."""

    rng: Random
    registry: Registry
    advocates: dict[str, str] = field(default_factory=dict)  # mailbox: name
    purchases: list[Purchase] = field(default_factory=list)
    rings: Iterator[int] = field(default_factory=lambda: count(1))

    def advocate(self, who: Somebody, *, bought: float = 0.75) -> Somebody:
        """The person recommends; most of those who do have bought before."""
        self.advocates[who.email] = who.given[0][0]
        if self.rng.random() < bought:
            self.buys(who, self.day(-40, -1))
        return who

    def buys(self, who: Somebody, at: datetime, **given: str | None) -> None:
        """Somebody buys by themselves."""
        self.purchases.append(Purchase(at=at, buyer=self.registry.buyer(who, **given), goods=self.goods()))

    def ring(self) -> int:
        """A number for a group of people who belong together."""
        return next(self.rings)

    def recommended(self, by: str, buyer: Buyer, at: datetime, group: str, ring: int, **given: object) -> None:
        """Somebody buys after somebody recommended it."""
        goods = self.goods()
        values: dict[str, object] = {"at": at, "buyer": buyer, "by": by, "group": group, "ring": ring, "goods": goods}
        self.purchases.append(Purchase(**(values | given)))  # type: ignore[arg-type]

    def day(self, first: float, last: float) -> datetime:
        """Some moment between two days, counted from the beginning."""
        return START + timedelta(days=60) + timedelta(days=self.rng.uniform(first, last))

    def days(self, many: int, span: tuple[float, float], *, within: float = 60) -> list[datetime]:
        """So many moments in their order, spread over some days, all within the town's two months."""
        length = min(self.rng.uniform(*span), within)
        begin = self.rng.uniform(0, within - length)
        return sorted(self.day(begin, begin + length) for _ in range(many))

    def goods(self) -> int:
        """What is in a basket; always enough to count."""
        return self.rng.randint(3500, 12000)
