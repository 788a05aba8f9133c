"""Rows for tests: each function makes one thing with everything it needs, believable by default."""

from tests.factories.orders import attribution, entry, order, order_key, order_with_code, reward, sighting
from tests.factories.programs import RULES, advocate, claim, coupon, person, program, version, visits
from tests.factories.stores import account, added, authorization, installation, member, message, store

__all__ = [
    "RULES",
    "account",
    "added",
    "advocate",
    "attribution",
    "authorization",
    "claim",
    "coupon",
    "entry",
    "installation",
    "member",
    "message",
    "order",
    "order_key",
    "order_with_code",
    "person",
    "program",
    "reward",
    "sighting",
    "store",
    "version",
    "visits",
]
