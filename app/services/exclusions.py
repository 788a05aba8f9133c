"""What an owner wrote of goods that do not count, as the shop knows them. The shop is asked before a program is saved,
outside every transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from app.domain import text
from app.domain.errors import AnswersRefused
from app.domain.program_faults import Fault
from app.domain.programs import Exclusions, Named
from app.services.connections import NotConnected, connection
from integrations.contract import StoreSession
from integrations.errors import PlatformError

Search = Callable[[StoreSession, str], Mapping[str, str]]


def with_refs(store_id: int, excluded: Exclusions, known: Exclusions | None = None) -> Exclusions:
    """The exclusions with the shop's reference and spelling of everything that is named in them; a name that stands in
    `known` is not asked for again.

    Raises AnswersRefused: name_unknown, shop_silent, platform_cannot.
    """
    known = known or Exclusions()
    fields = {"categories": known.categories, "products": known.products}
    found: dict[str, tuple[Named, ...]] = {}
    for field, before in fields.items():
        named: tuple[Named, ...] = getattr(excluded, field)
        answers = {text.fold(each.name): each for each in before}
        missing = [each for each in named if text.fold(each.name) not in answers]
        fresh = {text.fold(each.name): _in_shop(store_id, field, each.name) for each in missing}
        every: list[Named] = []
        for each in named:
            key = text.fold(each.name)
            every += fresh[key] if key in fresh else [one for one in before if text.fold(one.name) == key]
        found[field] = tuple(dict.fromkeys(every))
    return replace(excluded, categories=found["categories"], products=found["products"])


def _in_shop(store_id: int, field: str, name: str) -> list[Named]:
    """Everything in the shop that has this name."""
    try:
        opened = connection(store_id)
        if opened.platform.catalogue is None:
            raise AnswersRefused(Fault(f"excluded.{field}", "platform_cannot"))
        search: Search = getattr(opened.platform.catalogue, field)
        meant = search(opened.store, name)
    except (PlatformError, NotConnected) as error:
        raise AnswersRefused(Fault(f"excluded.{field}", "shop_silent")) from error
    same = [Named(ref, called) for ref, called in sorted(meant.items()) if text.fold(called) == text.fold(name)]
    if not same:
        raise AnswersRefused(Fault(f"excluded.{field}", "name_unknown", named=name))
    return same
