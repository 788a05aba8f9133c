"""What an adapter owes the rest of the program. A platform is the capabilities it has; an absent one is None."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from integrations.connecting import Authorizer, FormField, StoreFacts
from integrations.events import Money, OrderSnapshot, StoreEvents
from integrations.keeping import Keeper


@dataclass(frozen=True, slots=True)
class RawRequest:
    """One webhook exactly as it arrived: nothing decoded, nothing reordered."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who a delivery claims to be. Untrusted until verify() has returned."""

    store_ref: str  # what the platform calls the store, as far as the message tells
    delivery_key: str  # what makes one emission distinct and a retry equal
    topic: str


class WebhookSource(Protocol):
    """Bytes in, facts out."""

    def is_ping(self, request: RawRequest) -> bool:
        """Whether this is the platform's unsigned hello, to be answered 200 and to change nothing."""

    def locate(self, request: RawRequest) -> Envelope:
        """The envelope of any bytes. Raises SignatureInvalid where there is none."""

    def verify(self, request: RawRequest, secrets: Sequence[bytes], now: datetime) -> None:
        """Returns when one of the secrets (current, previous) signed exactly these bytes. Raises SignatureInvalid."""

    def translate(self, request: RawRequest) -> StoreEvents:
        """What the message says, in neutral words. Raises PayloadInvalid."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A platform's answer to one call: status, headers (lower-case names), decoded JSON or None, and the raw body."""

    status: int
    headers: Mapping[str, str]
    json: Any
    body: bytes = field(repr=False)


class StoreSession(Protocol):
    """One store's API: base URL pinned to its host, credentials applied, timeouts and address guard kept."""

    @property
    def base_url(self) -> str:
        """The store's address without a trailing slash."""

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        repeatable: bool | None = None,
    ) -> Answer:
        """The answer, whatever its status below 500 and other than 429.

        `path` is joined to base_url. `repeatable` says that a repeat does no harm (default: GET and HEAD), so that a
        lost answer is RemoteUnavailable instead of RemoteOutcomeUnknown.
        Raises RemoteUnavailable (nothing happened), RemoteOutcomeUnknown (sent, no clear answer), RemoteRejected (the
        guard refused the address, the platform redirected).
        """


class AuthScheme(StrEnum):
    """How a session signs its calls."""

    BASIC = "basic"
    OAUTH1 = "oauth1"  # HMAC-SHA256 in the Authorization header, one-legged, over the http:// form of the address
    BEARER = "bearer"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens a store's API. Never logged; stored encrypted."""

    scheme: AuthScheme
    key: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)


class DiscountKind(StrEnum):
    PERCENT = "percent"
    FIXED = "fixed"
    FREE_SHIPPING = "free_shipping"
    FREE_PRODUCT = "free_product"


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponSpec:
    """One single-use coupon as it must exist in the store. Everything here is read back and compared after creation."""

    code: str  # as we show it: upper case; platforms fold case
    kind: DiscountKind
    basis_points: int = 0  # PERCENT: 1500 is 15 %
    amount: Money | None = None  # FIXED
    product: str | None = None  # FREE_PRODUCT: reference of the product of which one piece costs nothing
    minimum: Money | None = None
    expires_at: datetime | None = None
    combines: bool = False  # may stand beside other codes
    excludes_sale_items: bool = False
    excluded_products: tuple[str, ...] = ()  # references; takes nothing off them
    excluded_categories: tuple[str, ...] = ()
    locked_email: str | None = field(default=None, repr=False)
    note: str = ""  # for the shopkeeper, no personal data


@dataclass(frozen=True, slots=True)
class Issued:
    """The coupon stands in the store exactly as specified."""

    code: str
    coupon_ref: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The coupon does not stand in the store; `reason` is a slug such as code_taken, mismatch_amount or, where the
    store does not sell the product any more, product_gone."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponState:
    """A coupon as the store shows it now."""

    coupon_ref: str
    code: str
    uses: int
    expires_at: datetime | None
    alive: bool  # exists, not in the trash, not expired by `now`
    matches: bool  # still equal to the specification it was looked up with
    differs: str = ""  # what besides its expiry is not as specified: amount, usage_limit …; empty where nothing is


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponNote:
    """What the store may read beside a coupon that was handed out. No more of a person than friends see."""

    recommended_by: str = field(repr=False)  # a first name, or the advocate's code
    new_customers_only: bool


class CouponIssuer(Protocol):
    """Command in, HTTP out; every call may be repeated without harm."""

    batch_size: int
    discounts: frozenset[DiscountKind]  # what its coupons can do
    # Kinds of coupon that can leave excluded products and categories out and still take something off the rest.
    leaves_goods_out: frozenset[DiscountKind]

    def issue(self, store: StoreSession, coupons: Sequence[CouponSpec]) -> Sequence[Issued | Refused]:
        """One result a coupon, in order: created now or found standing already, read back and compared field by field.

        Raises RemoteUnavailable, RemoteRejected, RemoteOutcomeUnknown.
        """

    def find(self, store: StoreSession, coupon: CouponSpec) -> CouponState | None:
        """The coupon as the store shows it, or None where there is no such code. After an unknown outcome, this."""

    def show(self, store: StoreSession, coupons: Mapping[str, CouponSpec]) -> Mapping[str, CouponState]:
        """Up to `batch_size` coupons by their references; absent ones are left out, to be looked up one by one."""

    def narrow(
        self, store: StoreSession, coupon_ref: str, expires_at: datetime, note: CouponNote | None = None
    ) -> None:
        """The coupon expires at `expires_at` and carries the note, where the platform has room for one.

        Raises ItemRefused("coupon_gone") where there is none any more.
        """

    def revoke(self, store: StoreSession, coupon_ref: str) -> None:
        """The coupon can no longer be used; already gone is success. Raises ItemRefused for this one alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One webhook as the store lists it."""

    webhook_ref: str
    topic: str
    address: str
    active: bool


class WebhookSubscriber(Protocol):
    """Registering and repairing the webhooks; idempotent, since platforms accept duplicates and switch webhooks off."""

    topics: tuple[str, ...]

    def subscribe(
        self, store: StoreSession, address: str, secret: str, ours: Collection[str] = (), *, anew: bool = False
    ) -> Sequence[Subscription]:
        """Exactly one active webhook a topic leads to `address`, signed with `secret`; doubles of ours are removed.

        `ours` are references of webhooks that we made: such a one is ours wherever it leads now. With `anew` none that
        stands is kept, so that all belong to whom these credentials belong to.
        """

    def list(self, store: StoreSession) -> Sequence[Subscription]:
        """Every webhook of the store, ours or not."""

    def remove(self, store: StoreSession, address: str) -> None:
        """No webhook leads to `address`."""


class OrderReader(Protocol):
    """What reconciliation and read-backs need."""

    def by_ref(self, store: StoreSession, order_ref: str) -> OrderSnapshot | None:
        """The order as it stands now (trash included, with status TRASHED), or None where it is gone."""

    def by_refs(self, store: StoreSession, order_refs: Sequence[str]) -> Mapping[str, OrderSnapshot | None]:
        """by_ref() of up to a hundred orders, in as few calls as the platform allows; unreadable ones are left out."""

    def changed_since(self, store: StoreSession, since: datetime) -> Iterator[OrderSnapshot]:
        """Every order modified at or after `since`, oldest change first; may repeat orders, never misses one.

        An order that cannot be read raises PayloadInvalid, after all the others; a list that cannot, RemoteRejected.
        """

    def placed(self, store: StoreSession, placed_from: datetime, placed_before: datetime) -> Iterator[str]:
        """References of the orders that count() counts."""

    def count(
        self, store: StoreSession, placed_from: datetime | None = None, placed_before: datetime | None = None
    ) -> int | None:
        """How many orders placed in the span the store has, without drafts and its trash; None where it cannot tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """What the store says now of one thing that it sells."""

    product_ref: str
    variant_ref: str = ""
    category_refs: tuple[str, ...] = ()  # with every category above them
    on_sale: bool = False


class Catalogue(Protocol):
    """What the store sells."""

    def goods(self, store: StoreSession, things: Collection[tuple[str, str]]) -> Sequence[Goods]:
        """What the store says of these (product, variant or ""); those that it no longer has are left out."""

    def categories(self, store: StoreSession, name: str) -> Mapping[str, str]:
        """Names of the categories that may be meant, by their references."""

    def products(self, store: StoreSession, name: str) -> Mapping[str, str]:
        """Names of the products that may be meant, by their references."""

    def sold(self, store: StoreSession, product_refs: Collection[str]) -> frozenset[str]:
        """Which of these products the store sells now."""


class Accounts(Protocol):
    """The buyers' accounts with the store."""

    def roles(self, store: StoreSession, customer_ref: str) -> Sequence[str]:
        """What the account may do there, in the store's own words; empty where there is no such account any more."""


class Storefront(Protocol):
    """Links into the shop."""

    def home(self, base_url: str, parameters: Mapping[str, str], code: str | None = None) -> str:
        """The shop's front page with `parameters` (UTM, the signed claim) added, and the code where a shop may take
        it from there."""

    def apply_link(
        self, base_url: str, code: str, product_ref: str | None, parameters: Mapping[str, str]
    ) -> str | None:
        """A link that applies the coupon, or None where the platform has none. What it costs is in the README."""


class ShopPlugin(Protocol):
    """A plugin of ours that the owner installs in the shop. It makes things better; nothing may depend on it."""

    file_name: str

    def archive(self, join_address: str) -> bytes:
        """The file to install, which knows the program's page already; the same bytes for the same address."""


class Connector(Protocol):
    """The platform's own installation flow, ending in credentials."""

    fields: tuple[FormField, ...]
    authorizer: Authorizer | None
    # A refusal of facts() to the scheme with which the same answers are to be tried once more.
    other_schemes: Mapping[str, AuthScheme]

    def normal_address(self, typed: str) -> str:
        """The store's base URL from what a person typed. Raises RemoteRejected('address_invalid')."""

    def credentials(self, base_url: str, answers: Mapping[str, str]) -> Credentials:
        """Credentials from the pasted answers; the scheme follows the address (TLS or not)."""

    def look(self, store: StoreSession) -> None:
        """Returns where anybody can see a store of this platform. Raises RemoteRejected, as facts() does."""

    def facts(self, store: StoreSession) -> StoreFacts:
        """What the store says of itself. Raises RemoteRejected with a slug that the install page explains, such as
        key_unknown, key_wrong_secret, key_read_only, tls_hidden, rest_absent, coupons_disabled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A platform is the capabilities it has; an absent one is None."""

    key: str
    label: str
    webhooks: WebhookSource
    connector: Connector | None = None
    subscriptions: WebhookSubscriber | None = None
    coupons: CouponIssuer | None = None
    orders: OrderReader | None = None
    catalogue: Catalogue | None = None
    accounts: Accounts | None = None
    store_credit: Keeper | None = None
    gift_cards: Keeper | None = None
    tags: Keeper | None = None
    storefront: Storefront | None = None
    shop_plugin: ShopPlugin | None = None
    earning_statuses: frozenset[str] = frozenset({"processing", "completed"})
    # Gateways whose money arrives only at completion or delivery, whatever the paid date says (R6).
    pays_on_delivery: frozenset[str] = frozenset()
