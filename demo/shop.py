"""The shop as the rest of the package sees it: its settings, its memory, its clock."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import cast

from flask import current_app

from demo.clock import Clock
from demo.records import ApiKey, Meta
from demo.settings import Settings
from demo.storage import Store

NAME = "Leaf & Kettle"
VERSION = "10.0.2"
WORDPRESS = "6.8.8"


@dataclass(frozen=True, slots=True)
class Shop:
    """Handed to every function that needs more than its arguments."""

    settings: Settings
    store: Store
    clock: Clock

    @property
    def home(self) -> str:
        """The shop's address without a trailing slash."""
        return self.settings.public_url

    def meta(self, key: str, value: object) -> Meta:
        """A new meta_data entry with an id of its own."""
        return Meta(self.store.next("meta"), key, value)


def open_shop(settings: Settings, clock: Clock | None = None) -> Shop:
    """A shop whose file exists and that has at least one pair of REST keys."""
    shop = Shop(settings, Store(settings.database), clock or Clock(settings.clock_file))
    with shop.store.transaction():
        _ensure_key(shop)
    return shop


def add_key(shop: Shop, permissions: str, key: str | None = None, secret: str | None = None, label: str = "") -> ApiKey:
    """A new pair of REST keys is accepted from now on."""
    now = shop.clock.now()
    made = ApiKey(
        id=shop.store.next(ApiKey.sequence),
        created=now,
        modified=now,
        key=key or f"ck_{secrets.token_hex(20)}",
        secret=secret or f"cs_{secrets.token_hex(20)}",
        permissions=permissions,
        label=label,
    )
    shop.store.save(made)
    return made


def _ensure_key(shop: Shop) -> None:
    wanted = shop.settings.consumer_key
    where, values = ("name = ?", (wanted,)) if wanted else ("1", ())
    found = shop.store.select(ApiKey, where, values)
    if not found:
        add_key(shop, "read_write", wanted, shop.settings.consumer_secret, "first pair")
    elif wanted and shop.settings.consumer_secret and found[0].secret != shop.settings.consumer_secret:
        found[0].secret = shop.settings.consumer_secret
        shop.store.save(found[0])


def current_shop() -> Shop:
    """The shop of the request that is being answered."""
    return cast("Shop", current_app.extensions["shop"])
