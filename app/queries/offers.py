"""What a friend is offered by a share link, and what became of their claim: read for pages, never locked."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Engine, Row, Select, and_, func, select
from sqlalchemy.orm import aliased

from app import clock
from app.domain.programs import Rules
from app.extensions import db
from app.links.tokens import ShareLink
from app.models import Advocate, Claim, Coupon, Installation, Person, Program, ProgramVersion, Store
from app.models.budgets import budget_of

FRESH_SECONDS = 3.0
MOST_KEPT = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A store as its customers know it."""

    id: int
    slug: str
    name: str
    home_url: str
    locale: str
    timezone: str
    shown_currency: str  # where the shop counts in a unit of its own, such as toman
    accent: str
    platform: str | None  # of its active connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a share link offers now."""

    shop: Shop
    link: ShareLink
    program_state: str
    rules: Rules
    advocate_name: str | None  # first name only
    advocate_state: str | None  # None: nobody of this program
    is_used_up: bool  # no more code fits into the budget (R10)
    starts_anew: datetime | None  # when the budget does, where it does

    @property
    def is_open(self) -> bool:
        """Whether a friend may take a code now."""
        return self.program_state == "live" and self.advocate_state == "active" and not self.is_used_up


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """A claim as its friend sees it."""

    shop: Shop
    link: ShareLink
    claim_id: int
    state: str
    rules: Rules  # of the version that the claim fixed (R11)
    code: str | None
    is_used: bool
    locale: str
    expires_at: datetime
    advocate_name: str | None


def first_name(name: str | None) -> str | None:
    """How somebody is called among friends: nothing more of a name stands on public pages."""
    return name.split()[0] if name and name.split() else None


def offer(link: ShareLink) -> Offer | None:
    """The offer as it stands; None where there is no such program."""
    with db.read() as session:
        row = session.execute(
            _PROGRAM.add_columns(ProgramVersion.rules, Person.name.label("advocate_name"), Advocate.state)
            .join(ProgramVersion, newest_version())
            .outerjoin(Advocate, and_(Advocate.program_id == Program.id, Advocate.id == link.advocate_id))
            .outerjoin(Person, Person.id == Advocate.person_id)
            .where(Program.id == link.program_id)
        ).first()
        if row is None:
            return None
        budget = budget_of(session, row.shop_id, link.program_id, row.rules, row.timezone, clock.now())
    return Offer(
        shop=shop_of(row),
        link=link,
        program_state=row.program_state,
        rules=row.rules,
        advocate_name=first_name(row.advocate_name),
        advocate_state=row.state,
        is_used_up=budget is not None and budget.is_used_up,
        starts_anew=budget.starts_anew if budget else None,
    )


def handed_out(claim_id: int) -> HandedOut | None:
    """The claim with its code, or None where there is no such claim."""
    with db.read() as session:
        row = session.execute(
            _PROGRAM.add_columns(
                ProgramVersion.rules,
                Person.name.label("advocate_name"),
                Claim,
                Coupon.code,
                Coupon.state.label("coupon_state"),
            )
            .join(Claim, Claim.program_id == Program.id)
            .join(ProgramVersion, ProgramVersion.id == Claim.version_id)
            .join(Advocate, Advocate.id == Claim.advocate_id)
            .outerjoin(Person, Person.id == Advocate.person_id)
            .outerjoin(Coupon, Coupon.id == Claim.coupon_id)
            .where(Claim.id == claim_id)
        ).first()
    if row is None:
        return None
    claim: Claim = row.Claim
    return HandedOut(
        shop=shop_of(row),
        link=ShareLink(claim.program_id, claim.advocate_id),
        claim_id=claim.id,
        state=claim.state,
        rules=row.rules,
        code=row.code if claim.state == "ready" else None,
        is_used=row.coupon_state == "used",
        locale=claim.locale,
        expires_at=claim.expires_at,
        advocate_name=first_name(row.advocate_name),
    )


def shop_of(row: Row[*tuple[object, ...]]) -> Shop:
    """The shop in a row that was selected with SHOP."""
    return Shop(
        id=row.shop_id,
        slug=row.slug,
        name=row.shop_name,
        home_url=row.home_url,
        locale=row.shop_locale,
        timezone=row.timezone,
        shown_currency=row.shown_currency,
        accent=row.accent,
        platform=row.platform,
    )


_any_version = aliased(ProgramVersion)
_NEWEST = (
    select(func.max(_any_version.number))
    .where(_any_version.program_id == Program.id)
    .correlate(Program)
    .scalar_subquery()
)


def newest_version() -> ColumnElement[bool]:
    """The version joined to a program is the one in force."""
    return and_(ProgramVersion.program_id == Program.id, ProgramVersion.number == _NEWEST)


_PLATFORM = (
    select(Installation.platform)
    .where(Installation.store_id == Store.id, Installation.state == "active")
    .order_by(Installation.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("platform")
)
SHOP = (
    Store.id.label("shop_id"),
    Store.slug,
    Store.name.label("shop_name"),
    Store.home_url,
    Store.locale.label("shop_locale"),
    Store.timezone,
    Store.shown_currency,
    Store.accent,
    _PLATFORM,
)
_PROGRAM: Select[*tuple[object, ...]] = select(*SHOP, Program.state.label("program_state")).join(
    Program, Program.store_id == Store.id
)


class _Recent:
    """Offers that were read a moment ago, for the many who open one link at once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[ShareLink, tuple[float, Offer | None]] = OrderedDict()
        self._lock = Lock()

    def get(self, link: ShareLink) -> Offer | None:
        """The offer, at most FRESH_SECONDS old."""
        with self._lock:
            kept = self._kept.get(link)
        if kept and kept[0] > time.monotonic():
            return kept[1]
        found = offer(link)
        with self._lock:
            self._kept[link] = (time.monotonic() + FRESH_SECONDS, found)
            self._kept.move_to_end(link)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found


_recent: WeakKeyDictionary[Engine, _Recent] = WeakKeyDictionary()  # a database, its memory


def recent_offer(link: ShareLink) -> Offer | None:
    """offer(), at most a few seconds old. A tap reads anew, so that the panic switch works at once (R10)."""
    return _recent.setdefault(db.engine, _Recent()).get(link)
