"""Trouble on order: the keeper takes the shop down, makes it slow, or loses webhooks. Measured in real time."""

from __future__ import annotations

import random
import time

from demo.shop import Shop

SCOPES = ("both", "rest", "shop")
FAULTS = (503, 500)


def go_down(shop: Shop, seconds: float, status: int = 503, scope: str = "both") -> None:
    """For so many seconds the REST API, the shop or both answer with the status; 0 ends it."""
    shop.store.set_option("down_until", str(time.time() + seconds if seconds > 0 else 0))
    shop.store.set_option("down_status", str(status))
    shop.store.set_option("down_scope", scope)


def go_slow(shop: Shop, seconds: float) -> None:
    """Every answer of REST API and shop waits so long first; 0 ends it."""
    shop.store.set_option("slow_seconds", str(max(seconds, 0)))


def drop_webhooks(shop: Shop, percent: float) -> None:
    """So many of a hundred webhooks are lost without a trace; 0 ends it."""
    shop.store.set_option("drop_percent", str(min(max(percent, 0), 100)))


def end_all(shop: Shop) -> None:
    """The shop works again."""
    go_down(shop, 0)
    go_slow(shop, 0)
    drop_webhooks(shop, 0)


def fault(shop: Shop, scope: str) -> int | None:
    """The status to answer instead of working, or None."""
    if float(shop.store.option("down_until", "0")) <= time.time():
        return None
    if shop.store.option("down_scope", "both") not in {"both", scope}:
        return None
    return int(shop.store.option("down_status", "503"))


def delay(shop: Shop) -> float:
    """The seconds that an answer waits."""
    return float(shop.store.option("slow_seconds", "0"))


def lose_this_webhook(shop: Shop) -> bool:
    """Whether the next webhook is lost."""
    percent = float(shop.store.option("drop_percent", "0"))
    return random.random() * 100 < percent  # noqa: S311 - bad luck, not a secret


def summary(shop: Shop) -> dict[str, object]:
    """What is wrong at the moment, for the keeper's page."""
    left = float(shop.store.option("down_until", "0")) - time.time()
    return {
        "down_seconds": max(round(left), 0),
        "down_status": int(shop.store.option("down_status", "503")),
        "down_scope": shop.store.option("down_scope", "both"),
        "slow_seconds": delay(shop),
        "drop_percent": float(shop.store.option("drop_percent", "0")),
    }
