"""What a shop on paper sells and who has an account there, and how it is called."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from integrations.contract import Goods, StoreSession


@dataclass
class PaperGoods:
    """Goods and accounts; `calls` remembers what was asked of the shop, and `trouble` is raised by the next calls."""

    calls: list[tuple[str, int]] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)
    kinds: dict[str, Goods] = field(default_factory=dict)  # by product
    names: dict[str, dict[str, str]] = field(default_factory=lambda: {"categories": {}, "products": {}})
    unsold: set[str] = field(default_factory=set)  # products that it does not sell any more
    people: dict[str, str] = field(default_factory=dict)  # role by customer

    def call(self, name: str, count: int) -> None:
        """The shop was asked for something."""
        self.calls.append((name, count))
        if self.trouble:
            raise self.trouble.pop(0)

    def goods(self, store: StoreSession, things: Collection[tuple[str, str]]) -> Sequence[Goods]:
        self.call("goods", len(things))
        return [replace(self.kinds[ref], variant_ref=variant) for ref, variant in things if ref in self.kinds]

    def categories(self, store: StoreSession, name: str) -> Mapping[str, str]:
        self.call("categories", 1)
        return self.names["categories"]

    def products(self, store: StoreSession, name: str) -> Mapping[str, str]:
        self.call("products", 1)
        return self.names["products"]

    def sold(self, store: StoreSession, product_refs: Collection[str]) -> frozenset[str]:
        self.call("sold", len(product_refs))
        return frozenset(product_refs) - self.unsold

    def roles(self, store: StoreSession, customer_ref: str) -> Sequence[str]:
        self.call("roles", 1)
        return (self.people[customer_ref],) if customer_ref in self.people else ()
