"""Towns by their seed: how many rings and crowds there are is the seed's choice too."""

from __future__ import annotations

from itertools import count
from random import Random

from tests.fraud_lab import crowds, rings
from tests.fraud_lab.people import Registry
from tests.fraud_lab.town import Town

RINGS = (
    rings.by_aliases, rings.by_second_mailbox, rings.by_one_phone, rings.by_many_selves, rings.by_throwaways,
    rings.by_refund, rings.by_refusals,
)  # fmt: skip
CROWDS = (
    crowds.household, crowds.roommates, crowds.siblings, crowds.gifts, crowds.placeholders, crowds.unlucky,
    crowds.friends, crowds.friends, crowds.friends,
)  # fmt: skip


def hamlet(seed: int) -> Town:
    """Of the rings and crowds that leave the most to chance one or two each, and a campus of two dozen."""
    made = _empty(seed)
    for plant in (rings.by_aliases, rings.by_second_mailbox, rings.by_one_phone, rings.by_many_selves):
        plant(made)
    for length in (2, 3):
        rings.circle(made, length)
    rings.by_throwaways(made)
    for crowd in (*[crowds.household] * 5, crowds.roommates, crowds.siblings, crowds.placeholders, crowds.friends):
        crowd(made)
    crowds.office(made, 8)
    crowds.campus(made, 24)
    return made


def _empty(seed: int) -> Town:
    rng = Random(seed)
    return Town(rng, Registry(rng), rings=count(seed * 10_000))  # no ring of two towns has one number


def town(seed: int, scale: float = 1.0) -> Town:
    """The town of this seed; at `scale` 1 it has a campus of a thousand."""
    made = _empty(seed)
    rng = made.rng

    def some(low: int, high: int) -> range:
        return range(max(1, round(rng.randint(low, high) * scale)))

    for plant in RINGS:
        for _ in some(5, 11):
            plant(made)
    for _ in some(4, 9):
        rings.circle(made, 2)
        rings.circle(made, rng.randint(3, 6))
        rings.masked(made)
    for crowd in CROWDS:
        for _ in some(9, 18):
            crowd(made)
    for _ in some(3, 5):
        crowds.office(made, 40)
        crowds.well_known(made, 75)
    if scale >= 0.3:
        rings.by_leak(made)
    crowds.campus(made, max(25, round(rng.randint(700, 1300) * scale)))
    return made
