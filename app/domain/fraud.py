"""What looks as if somebody recommended themselves, weighed (R9): strong is refused, grey waits for a look until its
deadline, weak is only noted. Two weak signs of different kinds are as much as a grey one.

Only the advocate's own mailbox, account or number is strong. Where somebody lives, works or studies, their IP address
and their country are no signs of anything: households, offices and campuses share them. What a shared name and address,
a shared telephone or a shared account mean is for a person, also where they come together: fathers and sons bear one
name under one roof, with one telephone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Weight(StrEnum):
    """What a sign is good for."""

    STRONG = "strong"
    GREY = "grey"
    WEAK = "weak"


class Sign(StrEnum):
    """Kinds of sign; each has its sentence in app/web/support/signs.py."""

    SAME_PERSON = "same_person"  # the advocate's own e-mail, telephone or account
    SAME_NAME_AND_ADDRESS = "same_name_and_address"  # as on an order of the advocate's own
    SAME_PHONE = "same_phone"
    SAME_ACCOUNT = "same_account"
    KNOWN_PHONE = "known_phone"  # on an earlier order under another e-mail, where only new customers count
    FRIEND_AGAIN = "friend_again"  # another friend of the advocate, with this name and address and another e-mail
    FRIENDS_PHONE = "friends_phone"  # the same with this telephone
    RING = "ring"  # the buyer recommended the advocate, at first hand or through others
    LEAKED_CODE = "leaked_code"
    CROWD = "crowd"
    THROWAWAY_MAIL = "throwaway_mail"
    THROWAWAY_FRIENDS = "throwaway_friends"  # as others of the advocate's friends have
    REFUSED_PARCELS = "refused_parcels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What was seen beside the order, as counts; gathered by the caller."""

    own_orders: tuple[str, ...] = ()  # what the buyer shares with the advocate's own orders: phone, customer
    ring: int = 0  # how many recommendations, with this one, lead from the buyer back to themselves; 0: none do
    crowd: int = 0  # codes taken from the advocate's link in the day before the order
    by_code: int = 0  # orders in that day on which the advocate's own code was typed
    usual: int = 0  # codes that a link of the program gave in the week before that day, where somebody took any
    alike: tuple[str, ...] = ()  # what the buyer shares with earlier friends of the advocate: phone, name_address
    friends: int = 0  # earlier orders by friends of the advocate, where this one's e-mail lasts for minutes
    throwaways: int = 0  # and those among them whose e-mail did too
    recommends: bool = False  # the buyer recommends others too
    refused: int = 0  # the buyer's earlier orders that were to be paid on delivery, and were not


NOTHING_ODD = Traces()


@dataclass(frozen=True, slots=True)
class Found:
    """One sign, its weight, and the figures that its sentence needs; nothing personal."""

    sign: Sign
    weight: Weight
    figures: tuple[tuple[str, int], ...] = ()


# Who shares one of these with the advocate is the advocate (R4).
SAME_PERSON = frozenset({"email", "phone", "customer"})
_ON_OWN_ORDERS = {"phone": Sign.SAME_PHONE, "customer": Sign.SAME_ACCOUNT}
_OF_FRIENDS = {"phone": Sign.FRIENDS_PHONE, "name_address": Sign.FRIEND_AGAIN}
_UNUSUAL = 3  # times what links usually give in a week, on one day
_LEAKED = 4  # times the owner's limit
_REFUSALS = 2
_OFTEN = 3  # one friend in so many


def signs(
    shared: frozenset[str], traces: Traces, *, throwaway: bool, crowd_limit: int, known_phone: bool = False
) -> tuple[Found, ...]:
    """Every sign there is, the heaviest first. `shared` are keys that buyer and advocate have in common."""
    found = [*_identity(shared, traces), *_friends(traces, known_phone), *_company(traces, crowd_limit)]
    if throwaway:
        found.append(_throwaway(traces))
    if traces.refused >= _REFUSALS:
        found.append(Found(Sign.REFUSED_PARCELS, Weight.WEAK, (("count", traces.refused),)))
    return tuple(sorted(found, key=lambda each: list(Weight).index(each.weight)))


def weight(found: Iterable[Found]) -> Weight | None:
    """What all the signs come to together."""
    kinds = {each.sign: each.weight for each in found}
    if Weight.STRONG in kinds.values():
        return Weight.STRONG
    if Weight.GREY in kinds.values() or len(kinds) > 1:
        return Weight.GREY
    return Weight.WEAK if kinds else None


def is_throwaway(email: str) -> bool:
    """Whether the address is of a domain whose mailboxes anybody may read, or last for minutes."""
    _, _, domain = email.strip().casefold().rpartition("@")
    labels = domain.split(".")
    return any(f"\n{'.'.join(labels[start:])}\n" in _throwaway_domains() for start in range(len(labels) - 1))


def _identity(shared: frozenset[str], traces: Traces) -> Iterator[Found]:
    if shared & SAME_PERSON:
        yield Found(Sign.SAME_PERSON, Weight.STRONG)
    if "name_address" in shared:
        yield Found(Sign.SAME_NAME_AND_ADDRESS, Weight.GREY)
    for kind, sign in _ON_OWN_ORDERS.items():
        if kind in traces.own_orders and kind not in shared:
            yield Found(sign, Weight.GREY)


def _friends(traces: Traces, known_phone: bool) -> Iterator[Found]:
    """Somebody who is a new friend again and again. What stands on the advocate's own orders was said already."""
    said = {*traces.own_orders, *(("phone",) if known_phone else ())}
    if known_phone and "phone" not in traces.own_orders:
        yield Found(Sign.KNOWN_PHONE, Weight.GREY)
    for kind, sign in _OF_FRIENDS.items():
        if kind in traces.alike and kind not in said:
            yield Found(sign, Weight.GREY)


def _throwaway(traces: Traces) -> Found:
    """One such address is somebody's choice; several among the friends of one advocate are not."""
    count, friends = traces.throwaways + 1, traces.friends + 1
    if count > 1 and count * _OFTEN >= friends:
        return Found(Sign.THROWAWAY_FRIENDS, Weight.GREY, (("count", count), ("friends", friends)))
    return Found(Sign.THROWAWAY_MAIL, Weight.WEAK)


def _company(traces: Traces, limit: int) -> Iterator[Found]:
    """Recommending each other, and many at once: more than the owner's limit and unlike what the program usually
    sees. A code that strangers pass around is seen by how many type it, or take one from the same link."""
    if traces.ring:
        yield Found(Sign.RING, Weight.GREY, (("count", traces.ring),))
    if not limit:
        return
    figures = (("count", traces.crowd), ("usual", traces.usual))
    is_crowd = traces.crowd > max(limit, _UNUSUAL * traces.usual)
    if traces.by_code > limit:
        yield Found(Sign.LEAKED_CODE, Weight.GREY, (("count", traces.by_code), ("usual", traces.usual)))
    elif is_crowd and traces.crowd > _LEAKED * limit:
        yield Found(Sign.LEAKED_CODE, Weight.GREY, figures)
    elif is_crowd:
        yield Found(Sign.CROWD, Weight.WEAK, figures)


@cache
def _throwaway_domains() -> str:
    """The list as one text: ten thousand small strings would be ten times as large."""
    return files("app.domain").joinpath("disposable_domains.txt").read_text(encoding="utf-8")
