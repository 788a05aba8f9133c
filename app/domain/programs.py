"""What a program promises: a frozen, versioned set of rules (R11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.money import half_up


class OfferKind(StrEnum):
    """What a coupon does at the checkout."""

    PERCENT = "percent"
    FIXED = "fixed"
    FREE_SHIPPING = "free_shipping"
    FREE_PRODUCT = "free_product"  # one piece of one product


class RewardKind(StrEnum):
    """What an advocate is promised; what keeps the promise stands in MEANS."""

    FIXED = "fixed"  # a coupon of a fixed amount
    ORDER_SHARE = "order_share"  # a coupon worth a share of the friend's order
    PERCENT = "percent"  # a coupon of so much percent
    FREE_SHIPPING = "free_shipping"
    FREE_PRODUCT = "free_product"
    MONEY = "money"  # paid out by hand
    DONATION = "donation"  # paid by hand to a cause that the advocate picks
    GIFT = "gift"  # whatever else somebody hands over: a parcel, a month, a gigabyte
    STORE_CREDIT = "store_credit"  # stands in their account at the store
    GIFT_CARD = "gift_card"  # of the store itself
    TAG = "tag"  # of their account, by which the store knows members
    BANK_CODE = "bank_code"  # a code out of the owner's bank, such as another shop's gift card
    POINTS = "points"  # into the advocate's own account; they buy coupons with them


class Means(StrEnum):
    """What keeps a promise."""

    COUPON = "coupon"  # made in the store
    HAND = "hand"  # a person, who says when it is done
    BANK = "bank"  # codes that the owner brought in
    ACCOUNT = "account"  # points, credited at once
    STORE = "store"  # kept by the store for the customer, other than as a coupon


MEANS: dict[RewardKind, Means] = dict.fromkeys(RewardKind, Means.COUPON) | dict.fromkeys(
    (RewardKind.MONEY, RewardKind.DONATION, RewardKind.GIFT), Means.HAND
)
MEANS |= {RewardKind.BANK_CODE: Means.BANK, RewardKind.POINTS: Means.ACCOUNT}
MEANS |= dict.fromkeys((RewardKind.STORE_CREDIT, RewardKind.GIFT_CARD, RewardKind.TAG), Means.STORE)
# What the owner says in words of their own.
IN_WORDS = frozenset({RewardKind.GIFT, RewardKind.BANK_CODE, RewardKind.TAG})
# Rewards that are a fixed sum of money, and all that are a sum of money.
AMOUNTS = frozenset(
    {RewardKind.FIXED, RewardKind.MONEY, RewardKind.DONATION, RewardKind.STORE_CREDIT, RewardKind.GIFT_CARD}
)
SUMS = AMOUNTS | {RewardKind.ORDER_SHARE}


# What a friend may be given once their order has stayed: they have no page on which to pick a cause, and no account.
FOR_FRIENDS = frozenset({RewardKind.GIFT, RewardKind.MONEY, RewardKind.BANK_CODE})


class Trigger(StrEnum):
    """When an order earns."""

    PAID = "paid"
    COMPLETED = "completed"


class Audience(StrEnum):
    """Who is meant to recommend. Only a program for customers is shown to everybody."""

    CUSTOMERS = "customers"
    STAFF = "staff"
    PARTNERS = "partners"
    INFLUENCERS = "influencers"


class Touch(StrEnum):
    """Which of two equal claims wins."""

    FIRST = "first"
    LAST = "last"


class Approval(StrEnum):
    """Which rewards wait for a person before they are released."""

    NEVER = "never"
    ALWAYS = "always"
    ABOVE = "above"  # above Rules.approval_above_minor


class Unproven(StrEnum):
    """What follows where nobody can know whether the buyer is new (R4)."""

    REFUSE = "refuse"
    ASK = "ask"  # a person looks before the reward is released
    ACCEPT = "accept"


class BudgetPeriod(StrEnum):
    """For how long a budget is meant."""

    WHOLE = "whole"  # as long as the program runs
    MONTH = "month"  # each calendar month of the store's zone, anew


@dataclass(frozen=True, slots=True)
class Named:
    """Something of the shop's: its reference there, and how people know it."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FriendOffer:
    """The friend's coupon."""

    kind: OfferKind
    basis_points: int = 0  # PERCENT: 1500 is 15 %
    amount_minor: int = 0  # FIXED
    product: Named | None = None  # FREE_PRODUCT
    combines: bool = False
    excludes_sale_items: bool = False
    valid_days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class InWords:
    """A few words of the owner's in each language; where one is empty, another stands for it."""

    en: str = ""
    ar: str = ""
    fa: str = ""

    def said(self, locale: str) -> str:
        """The words in the language, or in the first one in which there are any."""
        return getattr(self, locale) or self.en or self.ar or self.fa


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What points buy: a coupon of an amount, or of several times that."""

    points: int = 0
    amount_minor: int = 0  # that so many points take off
    least: int = 0  # points that must be spent at once; 0: one coupon's

    def worth(self, points: int) -> int:
        """What so many points come to in money."""
        return half_up(points * self.amount_minor, self.points) if self.points else 0

    @property
    def least_coupons(self) -> int:
        """How many times the amount must be bought at once."""
        return max(-(-self.least // self.points), 1) if self.points else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvocateReward:
    """The advocate's reward. What says nothing for its kind is left at its default."""

    kind: RewardKind
    basis_points: int = 0  # PERCENT and ORDER_SHARE
    amount_minor: int = 0  # of AMOUNTS
    product: Named | None = None  # FREE_PRODUCT
    causes: tuple[str, ...] = ()  # DONATION: of these the advocate picks one, else the first one gets it
    gift: InWords = InWords()  # of IN_WORDS: what it is; POINTS: what they are called, where not «points»
    tag: str = ""  # TAG: as the shop's staff read it
    points: int = 0  # POINTS
    price: Price = Price()  # POINTS: what they buy
    # Of a coupon, and of one that points buy:
    minimum_minor: int = 0  # least order on which the advocate can spend it
    combines: bool = False
    excludes_sale_items: bool = False
    valid_days: int = 180

    @property
    def means(self) -> Means:
        """What keeps the promise."""
        return MEANS[self.kind]

    def cause(self, picked: str | None) -> str | None:
        """To whom the donation goes: the advocate's pick, else the owner's first; None where it is no donation."""
        if self.kind is not RewardKind.DONATION:
            return None
        return picked or next(iter(self.causes), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """What does not count (R4): goods, which the base and the minimum leave out, and buyers who are no customers."""

    sale_items: bool = False
    categories: tuple[Named, ...] = ()  # with all that lies below them
    products: tuple[Named, ...] = ()
    roles: tuple[str, ...] = ()  # of the buyer's account, as the shop calls them
    email_domains: tuple[str, ...] = ()

    @property
    def goods(self) -> bool:
        """Whether any goods are left out."""
        return self.sale_items or bool(self.categories or self.products)

    @property
    def buyers(self) -> bool:
        """Whether anybody's orders do not count."""
        return bool(self.roles or self.email_domains)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """From this friend of an advocate's on, another reward."""

    from_rank: int  # 3: the third friend whose order counts, and those after
    reward: AdvocateReward


@dataclass(frozen=True, slots=True, kw_only=True)
class Boost:
    """Between two instants rewards are raised, for orders placed then (R11)."""

    starts_at: datetime
    ends_at: datetime  # the first instant after its last second
    factor_points: int  # 20000: twice the reward


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One version of a program. Amounts are minor units of `currency`; days are whole days."""

    currency: str
    friend: FriendOffer
    reward: AdvocateReward
    friend_reward: AdvocateReward | None = None  # beside the coupon, once the friend's order has stayed
    minimum_minor: int = 0  # least base of the friend's order (R4)
    window_days: int = 30  # 1 to 365 (R2)
    hold_days: int = 30  # 0 to 365 (R5)
    trigger: Trigger = Trigger.PAID
    touch: Touch = Touch.FIRST
    personal_codes: bool = False  # R2 (d)
    new_customers_only: bool = True
    unproven: Unproven = Unproven.ASK
    cap_rewards: int = 0  # most rewards for one advocate in cap_days; 0 is no cap (R10)
    cap_days: int = 365
    approval: Approval = Approval.NEVER
    approval_above_minor: int = 0
    doubt_days: int = 7  # for so long after its hold a reward that looks odd waits for a person (R9)
    doubt_release_minor: int = 0  # worth up to which it is released then although nobody looked; 0: never
    crowd_limit: int = 0  # codes from one link in a day above which it looks odd; 0: nobody counts
    budget_minor: int = 0  # most that codes and their rewards may come to; 0 is no budget (R10)
    budget_period: BudgetPeriod = BudgetPeriod.WHOLE
    budget_order_minor: int = 0  # a usual order: a share of it is held until the order itself is known
    margin_limit_points: int = 5000  # friend's discount and reward together, of the minimum base (R4)
    excluded: Exclusions = Exclusions()
    audience: Audience = Audience.CUSTOMERS
    gross_margin_points: int = 0  # what the shop earns of its goods, to reckon with; 0 is not said
    tiers: tuple[Tier, ...] = ()  # by from_rank
    boosts: tuple[Boost, ...] = ()  # by starts_at; none begins before the one before it is over


# What is promised as a share.
SHARES = frozenset({OfferKind.PERCENT.value, RewardKind.PERCENT.value, RewardKind.ORDER_SHARE.value})
