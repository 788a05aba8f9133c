"""The shop under test: the demo store (with the slow tests), or a real one that the environment names.

LIVE_STORE   the shop's address
LIVE_ANSWERS what the owner would paste, as JSON: {"consumer_key": "ck_…", "consumer_secret": "cs_…"}
LIVE_PUBLIC_URL, LIVE_PORT   where the shop reaches this machine, when it stands elsewhere (see docs/live-tests.md)
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from app.outbound.http import HttpSession, open_session
from integrations.contract import Platform
from integrations.registry import BY_KEY
from tests.e2e.town import KEYS, Town
from tests.live.keepers import KEEPERS, Keeper


@dataclass(frozen=True)
class LiveShop:
    """One shop, and what its owner would type to connect it."""

    platform: Platform
    address: str
    answers: Mapping[str, str]
    named: bool = False
    reaches_us_at: str = ""  # empty: on this machine

    def keeper(self) -> Keeper:
        return KEEPERS[self.platform.key](self.address, self.answers)


PUBLIC_URL = os.environ.get("LIVE_PUBLIC_URL", "").rstrip("/")
DEMO = pytest.param("demo", marks=pytest.mark.slow)
NAMED = pytest.param(
    "named",
    marks=[pytest.mark.live, pytest.mark.skipif("LIVE_STORE" not in os.environ, reason="LIVE_STORE is not set")],
)


@pytest.fixture(scope="session", params=[DEMO, NAMED])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveShop]:
    """A shop that answers."""
    if request.param == "named":
        platform = BY_KEY[os.environ.get("LIVE_PLATFORM", "woocommerce")]
        assert platform.connector is not None
        address = platform.connector.normal_address(os.environ["LIVE_STORE"])
        yield LiveShop(platform, address, json.loads(os.environ["LIVE_ANSWERS"]), True, PUBLIC_URL)
        return
    town = Town(tmp_path_factory.mktemp("demo"), "sqlite://")
    try:
        town.start("demo")
        answers = {"consumer_key": KEYS["DEMO_CONSUMER_KEY"], "consumer_secret": KEYS["DEMO_CONSUMER_SECRET"]}
        yield LiveShop(BY_KEY["woocommerce"], town.shop_url, answers)
    finally:
        town.stop()


@pytest.fixture(scope="session")
def store(shop: LiveShop) -> Iterator[HttpSession]:
    """The shop's API, with the owner's credentials."""
    assert shop.platform.connector is not None
    credentials = shop.platform.connector.credentials(shop.address, shop.answers)
    with open_session(shop.address, credentials, allow_private=True) as session:
        yield session
