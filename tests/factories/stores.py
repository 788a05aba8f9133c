"""Accounts, stores and what connects them."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.models import Account, Authorization, InboxMessage, Installation, Membership, Store
from tests.factories.numbers import next_number


def added(session: Session, row: Any) -> Any:
    """The row has its id."""
    session.add(row)
    session.flush()
    return row


def account(session: Session, **given: Any) -> Account:
    """Somebody who can sign in by a link."""
    number = next_number()
    values: dict[str, Any] = {"email": f"keeper{number}@shop.test", "name": "Mina", "locale": "en"}
    made: Account = added(session, Account(**(values | {"created_at": clock.now()} | given)))
    return made


def store(session: Session, *, owner: Account | None = None, **given: Any) -> Store:
    """A shop in Berlin that counts in euros, with an owner where one is given."""
    number = next_number()
    values: dict[str, Any] = {
        "slug": f"leaf-and-kettle-{number}",
        "name": "Leaf & Kettle",
        "home_url": "https://tea.test",
        "currency": "EUR",
        "timezone": "Europe/Berlin",
        "locale": "en",
        "digest_key": number.to_bytes(32, "big"),
        "created_at": clock.now(),
    }
    made: Store = added(session, Store(**(values | given)))
    if owner:
        member(session, made, owner)
    return made


def member(session: Session, of: Store, who: Account, role: str = "owner") -> Membership:
    """The account works in the store."""
    row = Membership(store_id=of.id, account_id=who.id, role=role, created_at=clock.now())
    made: Membership = added(session, row)
    return made


def installation(session: Session, of: Store, **given: Any) -> Installation:
    """An active connection of the store; by default of a platform that nobody has registered."""
    values: dict[str, Any] = {
        "public_id": f"public-{next_number()}",
        "platform": "made-up",
        "base_url": of.home_url,
        "credentials": b"{}",
        "webhook_secret": b"secret",
        "state": "active",
        "facts": {},
        "connected_at": clock.now(),
    }
    made: Installation = added(session, Installation(store_id=of.id, **(values | given)))
    return made


def authorization(session: Session, who: Account, **given: Any) -> Authorization:
    """The account asked a store for keys, and they have come."""
    values: dict[str, Any] = {
        "state_digest": f"{next_number():064}",
        "platform": "made-up",
        "base_url": "https://tea.test",
        "locale": "en",
        "state": "handed",
        "reason": "",
        "detail": "",
        "credentials": b"{}",
        "created_at": clock.now(),
        "expires_at": clock.now(),
    }
    made: Authorization = added(session, Authorization(account_id=who.id, **(values | given)))
    return made


def message(session: Session, of: Installation, **given: Any) -> InboxMessage:
    """A message that was received and waits."""
    values: dict[str, Any] = {
        "delivery_key": f"delivery-{next_number()}",
        "topic": "order.updated",
        "request": b"",
        "state": "waiting",
        "reason": "",
        "attempts": 0,
        "received_at": clock.now(),
        "due_at": clock.now(),
    }
    made: InboxMessage = added(session, InboxMessage(store_id=of.store_id, installation_id=of.id, **(values | given)))
    return made
