"""The whole adapter against a shop, real or the demo store's; everything that it makes is removed again."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest

from app.outbound.http import HttpSession
from integrations.contract import CouponSpec, DiscountKind, Issued
from integrations.events import Money
from tests.live.conftest import LiveShop


def fresh_code() -> str:
    return "".join(secrets.choice("BCDFGHJKMNPQRSTVWXYZ") for _ in range(9))


def test_the_store_says_what_it_is(shop: LiveShop, store: HttpSession) -> None:
    platform = shop.platform
    assert platform.connector is not None
    facts = platform.connector.facts(store)
    assert facts.coupons_enabled
    assert len(facts.currency) == 3


def test_coupons_are_made_found_narrowed_and_revoked(shop: LiveShop, store: HttpSession) -> None:
    platform = shop.platform
    assert platform.connector is not None
    assert platform.coupons is not None
    currency = platform.connector.facts(store).currency
    until = datetime.now(UTC) + timedelta(days=14)
    specs = [
        CouponSpec(code=fresh_code(), kind=DiscountKind.PERCENT, basis_points=1250, expires_at=until),
        CouponSpec(code=fresh_code(), kind=DiscountKind.FREE_SHIPPING, combines=True, excludes_sale_items=True),
        CouponSpec(
            code=fresh_code(),
            kind=DiscountKind.FIXED,
            amount=Money(50_000, currency),
            minimum=Money(150_000, currency),
            locked_email="goodword@example.org",
        ),
    ]
    first = platform.coupons.issue(store, specs)
    assert all(isinstance(each, Issued) for each in first), first
    assert platform.coupons.issue(store, specs) == first
    for spec, issued in zip(specs, first, strict=True):
        assert isinstance(issued, Issued)
        state = platform.coupons.find(store, spec)
        assert state is not None
        assert (state.coupon_ref, state.uses, state.alive, state.matches) == (issued.coupon_ref, 0, True, True)
        sooner = (datetime.now(UTC) + timedelta(days=3)).replace(microsecond=0)
        platform.coupons.narrow(store, issued.coupon_ref, sooner)
        narrowed = platform.coupons.find(store, spec)
        assert narrowed is not None
        assert narrowed.expires_at == sooner
        platform.coupons.revoke(store, issued.coupon_ref)
        platform.coupons.revoke(store, issued.coupon_ref)
        assert platform.coupons.find(store, spec) is None


def test_goods_are_told_apart_and_a_coupon_leaves_some_out(shop: LiveShop, store: HttpSession) -> None:
    platform = shop.platform
    if platform.catalogue is None or platform.coupons is None:
        pytest.skip("this platform does not tell what it sells")
    sold = platform.catalogue.products(store, "")
    assert sold, "the shop sells nothing"
    goods = platform.catalogue.goods(store, [(ref, "") for ref in list(sold)[:5]])
    assert {each.product_ref for each in goods} == set(list(sold)[:5])
    categories = sorted({ref for each in goods for ref in each.category_refs})[:2]
    known = platform.catalogue.categories(store, "")
    assert set(categories) <= set(known)
    assert all(platform.catalogue.categories(store, known[ref])[ref] == known[ref] for ref in categories)
    published = sorted(platform.catalogue.sold(store, list(sold)))
    assert published, "nothing of it is for sale"
    leaving_out = CouponSpec(
        code=fresh_code(),
        kind=DiscountKind.PERCENT,
        basis_points=1000,
        excluded_products=tuple(list(sold)[:2]),
        excluded_categories=tuple(categories),
    )
    gift = CouponSpec(code=fresh_code(), kind=DiscountKind.FREE_PRODUCT, product=published[0])
    for spec, issued in zip((leaving_out, gift), platform.coupons.issue(store, [leaving_out, gift]), strict=True):
        assert isinstance(issued, Issued), issued
        state = platform.coupons.find(store, spec)
        assert state is not None
        assert state.matches
        platform.coupons.revoke(store, issued.coupon_ref)


def test_webhooks_are_made_once_and_removed(shop: LiveShop, store: HttpSession) -> None:
    platform = shop.platform
    assert platform.subscriptions is not None
    address = f"https://goodword.example/webhooks/{platform.key}/{secrets.token_urlsafe(12)}"
    try:
        made = platform.subscriptions.subscribe(store, address, secrets.token_hex(32))
        assert [each.topic for each in made] == list(platform.subscriptions.topics)
        again = platform.subscriptions.subscribe(store, address, secrets.token_hex(32))
        assert again == made
    finally:
        platform.subscriptions.remove(store, address)
    assert address not in {each.address for each in platform.subscriptions.list(store)}


def test_every_order_of_the_list_can_be_read_alone(shop: LiveShop, store: HttpSession) -> None:
    platform = shop.platform
    assert platform.orders is not None
    seen = list(platform.orders.changed_since(store, datetime(2000, 1, 1, tzinfo=UTC)))
    assert [each.updated_at for each in seen] == sorted(each.updated_at for each in seen)
    for order in seen[:20]:
        alone = platform.orders.by_ref(store, order.order_ref)
        assert alone is not None
        assert alone.order_ref == order.order_ref
    assert platform.orders.by_ref(store, "999999999") is None
