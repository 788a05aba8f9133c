"""Who is signed in and where they work; who works in a store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import Account, Membership, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """A store in which an account works, as every desk page needs it."""

    store_id: int
    slug: str
    name: str
    role: str
    currency: str
    shown_currency: str
    timezone: str
    locale: str
    accent: str
    home_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """The account that looks at a desk page."""

    account_id: int
    name: str
    email: str
    locale: str
    runs_server: bool
    has_password: bool
    workplaces: tuple[Workplace, ...]

    def workplace(self, slug: str) -> Workplace | None:
        """Their work in the store with this slug, or None where they have none there."""
        return next((each for each in self.workplaces if each.slug == slug), None)

    @property
    def may_connect(self) -> bool:
        """Whether they may connect a store: whoever runs the server, and owners."""
        return self.runs_server or any(each.role == "owner" for each in self.workplaces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who works in a store."""

    account_id: int
    name: str
    email: str
    role: str
    joined_at: datetime


def viewer(account_id: int, epoch: int) -> Viewer | None:
    """The account while its sessions of this epoch hold, with all its stores; two statements."""
    with db.read() as session:
        account = session.get(Account, account_id)
        if account is None or account.session_epoch != epoch:
            return None
        rows = session.execute(
            select(Store, Membership.role)
            .join(Membership, Membership.store_id == Store.id)
            .where(Membership.account_id == account_id)
            .order_by(Store.name, Store.id)
        ).all()
    return Viewer(
        account_id=account.id,
        name=account.name,
        email=account.email,
        locale=account.locale,
        runs_server=account.runs_server,
        has_password=account.password_hash is not None,
        workplaces=tuple(_workplace(store, role) for store, role in rows),
    )


def _workplace(store: Store, role: str) -> Workplace:
    return Workplace(
        store_id=store.id,
        slug=store.slug,
        name=store.name,
        role=role,
        currency=store.currency,
        shown_currency=store.shown_currency,
        timezone=store.timezone,
        locale=store.locale,
        accent=store.accent,
        home_url=store.home_url,
    )


def first_account_id() -> int | None:
    """The account that runs the server, or None while there is no account."""
    with db.read() as session:
        return session.scalar(select(Account.id).where(Account.runs_server.is_(True)).order_by(Account.id).limit(1))


def team(store_id: int) -> tuple[Member, ...]:
    """Everybody who works in the store, owners first."""
    with db.read() as session:
        rows = session.execute(
            select(Account, Membership)
            .join(Membership, Membership.account_id == Account.id)
            .where(Membership.store_id == store_id)
            .order_by(Membership.role.desc(), Account.name, Account.id)
        ).all()
    return tuple(
        Member(
            account_id=account.id,
            name=account.name,
            email=account.email,
            role=membership.role,
            joined_at=membership.created_at,
        )
        for account, membership in rows
    )
