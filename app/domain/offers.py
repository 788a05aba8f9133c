"""What a friend's coupon is, and which of the shop's goods a program gives or leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from app.domain.programs import AdvocateReward, FriendOffer, Named, OfferKind, Rules


def offer_fingerprint(rules: Rules) -> str:
    """Equal for two versions whose friend's coupon is the same coupon (value, product, currency, minimum,
    exclusions, stacking): 16 hex."""
    offer = rules.friend
    same = (
        offer.kind.value,
        offer.basis_points if offer.kind is OfferKind.PERCENT else 0,
        offer.amount_minor if offer.kind is OfferKind.FIXED else 0,
        rules.currency,
        rules.minimum_minor,
        offer.excludes_sale_items,
        offer.combines,
    )
    product, left_out = product_ref(offer), goods_left_out(rules)
    more = () if product is None else (product,)
    return sha256(repr((*same, *more, *left_out) if any(left_out) else (*same, *more)).encode()).hexdigest()[:16]


def product_ref(promise: FriendOffer | AdvocateReward) -> str | None:
    """The reference of the product of which its coupon gives one piece; None where it gives something else."""
    is_gift = promise.kind.value == OfferKind.FREE_PRODUCT.value
    return promise.product.ref if is_gift and promise.product else None


def goods_left_out(rules: Rules) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """References of the products and categories that the friend's coupon leaves out. Only percent off can leave out a
    part of a basket: an amount off, or free shipping, is for the whole of it or not at all."""
    if rules.friend.kind is not OfferKind.PERCENT:
        return (), ()
    products, categories = rules.excluded.products, rules.excluded.categories
    return tuple(sorted(each.ref for each in products)), tuple(sorted(each.ref for each in categories))


def products_given(rules: Rules) -> Iterator[tuple[str, Named]]:
    """Each product of which somebody gets a piece for free, with its field."""
    sides: list[tuple[str, FriendOffer | AdvocateReward]] = [("friend", rules.friend), ("reward", rules.reward)]
    sides += [(f"tiers.{place}.reward", tier.reward) for place, tier in enumerate(rules.tiers)]
    yield from ((f"{side}.product", each.product) for side, each in sides if each.product)
