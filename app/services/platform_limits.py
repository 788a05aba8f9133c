"""What a store's platform cannot do, so that nobody is promised it."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.offers import goods_left_out
from app.domain.program_faults import Fault
from app.domain.programs import (
    MEANS,
    Means,
    OfferKind,
    RewardKind,
    Rules,
)
from integrations.contract import DiscountKind, Platform
from integrations.keeping import Keeper

# The coupon that a reward or an offer becomes.
_COUPON_OF = {
    OfferKind.PERCENT.value: DiscountKind.PERCENT,
    OfferKind.FIXED.value: DiscountKind.FIXED,
    RewardKind.ORDER_SHARE.value: DiscountKind.FIXED,
    OfferKind.FREE_SHIPPING.value: DiscountKind.FREE_SHIPPING,
    OfferKind.FREE_PRODUCT.value: DiscountKind.FREE_PRODUCT,
    RewardKind.POINTS.value: DiscountKind.FIXED,  # what they buy
}


# What the store keeps: where it is had, and why not.
_KEPT = {
    RewardKind.STORE_CREDIT: ("store_credit", "no_store_credit_here"),
    RewardKind.GIFT_CARD: ("gift_cards", "no_gift_cards_here"),
    RewardKind.TAG: ("tags", "no_tags_here"),
}


def keeper_of(platform: Platform, kind: RewardKind) -> Keeper | None:
    """What gives such a reward in stores of the platform; None where they have nothing that could."""
    keeper: Keeper | None = getattr(platform, _KEPT[kind][0])
    return keeper


def beyond(platform: Platform | None, rules: Rules) -> tuple[Fault, ...]:
    """What in the rules the platform cannot do; nothing is known of a store that was never connected, and so nothing
    is wrong yet: it is asked again when the program goes live."""
    return (*_beyond_forms(platform, rules), *_beyond_exclusions(platform, rules)) if platform else ()


def _beyond_forms(platform: Platform, rules: Rules) -> Iterator[Fault]:
    """What is given to friend or advocate and the platform has not."""
    rewards = [("reward", rules.reward), *((f"tiers.{n}.reward", each.reward) for n, each in enumerate(rules.tiers))]
    forms = [("friend", rules.friend.kind.value)]
    forms += [(side, each.kind.value) for side, each in rewards if each.kind.value in _COUPON_OF]
    for side, kind in forms:
        if platform.coupons is None:
            yield Fault(f"{side}.kind", "no_coupons_here")
        elif _COUPON_OF[kind] not in platform.coupons.discounts:
            yield Fault(f"{side}.kind", "no_such_coupon_here")
        elif kind == OfferKind.FREE_PRODUCT.value and platform.catalogue is None:
            yield Fault(f"{side}.kind", "no_catalogue_here")
    for side, reward in rewards:
        if MEANS[reward.kind] is Means.STORE and keeper_of(platform, reward.kind) is None:
            yield Fault(f"{side}.kind", _KEPT[reward.kind][1])


def _beyond_exclusions(platform: Platform, rules: Rules) -> Iterator[Fault]:
    excluded = rules.excluded
    for field in ("sale_items", "categories", "products"):
        if getattr(excluded, field) and platform.catalogue is None:
            yield Fault(f"excluded.{field}", "platform_cannot")
    if excluded.roles and platform.accounts is None:
        yield Fault("excluded.roles", "platform_cannot")
    kinds = platform.coupons.leaves_goods_out if platform.coupons else frozenset()
    if any(goods_left_out(rules)) and rules.friend.kind.value not in {each.value for each in kinds}:
        yield Fault("excluded.products", "coupon_cannot")
