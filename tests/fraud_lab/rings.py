"""What is planted: people who recommend themselves, each other in a circle, or whoever comes by."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.fraud_lab.people import Somebody
from tests.fraud_lab.town import Town

ALIASES = {
    "gmail.com": ("dots", "plus", "other"),
    "outlook.com": ("plus",),
    "hotmail.com": ("plus",),
    "icloud.com": ("plus", "other"),
    "proton.me": ("dots", "plus", "other"),
}
OTHER_DOMAIN = {"gmail.com": "googlemail.com", "icloud.com": "me.com", "proton.me": "protonmail.com"}


def alias(town: Town, email: str) -> str:
    """The same mailbox by another name."""
    local, _, domain = email.partition("@")
    rng, way = town.rng, town.rng.choice(ALIASES[domain])
    if way == "dots":
        place = rng.randint(1, len(local) - 1)
        return f"{local[:place]}.{local[place:]}".replace("..", ".") + f"@{domain}"
    if way == "plus":
        return f"{local}+{rng.choice(('shop', 'a', '1', 'tea2', 'خرید'))}{rng.randint(1, 99)}@{domain}"
    return f"{local}@{OTHER_DOMAIN[domain]}"


def by_aliases(town: Town) -> None:
    """One person, other names, their own mailbox written otherwise."""
    me = town.registry.somebody(domain=town.rng.choice(tuple(ALIASES)))
    town.advocate(me)
    ring = town.ring()
    for at in town.days(town.rng.randint(1, 6), (0.1, 45)):
        mask = town.registry.somebody()
        mask = mask if town.rng.random() < 0.6 else replace(me, phone="")
        buyer = town.registry.buyer(replace(mask, email=alias(town, me.email)))
        town.recommended(me.email, buyer, at, "alias addresses", ring, is_planted=True)


def by_second_mailbox(town: Town) -> None:
    """One person at home under their own name, with a quite other mailbox; some give their telephone too."""
    me = town.advocate(town.registry.somebody(), bought=0.95)
    ring = town.ring()
    for at in town.days(town.rng.randint(1, 5), (0.1, 45)):
        email = town.registry.email(me.given, me.family)
        phone = me.phone if town.rng.random() < 0.4 else ""
        buyer = town.registry.buyer(replace(me, email=email, phone=phone))
        town.recommended(me.email, buyer, at, "second mailbox", ring, is_planted=True)


def by_one_phone(town: Town) -> None:
    """Several names, mailboxes and addresses; the courier calls one telephone, the advocate's own or one that is kept
    for it."""
    me = town.registry.somebody()
    own = town.rng.random() < 0.6
    phone = town.registry.phone(me.home.country)
    town.advocate(replace(me, phone=phone if own else me.phone), bought=0.9)
    ring = town.ring()
    for at in town.days(town.rng.randint(2, 7), (0.1, 40)):
        mask = town.registry.somebody(town.registry.home(me.home.country))
        buyer = town.registry.buyer(replace(mask, phone=phone))
        town.recommended(me.email, buyer, at, "one telephone", ring, is_planted=True)


def by_many_selves(town: Town) -> None:
    """A friend who is new again and again: own name, own address, another mailbox each time."""
    by = town.advocate(town.registry.somebody())
    friend = town.registry.somebody()
    ring = town.ring()
    for at in town.days(town.rng.randint(3, 7), (1, 50)):
        again = replace(friend, email=town.registry.email(friend.given, friend.family), phone="")
        town.recommended(by.email, town.registry.buyer(again), at, "new again and again", ring, is_planted=True)


def circle(town: Town, length: int) -> None:
    """Each recommends the next one, and the last the first; nobody among them had bought before."""
    members = [town.advocate(town.registry.somebody(), bought=0) for _ in range(length)]
    group = "swaps of two" if length == 2 else "circles of 3 to 6"
    ring = town.ring()
    for place, at in enumerate(town.days(length, (0.05, 25))):
        buyer = town.registry.buyer(members[(place + 1) % length])
        town.recommended(members[place].email, buyer, at, group, ring, is_planted=True)


def by_throwaways(town: Town) -> None:
    """Made-up friends at made-up homes, with mailboxes that last for minutes."""
    me = town.advocate(town.registry.somebody())
    ring = town.ring()
    for at in town.days(town.rng.randint(3, 9), (0.1, 30)):
        mask = replace(town.registry.somebody(), email=town.registry.throwaway())
        mask = mask if town.rng.random() < 0.5 else replace(mask, phone="")
        town.recommended(me.email, town.registry.buyer(mask), at, "throwaway mail", ring, is_planted=True)


def by_refund(town: Town) -> None:
    """A friend's order is given back, some as soon as the reward was sent."""
    me = town.advocate(town.registry.somebody())
    ring = town.ring()
    for at in town.days(town.rng.randint(1, 4), (0.1, 20)):
        after = town.rng.choice((town.rng.randint(2, 29), town.rng.randint(31, 55)))
        buyer = town.registry.buyer(town.registry.somebody())
        town.recommended(me.email, buyer, at, "refund after the reward", ring, is_planted=True, refunded_after=after)


def by_refusals(town: Town) -> None:
    """Parcels to be paid on delivery, ordered for made-up friends, and sent back; some friends do it repeatedly."""
    me = town.advocate(town.registry.somebody())
    ring = town.ring()
    moments = town.days(town.rng.randint(3, 6), (1, 40))
    friend = town.registry.somebody()
    for at in moments:
        friend = friend if town.rng.random() < 0.5 else town.registry.somebody()
        town.recommended(
            me.email, town.registry.buyer(friend), at, "refused on delivery", ring,
            is_planted=True, on_delivery=True, refused=True,
        )  # fmt: skip


def by_leak(town: Town) -> None:
    """A link or a code stands on a coupon site, and strangers come for days."""
    me = town.advocate(town.registry.somebody())
    ring, types_code = town.ring(), town.rng.random() < 0.4
    crowd = town.rng.randint(60, 260)
    begin = town.day(5, 40)
    for _ in range(crowd):
        at = begin + timedelta(days=min(town.rng.expovariate(1.4), 6))
        buyer = town.registry.buyer(town.registry.somebody())
        town.recommended(me.email, buyer, at, "leaked code", ring, is_planted=True, types_code=types_code)


def masked(town: Town) -> Somebody:
    """Somebody who takes another name, home, telephone and mailbox: nothing here can see that."""
    me = town.advocate(town.registry.somebody())
    ring = town.ring()
    for at in town.days(town.rng.randint(1, 4), (1, 45)):
        buyer = town.registry.buyer(town.registry.somebody())
        town.recommended(me.email, buyer, at, "another name, home and mailbox", ring, is_planted=True)
    return me
