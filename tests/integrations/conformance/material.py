"""What the conformance suite asks of each platform's test folder: tests/integrations/<key>/material.py with a MATERIAL.

Nothing in a material may call the adapter's own signing or reading.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from integrations.contract import CouponSpec, Platform, RawRequest, StoreSession
from integrations.registry import PLATFORMS

FOLDER = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request that the adapter must send, and what the platform answers."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    status: int = 200
    answer: Any = None


@dataclass(frozen=True, kw_only=True)
class Script:
    """One use of an adapter: the golden exchanges, in order, and what comes of them."""

    name: str
    run: Callable[[Platform, StoreSession], object]
    exchanges: Sequence[Exchange]
    result: object


@dataclass(frozen=True, kw_only=True)
class Material:
    """A platform's recordings, its secret, and how its messages are signed, written anew."""

    secret: bytes
    signature_header: str
    topic_header: str
    sign: Callable[[bytes], str]
    # An order message in a currency, with goods of the given decimal amount: to see minor units.
    order_message: Callable[[str, str], RawRequest]
    coupon: CouponSpec
    scripts: Sequence[Script]
    # What each call of the coupon capability sends first, to be answered with failures.
    coupon_calls: Mapping[str, Callable[[Platform, StoreSession], object]]


@dataclass(frozen=True)
class Recording:
    """One raw HTTP file and what it must become."""

    platform: Platform
    path: Path

    def __str__(self) -> str:
        return f"{self.platform.key}-{self.path.stem}"

    @property
    def request(self) -> RawRequest:
        """The recorded request, split by code of the tests' own."""
        head, body = self.path.read_bytes().split(b"\r\n\r\n", 1)
        first, *lines = head.decode("ascii").split("\r\n")
        method, target, _ = first.split(" ")
        path, _, query = target.partition("?")
        headers = tuple((name, value) for name, _, value in (line.partition(": ") for line in lines))
        return RawRequest(method, path, query, headers, body)


def material_of(platform: Platform) -> Material:
    """The material of a platform; a platform without one fails every test that asks."""
    found: Material = importlib.import_module(f"tests.integrations.{platform.key}.material").MATERIAL
    return found


def recordings() -> list[Recording]:
    """Every raw HTTP file of every platform."""
    return [
        Recording(platform, path)
        for platform in PLATFORMS
        for path in sorted((FOLDER / platform.key / "fixtures").glob("*.http"))
    ]
