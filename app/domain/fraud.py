"""What looks as if somebody recommended themselves, weighed (R9): strong is refused, grey waits for a look until its
deadline, weak is only noted. Two weak signs of different kinds are as much as a grey one.

Where somebody lives, works or studies, their IP address and their country are no signs of anything: households, offices
and campuses share them. What a shared name and address, a shared telephone or a shared account mean is for a person.
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
    RING = "ring"  # the buyer recommended the advocate, at first hand or through others
    LEAKED_CODE = "leaked_code"
    CROWD = "crowd"
    THROWAWAY_MAIL = "throwaway_mail"
    REFUSED_PARCELS = "refused_parcels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What was seen beside the order, as counts; gathered by the caller."""

    own_orders: tuple[str, ...] = ()  # what the buyer shares with the advocate's own orders: phone, customer
    ring: int = 0  # how many recommendations, with this one, lead from the buyer back to themselves; 0: none do
    crowd: int = 0  # codes taken from the advocate's link in the day before the order
    by_code: int = 0  # orders in that day on which the advocate's own code was typed
    usual: int = 0  # codes that a link of the program gave in the week before that day, where somebody took any
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
# With one of these beside it, a shared name and address is a person and no namesake under the same roof.
_PROVES_THE_NAME = frozenset({Sign.SAME_PHONE, Sign.SAME_ACCOUNT, Sign.THROWAWAY_MAIL, Sign.RING})
_UNUSUAL = 3  # times what links usually give in a week, on one day
_LEAKED = 4  # times the owner's limit
_REFUSALS = 2


def signs(shared: frozenset[str], traces: Traces, *, throwaway: bool, crowd_limit: int) -> tuple[Found, ...]:
    """Every sign there is, the heaviest first. `shared` are keys that buyer and advocate have in common."""
    found = [*_identity(shared, traces), *_company(traces, crowd_limit)]
    if throwaway:
        found.append(Found(Sign.THROWAWAY_MAIL, Weight.WEAK))
    if traces.refused >= _REFUSALS:
        found.append(Found(Sign.REFUSED_PARCELS, Weight.WEAK, (("count", traces.refused),)))
    return tuple(sorted(found, key=lambda each: list(Weight).index(each.weight)))


def weight(found: Iterable[Found]) -> Weight | None:
    """What all the signs come to together."""
    kinds = {each.sign: each.weight for each in found}
    if Weight.STRONG in kinds.values():
        return Weight.STRONG
    if Sign.SAME_NAME_AND_ADDRESS in kinds and _PROVES_THE_NAME & set(kinds):
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
