"""From what support typed to what is looked for: one box for an e-mail, a phone, an order number, a code or a name."""

from __future__ import annotations

import re

from babel.core import get_global

from app.domain import codes, text
from app.domain.wanted import Wanted
from app.extensions import db
from app.models import Store
from app.services import people
from app.services.people import Identity

LONGEST = 200
_NUMBER = re.compile(r"[\w./-]{1,64}")


def wanted(store_id: int, typed: str) -> Wanted:
    """Everything that the typed text may stand for; spelling, digits and invisible marks do not matter."""
    typed = text.visible(typed[:LONGEST]).strip()
    with db.read() as session:
        store = session.get_one(Store, store_id)
    folded = text.fold(typed)
    bare = folded.lstrip("#").replace(" ", "")
    is_email = "@" in typed
    return Wanted(
        contacts=_contacts(store, typed, folded),
        names=() if is_email or not _is_name(folded) else _names(store, typed),
        number=bare if not is_email and _NUMBER.fullmatch(bare) else None,
        code=codes.normal(typed),
    )


def _contacts(store: Store, typed: str, folded: str) -> tuple[tuple[str, str], ...]:
    if "@" in typed:
        identities = [Identity(email=typed)]
    elif sum(letter.isdecimal() for letter in folded) >= 7:
        # People leave out the country's code; where the shop's clock stands is where most of its customers are.
        country = get_global("zone_territories").get(store.timezone)
        identities = [Identity(phone=folded), Identity(phone=folded, country=country)]
    else:
        return ()
    return tuple(dict.fromkeys(pair for each in identities for pair in people.keys(store, each)))


def _is_name(folded: str) -> bool:
    return any(letter.isalpha() for letter in folded)


def _names(store: Store, typed: str) -> tuple[str, ...]:
    long_enough = [token for token in text.tokens(typed) if len(token) >= people.SHORTEST_PREFIX]
    return tuple(people.search_digest(store, token) for token in long_enough)
