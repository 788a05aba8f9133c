"""The product that an owner gives for free, as the shop knows it. The shop is asked before a program is saved, outside
every transaction."""

from __future__ import annotations

from dataclasses import replace

from app.domain import text
from app.domain.errors import AnswersRefused
from app.domain.offers import products_given
from app.domain.program_faults import Fault
from app.domain.programs import (
    Named,
    Rules,
)
from app.services.connections import NotConnected, connection
from integrations.errors import PlatformError


def with_refs(store_id: int, rules: Rules, known: Rules | None = None) -> Rules:
    """The rules with the shop's reference and spelling of each product that they give; a name that stands in `known`
    is not asked for again.

    Raises AnswersRefused: name_unknown, name_ambiguous, shop_silent, platform_cannot, product_not_sold.
    """
    before = {text.fold(each.name): each for _, each in products_given(known) if each.ref} if known else {}

    def named(field: str, product: Named) -> Named:
        key = text.fold(product.name)
        if key not in before:
            before[key] = _in_shop(store_id, field, product.name)
        return before[key]

    found = {field: named(field, product) for field, product in products_given(rules)}
    tiers = (
        replace(tier, reward=replace(tier.reward, product=found.get(f"tiers.{n}.reward.product")))
        for n, tier in enumerate(rules.tiers)
    )
    return replace(
        rules,
        friend=replace(rules.friend, product=found.get("friend.product")),
        reward=replace(rules.reward, product=found.get("reward.product")),
        tiers=tuple(tiers),
    )


def _in_shop(store_id: int, field: str, name: str) -> Named:
    """The one product of the shop that has this name, and is sold."""
    try:
        opened = connection(store_id)
        catalogue = opened.platform.catalogue
        if catalogue is None:
            raise AnswersRefused(Fault(field, "platform_cannot"))
        meant = catalogue.products(opened.store, name)
        same = {ref: called for ref, called in meant.items() if text.fold(called) == text.fold(name)}
        sold = catalogue.sold(opened.store, list(same)) if same else frozenset()
    except (PlatformError, NotConnected) as error:
        raise AnswersRefused(Fault(field, "shop_silent")) from error
    if len(sold) == 1:
        (ref,) = sold
        return Named(ref, same[ref])
    reason = "name_ambiguous" if sold else "product_not_sold" if same else "product_unknown"
    raise AnswersRefused(Fault(field, reason, named=name))
