"""How often somebody may do something. Nobody is known by more than a keyed hash of an address, kept while it counts.

Going over a limit never refuses for an IP address alone (R9): callers ask for something else then, such as an e-mail.
"""

from __future__ import annotations

import hashlib
import hmac
from ipaddress import IPv6Address, ip_address
from typing import cast

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

LIMITS: dict[str, RateLimitItem] = {
    "claims": parse("10 per day"),  # of one visitor on one link: a household, an office behind one address
    "mails_to_address": parse("5 per hour"),
    "mails_of_visitor": parse("20 per hour"),
    "sign_ins": parse("30 per 15 minutes"),  # of one visitor, to any desk account
    "sign_ins_to": parse("10 per 15 minutes"),  # to one desk account, from anywhere
    "connections": parse("30 per hour"),  # tries of one account to connect a store
}


def register(app: Flask) -> None:
    """Counters live where LIMITS_URL says."""
    storage = storage_from_string(app.config["GOODWORD"].limits_url)
    app.extensions["limits"] = FixedWindowRateLimiter(storage)


def within(name: str, *whom: str | int) -> bool:
    """Whether this once is still within the limit; it is counted."""
    limiter = cast(FixedWindowRateLimiter, current_app.extensions["limits"])
    return bool(limiter.hit(LIMITS[name], name, *map(str, whom)))


def may_mail(address: str) -> bool:
    """Whether one more mail may go to the address, and one more be asked for by this visitor; it is counted."""
    return within("mails_to_address", hashed(address.lower().encode())) and within("mails_of_visitor", visitor())


def visitor() -> str:
    """A keyed hash of where the request comes from: of its network, where an address has room for a household's own."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:  # a socket of this machine, or what a proxy passed on of a visitor's own header
        return hashed(b"unknown")
    # A home gets a /64 of IPv6: counting single addresses there would count nothing.
    network = address.packed[:8] if isinstance(address, IPv6Address) else address.packed
    return hashed(network)


def hashed(what: bytes) -> str:
    """A hash that means nothing without this server's key."""
    key = current_app.config["GOODWORD"].secret_keys[0].encode()
    return hmac.new(key, b"limits\0" + what, hashlib.sha256).hexdigest()[:32]
