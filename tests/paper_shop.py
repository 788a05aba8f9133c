"""A shop on paper: a platform kept in memory that keeps the adapter's contract, for tests of what stands above it.

What a real store does over HTTP is tested with the demo store and with recordings; here only our own decisions matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from app import clock
from integrations.contract import (
    AuthScheme,
    CouponNote,
    CouponSpec,
    CouponState,
    Credentials,
    DiscountKind,
    Envelope,
    Issued,
    Platform,
    RawRequest,
    Refused,
    StoreSession,
)
from integrations.errors import ItemRefused
from integrations.events import (
    AppliedCode,
    Buyer,
    Money,
    OrderLine,
    OrderSeen,
    OrderSnapshot,
    OrderStatus,
    Refund,
    StoreEvents,
)
from tests.paper_goods import PaperGoods
from tests.paper_keeper import ForWhoeverHasIt, PaperKeeper
from tests.paper_webhooks import PaperWebhooks

KEY = "paper"


@dataclass
class PaperCoupon:
    """A coupon as the shop holds it."""

    ref: str
    spec: CouponSpec
    uses: int = 0
    note: CouponNote | None = None


@dataclass
class PaperShop(PaperGoods):
    """Coupons and orders of one shop; `trouble` is raised by the next calls, `lost` after they took effect."""

    coupons: dict[str, PaperCoupon] = field(default_factory=dict)
    orders: dict[str, OrderSnapshot] = field(default_factory=dict)
    lost: list[Exception] = field(default_factory=list)
    refuse: Callable[[CouponSpec], str | None] = lambda _: None
    stuck: dict[str, Exception] = field(default_factory=dict)  # raised where the coupon with this code is touched
    webhooks: PaperWebhooks = field(default_factory=lambda: PaperWebhooks())
    keeper: PaperKeeper = field(default_factory=lambda: PaperKeeper())
    _numbers: int = 0

    batch_size = 100
    discounts = frozenset(DiscountKind)
    leaves_goods_out = frozenset({DiscountKind.PERCENT})

    # --- the contract ---

    def issue(self, store: StoreSession, coupons: Sequence[CouponSpec]) -> Sequence[Issued | Refused]:
        self.call("issue", len(coupons))
        results = [self._create(spec) for spec in coupons]
        if self.lost:
            raise self.lost.pop(0)
        return results

    def _create(self, spec: CouponSpec) -> Issued | Refused:
        if reason := self.refuse(spec):
            return Refused(spec.code, reason)
        if spec.code in self.coupons:
            return Refused(spec.code, "code_taken")
        if spec.product in self.unsold:
            return Refused(spec.code, "product_gone")
        self._numbers += 1
        self.coupons[spec.code] = PaperCoupon(f"c{self._numbers}", spec)
        return Issued(spec.code, f"c{self._numbers}")

    def find(self, store: StoreSession, coupon: CouponSpec) -> CouponState | None:
        self.call("find", 1)
        held = self.coupons.get(coupon.code)
        if held is None:
            return None
        return self._state(held, coupon)

    def _state(self, held: PaperCoupon, wanted: CouponSpec) -> CouponState:
        names = [each.name for each in fields(CouponSpec) if each.name != "note"]
        differs = [name for name in names if getattr(held.spec, name) != getattr(wanted, name)]
        return CouponState(
            coupon_ref=held.ref,
            code=wanted.code,
            uses=held.uses,
            expires_at=held.spec.expires_at,
            alive=held.spec.expires_at is None or held.spec.expires_at > clock.now(),
            matches=not differs,
            differs=next((name for name in differs if name != "expires_at"), ""),
        )

    def show(self, store: StoreSession, coupons: Mapping[str, CouponSpec]) -> Mapping[str, CouponState]:
        self.call("show", len(coupons))
        held = {each.ref: each for each in self.coupons.values()}
        return {ref: self._state(held[ref], spec) for ref, spec in coupons.items() if ref in held}

    def narrow(
        self, store: StoreSession, coupon_ref: str, expires_at: datetime, note: CouponNote | None = None
    ) -> None:
        self.call("narrow", 1)
        held = self._by_ref(coupon_ref)
        self._touch(held)
        held.note = note
        held.spec = replace(held.spec, expires_at=expires_at)

    def revoke(self, store: StoreSession, coupon_ref: str) -> None:
        self.call("revoke", 1)
        for held in self.coupons.values():
            if held.ref == coupon_ref:
                self._touch(held)
        self.coupons = {code: held for code, held in self.coupons.items() if held.ref != coupon_ref}

    def by_ref(self, store: StoreSession, order_ref: str) -> OrderSnapshot | None:
        self.call("by_ref", 1)
        return self.orders.get(order_ref)

    def by_refs(self, store: StoreSession, order_refs: Sequence[str]) -> Mapping[str, OrderSnapshot | None]:
        self.call("by_refs", len(order_refs))
        return {ref: self.orders.get(ref) for ref in order_refs}

    def placed(self, store: StoreSession, placed_from: datetime, placed_before: datetime) -> Iterator[str]:
        self.call("placed", 1)
        yield from (ref for ref, order in self.orders.items() if self._counts(order, placed_from, placed_before))

    @staticmethod
    def _counts(order: OrderSnapshot, placed_from: datetime | None, placed_before: datetime | None) -> bool:
        return (
            (placed_from is None or order.placed_at >= placed_from)
            and (placed_before is None or order.placed_at < placed_before)
            and order.status not in (OrderStatus.DRAFT, OrderStatus.TRASHED)
        )

    def changed_since(self, store: StoreSession, since: datetime) -> Iterator[OrderSnapshot]:
        self.call("changed_since", 1)
        yield from sorted(
            (order for order in self.orders.values() if order.updated_at >= since), key=lambda each: each.updated_at
        )

    def count(
        self, store: StoreSession, placed_from: datetime | None = None, placed_before: datetime | None = None
    ) -> int | None:
        self.call("count", 1)
        return sum(self._counts(order, placed_from, placed_before) for order in self.orders.values())

    def is_ping(self, request: RawRequest) -> bool:
        return False

    def locate(self, request: RawRequest) -> Envelope:
        return Envelope(KEY, "key", "order")

    def verify(self, request: RawRequest, secrets: Sequence[bytes], now: datetime) -> None:
        return None

    def translate(self, request: RawRequest) -> StoreEvents:
        """The body names an order; the shop knows how it looked."""
        return (OrderSeen(self.orders[request.body.decode()]),)

    # --- what happens in the shop ---

    def order(self, ref: str, *, codes: Sequence[str] = (), goods: int = 4000, **given: Any) -> OrderSnapshot:
        """An order was placed and paid just now, for forty euros of tea; its codes are used up."""
        for code in codes:
            if code in self.coupons:
                self.coupons[code].uses += 1
        now = clock.now()
        values: dict[str, Any] = {
            "order_ref": ref,
            "number": ref,
            "status": OrderStatus.PROCESSING,
            "status_word": "processing",
            "currency": "EUR",
            "goods": eur(goods),
            "discount": eur(600 if codes else 0),
            "tax": eur(0),
            "shipping": eur(0),
            "total": eur(goods),
            "refunded": eur(0),
            "outstanding": eur(0),
            "codes": tuple(AppliedCode(code=code, discount=eur(600)) for code in codes),
            "buyer": Buyer(email=f"friend-{ref}@mail.test", name="Karim Saleh"),
            "channel": "checkout",
            "gateway": "card",
            "placed_at": now,
            "updated_at": now,
            "paid_at": now,
        }
        self.orders[ref] = OrderSnapshot(**(values | given))
        return self.orders[ref]

    def change(self, ref: str, **changes: Any) -> OrderSnapshot:
        """The order changed, one second after it last did or just now, whichever is later."""
        before = self.orders[ref]
        at = changes.pop("updated_at", max(clock.now(), before.updated_at + timedelta(seconds=1)))
        self.orders[ref] = replace(before, updated_at=at, **changes)
        return self.orders[ref]

    def refund(self, ref: str, amount: int, refund_ref: str) -> OrderSnapshot:
        """So much of the order was given back."""
        before = self.orders[ref]
        refunds = (*before.refunds, Refund(refund_ref=refund_ref, amount=eur(amount)))
        given_back = before.refunded.minor + amount
        status = OrderStatus.REFUNDED if given_back >= before.total.minor else before.status
        return self.change(ref, refunds=refunds, refunded=eur(given_back), status=status)

    def cancel(self, ref: str) -> OrderSnapshot:
        """The order was cancelled, and the shop gave the use of its codes back."""
        for used in self.orders[ref].codes:
            if used.code in self.coupons:
                self.coupons[used.code].uses -= 1
        return self.change(ref, status=OrderStatus.CANCELLED, status_word="cancelled", cancelled_at=clock.now())

    def _touch(self, held: PaperCoupon) -> None:
        if held.spec.code in self.stuck:
            raise self.stuck[held.spec.code]

    def _by_ref(self, coupon_ref: str) -> PaperCoupon:
        held = next((held for held in self.coupons.values() if held.ref == coupon_ref), None)
        if held is None:
            raise ItemRefused("coupon_gone")
        return held


def line(product_ref: str, minor: int) -> OrderLine:
    """One of a product, for so much."""
    return OrderLine(product_ref=product_ref, quantity=1, total=eur(minor), tax=eur(0))


def eur(minor: int) -> Money:
    """So many cents."""
    return Money(minor, "EUR")


def platform(shop: PaperShop) -> Platform:
    """The shop as a registered platform."""
    return Platform(
        key=KEY,
        label="Paper",
        webhooks=shop,
        subscriptions=shop.webhooks,
        coupons=shop,
        orders=shop,
        catalogue=shop,
        accounts=shop,
        store_credit=shop.keeper,
        gift_cards=ForWhoeverHasIt(shop.keeper),
        tags=shop.keeper,
        pays_on_delivery=frozenset({"cod"}),
    )


CREDENTIALS = msgspec.json.encode(Credentials(AuthScheme.NONE))
