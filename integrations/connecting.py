"""Connecting a store, the words of it: what is asked of its owner or of itself, and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the contract itself names an Authorizer
    from integrations.contract import RawRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFacts:
    """What a store says of itself when it is connected."""

    name: str
    home_url: str
    currency: str  # ISO 4217
    shown_currency: str  # the store's own code, where it counts in another unit of that currency; else the same
    currency_decimals: int
    timezone: str  # IANA
    version: str
    coupons_enabled: bool
    prices_include_tax: bool
    proven: tuple[str, ...] = ()  # what was tried and worked, as slugs that the interface has words for


@dataclass(frozen=True, slots=True)
class FormField:
    """One thing the connector asks of the owner; labels live in the interface under `key`."""

    key: str
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a store is asked to approve: keys for us, posted to `callback_url`; the browser comes to `return_url`."""

    app_name: str
    state: str = field(repr=False)  # unguessable, comes back with both: all that ties them to this asking
    callback_url: str
    return_url: str


@dataclass(frozen=True, slots=True)
class HandedKeys:
    """What a callback says. It proves nothing: keys count after they opened the store that was asked."""

    state: str = field(repr=False)
    answers: Mapping[str, str] = field(repr=False)  # as Connector.credentials() takes them


@dataclass(frozen=True, slots=True)
class CameBack:
    """What the browser brings back from the store."""

    state: str = field(repr=False)
    approved: bool


class Authorizer(Protocol):
    """Asking the store for keys, in the browser of somebody who manages it."""

    def obstacle(self, base_url: str, callback_url: str) -> str | None:
        """Why that store will not hand keys to that address, as a slug; None where it may."""

    def address(self, base_url: str, asking: Asking) -> str:
        """Where the browser goes, for the store's manager to approve."""

    def keys(self, request: RawRequest) -> HandedKeys:
        """What the store posted to the callback. Raises PayloadInvalid."""

    def came_back(self, query: Mapping[str, str]) -> CameBack:
        """What the query of the return address says."""
