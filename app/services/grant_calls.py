"""Giving what the store keeps, and taking it back. Every function is an effect: no transaction is open while it calls.

A grant goes planned -> giving (committed) -> given. One found in `giving` was left half done by a killed worker or a
lost answer: it is looked up first, when the store has had time to show it, and given only where it is not there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from app import clock
from app.domain.programs import RewardKind
from app.extensions import db
from app.models import Advocate, Grant, Person
from app.services import grants
from app.services.connections import Connection, connection
from app.services.platform_limits import keeper_of
from integrations import keeping
from integrations.errors import ItemRefused, RemoteRejected, RemoteUnavailable
from integrations.events import Money
from integrations.keeping import Keeper

SETTLED = timedelta(minutes=2)  # a request without an answer may still be at work for so long
LOOK_AGAIN = timedelta(days=1)  # for an account that there is not yet
log = structlog.get_logger()


def give(grant_id: int) -> datetime | None:
    """The store keeps the grant; the time of another look where it must wait."""
    with db.read() as session:
        grant = session.get_one(Grant, grant_id)
        person_id = session.get_one(Advocate, grant.advocate_id).person_id
        email = session.get_one(Person, person_id).email
    if grant.state not in ("planned", "giving"):
        return None
    opened, keeper = _open(grant)
    customer_ref = grant.customer_ref or _customer(opened, keeper, email)
    if customer_ref is None:
        with db.begin() as session:
            grants.waits_for_account(session, grant_id)
        return clock.now() + LOOK_AGAIN if email else None
    try:
        return _give(opened, keeper, grant, customer_ref)
    except ItemRefused as refusal:
        with db.begin() as session:
            grants.refused(session, grant_id, refusal.reason)
        return None


def _open(grant: Grant) -> tuple[Connection, Keeper]:
    opened = connection(grant.store_id)
    keeper = keeper_of(opened.platform, RewardKind(grant.kind))
    if keeper is None:
        raise RemoteRejected("not_kept_here")
    return opened, keeper


def _customer(opened: Connection, keeper: Keeper, email: str | None) -> str | None:
    if not keeper.needs_customer:
        return ""
    return keeper.customer(opened.store, email) if email else None


def _give(opened: Connection, keeper: Keeper, grant: Grant, customer_ref: str) -> datetime | None:
    grant_ref = None
    if grant.state == "giving":
        if (shown_at := _shown_at(grant)) > clock.now():
            return shown_at
        grant_ref = keeper.find(opened.store, _asked(grant, customer_ref), _others(grant))
    if grant_ref is None:
        asked = _begin(grant.id, customer_ref)
        if asked is None:
            return None
        grant_ref = _ask(opened, keeper, grant, asked)
    with db.begin() as session:
        grants.given(session, grant.id, grant_ref)
    log.info("grant_given", grant_id=grant.id, reward_id=grant.reward_id)
    return None


def _begin(grant_id: int, customer_ref: str) -> keeping.Grant | None:
    """It is on record that the store is being asked, and since when; None where it is not wanted any more."""
    with db.begin() as session:
        _reward, grant = grants.locked(session, grant_id)
        if grant.state not in ("planned", "giving"):
            return None
        grant.asked_at = clock.now() if grant.state == "planned" else grant.asked_at
        grant.state, grant.customer_ref = "giving", customer_ref
        return _asked(grant, customer_ref)


def _ask(opened: Connection, keeper: Keeper, before: Grant, asked: keeping.Grant) -> str:
    """What surely did not happen need not be looked up."""
    try:
        return keeper.give(opened.store, asked)
    except (RemoteUnavailable, RemoteRejected) as error:
        if before.state == "planned" and not isinstance(error, ItemRefused):
            with db.begin() as session:
                _reward, grant = grants.locked(session, before.id)
                if grant.state == "giving":
                    grant.state, grant.asked_at = "planned", None
        raise


def _asked(grant: Grant, customer_ref: str) -> keeping.Grant:
    is_money = grant.kind != RewardKind.TAG
    return keeping.Grant(
        key=grant.key,
        customer_ref=customer_ref,
        amount=Money(grant.amount_minor, grant.currency) if is_money else None,
        code=grant.code or "",
        tag=grant.tag,
        asked_at=grant.asked_at or grant.created_at,
    )


def _shown_at(grant: Grant) -> datetime:
    return (grant.asked_at or grant.created_at) + SETTLED


def _others(grant: Grant) -> list[str]:
    """References that the store gave to other grants of the advocate."""
    with db.read() as session:
        refs = select(Grant.grant_ref).where(
            Grant.store_id == grant.store_id, Grant.advocate_id == grant.advocate_id, Grant.id != grant.id
        )
        return [ref for ref in session.scalars(refs) if ref is not None]


def take_back(grant_id: int) -> datetime | None:
    """The store keeps the grant no more, unless its advocate has used some of it or deserves it again; the time of
    another look where it is not known yet whether it was given."""
    with db.read() as session:
        grant = session.get_one(Grant, grant_id)
        is_deserved, has_another = grants.is_deserved(session, grant), grants.has_another(session, grant)
    if grant.state != "returning":
        return None
    if grant.grant_ref is None and (shown_at := _shown_at(grant)) > clock.now():
        return shown_at
    is_back = not is_deserved and (has_another or _taken(grant))
    with db.begin() as session:
        if is_back:
            grants.returned(session, grant_id)
        else:
            grants.kept_by_advocate(session, grant_id, "" if is_deserved else grants.USED)
    return None


def _taken(grant: Grant) -> bool:
    opened, keeper = _open(grant)
    asked = _asked(grant, grant.customer_ref or "")
    grant_ref = grant.grant_ref or keeper.find(opened.store, asked, _others(grant))
    return grant_ref is None or keeper.take_back(opened.store, asked, grant_ref)
