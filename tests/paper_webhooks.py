"""The webhooks of a shop on paper."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from integrations.contract import StoreSession, Subscription


@dataclass
class PaperHook:
    """A webhook as the shop keeps it; the secret is never shown."""

    topic: str
    address: str
    secret: str
    active: bool = True


class PaperWebhooks:
    """The shop's webhooks. Two topics are needed of it."""

    topics: tuple[str, ...] = ("order.changed", "coupon.gone")

    def __init__(self) -> None:
        self.hooks: dict[str, PaperHook] = {}
        self.made_anew = self._numbers = 0

    def subscribe(
        self, store: StoreSession, address: str, secret: str, ours: Collection[str] = (), *, anew: bool = False
    ) -> Sequence[Subscription]:
        self.made_anew += anew
        mine = [ref for ref, hook in self.hooks.items() if hook.address == address or ref in ours]
        for ref in mine:
            del self.hooks[ref]
        for topic in self.topics:
            self.add(topic, address, secret)
        return [each for each in self.list(store) if each.address == address]

    def add(self, topic: str, address: str, secret: str) -> str:
        """One more webhook stands; its reference."""
        self._numbers += 1
        self.hooks[f"w{self._numbers}"] = PaperHook(topic, address, secret)
        return f"w{self._numbers}"

    def list(self, store: StoreSession) -> Sequence[Subscription]:
        return [
            Subscription(webhook_ref=ref, topic=hook.topic, address=hook.address, active=hook.active)
            for ref, hook in self.hooks.items()
        ]

    def remove(self, store: StoreSession, address: str) -> None:
        self.hooks = {ref: hook for ref, hook in self.hooks.items() if hook.address != address}
