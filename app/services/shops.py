"""Which shop it is that is being connected: a new one, one of the account's own, or somebody else's.

A shop is known by its address, and by webhooks of ours that stand in it: those stay where it moves. Two stores here for
one shop would both give coupons and both pay for its orders, so a shop has one active installation.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, literal, or_, select
from sqlalchemy.orm import Session

from app.extensions import db, settings
from app.models import Installation, Membership, Order
from integrations.contract import Platform, StoreSession
from integrations.errors import RemoteRejected

ASKED_ORDERS = 3


def names(base_url: str) -> frozenset[str]:
    """The address with and without TLS, with and without www: one shop."""
    place = base_url.partition("://")[2].removeprefix("www.")
    return frozenset(f"{scheme}://{www}{place}" for scheme in ("http", "https") for www in ("", "www."))


def webhook_path(installation: Installation) -> str:
    """Where the store's messages go on this server; the id in it finds the installation again when the store moves."""
    return f"/webhooks/{installation.platform}/{installation.public_id}"


def webhook_address(installation: Installation) -> str:
    """Where the store sends its messages."""
    return f"{settings().public_url}{webhook_path(installation)}"


def marks(platform: Platform, store: StoreSession) -> frozenset[str]:
    """The last parts of the addresses to which the shop's webhooks lead: ours are among them by their public id."""
    if platform.subscriptions is None:
        return frozenset()
    return frozenset(each.address.rpartition("/")[2] for each in platform.subscriptions.list(store))


def one_at_a_time(session: Session) -> None:
    """Shops are connected one after the other, so that two accounts cannot connect one shop at once."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(literal(7_103_542))))


def recognised(
    session: Session, account_id: int, platform: str, base_url: str, found: frozenset[str], store_id: int | None
) -> Installation | None:
    """The installation that is connected anew, or None for a new shop.

    With `store_id` that store's owner said which it is; without, only the address says so. Raises RemoteRejected:
    shop_taken (by somebody else), shop_moved (a shop of the account at another address, or a copy of it).
    """
    own_stores = select(Membership.store_id).where(Membership.account_id == account_id, Membership.role == "owner")
    mine = set(session.scalars(own_stores))
    if store_id is not None and store_id not in mine:
        raise RemoteRejected("shop_taken")
    same = or_(
        Installation.base_url.in_(names(base_url)),
        Installation.public_id.in_(found),
        Installation.store_id == store_id,
    )
    known = session.scalars(
        select(Installation).where(Installation.platform == platform, same).order_by(Installation.id.desc())
    ).all()
    _refuse_taken(known, mine if store_id is None else {store_id})
    if store_id is not None:
        return next((each for each in known if each.store_id == store_id), None)
    own = [each for each in known if each.store_id in mine]
    by_address = next((each for each in own if each.base_url in names(base_url)), None)
    if by_address is None and own:
        raise RemoteRejected("shop_moved", detail=own[0].base_url)
    return by_address


def _refuse_taken(known: Iterable[Installation], allowed: set[int]) -> None:
    if any(each.state == "active" and each.store_id not in allowed for each in known):
        raise RemoteRejected("shop_taken")


def refuse_another(
    platform: Platform, store: StoreSession, store_id: int, base_url: str, found: frozenset[str]
) -> None:
    """Returns when the shop at a new address is the one that is known as `store_id`, as far as it can tell.

    Raises RemoteRejected("another_shop") where neither a webhook of ours nor any of its newest orders is there: its
    order numbers would be taken for those of the other.
    """
    with db.read() as session:
        installation = session.scalars(
            select(Installation)
            .where(Installation.store_id == store_id, Installation.platform == platform.key)
            .order_by(Installation.id.desc())
        ).first()
        newest = session.execute(
            select(Order.order_ref, Order.number, Order.placed_at)
            .where(Order.store_id == store_id, Order.gone_at.is_(None), ~Order.is_test)
            .order_by(Order.placed_at.desc())
            .limit(ASKED_ORDERS)
        ).all()
    if installation is None or base_url in names(installation.base_url) or installation.public_id in found:
        return
    if platform.orders is None or not newest:
        return
    for row in newest:
        there = platform.orders.by_ref(store, row.order_ref)
        if there is not None and (there.number, there.placed_at) == (row.number, row.placed_at):
            return
    raise RemoteRejected("another_shop", detail=installation.base_url)
