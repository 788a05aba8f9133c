"""Honest people who look odd: they live, work or study together, are many at once, or give no name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.fraud_lab.people import FAMILY, Home, Registry, Somebody
from tests.fraud_lab.town import Town

NOBODIES = ("guest@shop.de", "noreply@kasse.de", "no-reply@pos.de", "guest@guest.com")
NO_NUMBERS = ("0000000", "000000000000", "1111111", "1234567")


def household(town: Town) -> None:
    """Parents, children, grandparents: one home, mostly one family name, often one telephone, some bearing the name of
    the one before them."""
    rng, registry = town.rng, town.registry
    home, family = registry.home(), rng.choice(FAMILY)
    people = [registry.somebody(home, family=family) for _ in range(rng.randint(2, 6))]
    if rng.random() < 0.1:
        people[1] = replace(people[1], given=people[0].given)
    if rng.random() < 0.45:
        shared = registry.phone(home.country)
        people = [replace(each, phone=shared) for each in people]
    group = "household with one telephone" if len({each.phone for each in people}) == 1 else "household"
    _recommend_each_other(town, people, group, town.ring())


def _recommend_each_other(town: Town, people: list[Somebody], group: str, ring: int) -> None:
    """The first one recommends the others, who now and then recommend the first."""
    first, others = town.advocate(people[0]), people[1:]
    for who, at in zip(others, town.days(len(others), (0.5, 50)), strict=True):
        town.recommended(first.email, town.registry.buyer(who), at, group, ring)
    if town.rng.random() < 0.06 and first.email not in {each.buyer.email for each in town.purchases}:
        town.advocate(others[0], bought=0)
        town.recommended(others[0].email, town.registry.buyer(first), town.day(50, 59), group, ring)


def roommates(town: Town) -> None:
    """No family name in common, and one doorbell."""
    home = town.registry.home()
    people = [town.registry.somebody(home) for _ in range(town.rng.randint(2, 5))]
    _recommend_each_other(town, people, "roommates", town.ring())


def office(town: Town, most: int) -> None:
    """One company: one domain, one address for parcels, at some the telephone of the reception."""
    rng, registry = town.rng, town.registry
    home = registry.home(flats=False)
    domain = f"{rng.choice(('tech', 'bau', 'media', 'trade'))}{rng.randint(10, 99)}.de"
    reception = registry.phone(home.country)
    has_reception = rng.random() < 0.3
    people = [
        registry.somebody(home, domain=domain if rng.random() < 0.8 else None) for _ in range(rng.randint(6, most))
    ]
    if has_reception:
        people = [replace(each, phone=reception if rng.random() < 0.7 else each.phone) for each in people]
    ring = town.ring()
    for start in range(0, len(people), 8):
        first, others = town.advocate(people[start]), people[start + 1 : start + 8]
        for who, at in zip(others, town.days(len(others), (0.2, 30)), strict=True):
            town.recommended(first.email, registry.buyer(who), at, "office", ring)


def campus(town: Town, students: int) -> None:
    """One street for everybody, one network for everybody, rooms on some orders; the same names over and over, now and
    then a mailbox for the day, and the news travels within hours."""
    rng, registry = town.rng, town.registry
    home = registry.home(flats=False)
    people = [registry.somebody(_room(registry, home)) for _ in range(students)]
    people = [replace(each, email=registry.throwaway()) if rng.random() < 0.03 else each for each in people]
    term = town.day(5, 30)
    ring, told = town.ring(), [town.advocate(people[0], bought=0.5)]
    for who in people[1:]:
        by = rng.choice(told[-30:])
        at = term + timedelta(days=rng.expovariate(0.25))
        town.recommended(by.email, registry.buyer(who), min(at, town.day(59, 60)), "campus", ring)
        if rng.random() < 0.12:
            told.append(town.advocate(who, bought=0))


def _room(registry: Registry, home: Home) -> Home:
    return replace(home, flat=registry.rng.randint(1, 400)) if registry.rng.random() < 0.5 else home


def well_known(town: Town, most: int) -> None:
    """Somebody whom many follow tells them in the evening; some of the followers like to give no mailbox of theirs."""
    rng, registry = town.rng, town.registry
    by = town.advocate(registry.somebody())
    begin, ring = town.day(3, 50), town.ring()
    for _ in range(rng.randint(25, most)):
        who = registry.somebody()
        who = replace(who, email=registry.throwaway()) if rng.random() < 0.04 else who
        at = begin + timedelta(hours=rng.expovariate(0.08))
        town.recommended(by.email, registry.buyer(who), min(at, town.day(59, 60)), "well-known advocate", ring)


def friends(town: Town) -> None:
    """What programs are for."""
    by, ring = town.advocate(town.registry.somebody()), town.ring()
    for at in town.days(town.rng.randint(1, 6), (1, 55)):
        who = town.registry.somebody()
        who = replace(who, email=town.registry.throwaway()) if town.rng.random() < 0.015 else who
        town.recommended(by.email, town.registry.buyer(who), at, "friends", ring)


def siblings(town: Town) -> None:
    """One family name, homes of their own."""
    family, ring = town.rng.choice(FAMILY), town.ring()
    people = [town.registry.somebody(family=family) for _ in range(town.rng.randint(2, 5))]
    by = town.advocate(people[0])
    for who, at in zip(people[1:], town.days(len(people) - 1, (1, 50)), strict=True):
        town.recommended(by.email, town.registry.buyer(who), at, "siblings", ring)


def gifts(town: Town) -> None:
    """The friend pays; the parcel, and at some shops the name on the order, are the one's who recommended."""
    by, ring = town.advocate(town.registry.somebody()), town.ring()
    for at in town.days(town.rng.randint(1, 3), (1, 50)):
        payer = town.registry.somebody()
        to = town.registry.buyer(by)
        given = {"name": to.name, "address": to.address} if town.rng.random() < 0.3 else {"address": to.address}
        town.recommended(by.email, town.registry.buyer(payer, **given), at, "gifts to the advocate", ring)


def placeholders(town: Town) -> None:
    """Orders that the shop wrote down for people who gave no address or number."""
    by, ring = town.advocate(town.registry.somebody()), town.ring()
    nobody = town.rng.choice(NOBODIES)
    town.buys(by, town.day(-20, -1), email=nobody, phone=town.rng.choice(NO_NUMBERS))
    for at in town.days(town.rng.randint(3, 8), (1, 50)):
        buyer = town.registry.buyer(town.registry.somebody())
        buyer = replace(buyer, email=town.rng.choice((nobody, *NOBODIES)), customer_ref=town.rng.choice(("0", "guest")))
        buyer = replace(buyer, phone=town.rng.choice(NO_NUMBERS)) if town.rng.random() < 0.7 else buyer
        town.recommended(by.email, buyer, at, "placeholder identities", ring)


def unlucky(town: Town) -> None:
    """Twice nobody was at home for the courier; the third parcel was accepted and paid."""
    by, ring = town.advocate(town.registry.somebody()), town.ring()
    who = town.registry.somebody()
    first, second, third = town.days(3, (10, 50))
    for at, is_refused in ((first, True), (second, True), (third, False)):
        town.recommended(
            by.email, town.registry.buyer(who), at, "missed the courier", ring, on_delivery=True, refused=is_refused
        )
