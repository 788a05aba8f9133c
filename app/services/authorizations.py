"""Asking a store for keys: it is asked in its manager's browser, and posts them here, server to server.

The post is not signed and does not say which store it is from. So what we ask carries an unguessable word, good for an
hour and for one account and one typed address; whatever comes back with it is only kept, sealed, and counts after it
opened the store at that address. Keys may come twice (an approval that was sent again): the later ones count.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import clock
from app.extensions import db, settings
from app.models import Authorization
from app.services import installations
from app.services.connections import session_for
from app.services.installations import connector_of
from integrations.connecting import Asking, Authorizer
from integrations.contract import AuthScheme, Credentials, RawRequest
from integrations.errors import RemoteRejected, SignatureInvalid

GOOD_FOR = timedelta(hours=1)  # whoever approves may have to look for a password first
NOBODY = Credentials(AuthScheme.NONE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an asking: `installation_id` once the store is connected, else why it is not (yet)."""

    state: str  # asked, connected, failed, declined, over or unknown
    base_url: str = ""
    reason: str = ""
    detail: str = ""
    installation_id: int | None = None
    store_id: int | None = None  # the one that was to be connected anew


def authorizer_of(platform_key: str) -> Authorizer:
    """The platform's way to be asked for keys. Raises RemoteRejected where it has none."""
    authorizer = connector_of(platform_key).authorizer
    if authorizer is None:
        raise RemoteRejected("not_connectable")
    return authorizer


def obstacle(platform_key: str, base_url: str = "") -> str | None:
    """Why stores will not hand keys to this server, or the one at `base_url` will not; None where they may.

    Stores of a developer's machine allow more than others: before an address is typed, a server that may call private
    stores gives them the benefit of the doubt.
    """
    authorizer = connector_of(platform_key).authorizer
    if authorizer is None:
        return "not_connectable"
    if not base_url and settings().allow_private_stores:
        return None
    return authorizer.obstacle(base_url, callback_url(platform_key))


def callback_url(platform_key: str) -> str:
    """Where stores post keys."""
    return f"{settings().public_url}/p/{platform_key}/keys"


def begin(account_id: int, platform_key: str, typed_address: str, locale: str, store_id: int | None = None) -> str:
    """The store's own page where its manager approves. Anybody can see that a store of this platform is there.

    Raises RemoteRejected with a reason that the connect page explains, RemoteUnavailable, RemoteOutcomeUnknown.
    """
    connector = connector_of(platform_key)
    base_url = connector.normal_address(typed_address)
    if reason := obstacle(platform_key, base_url):
        raise RemoteRejected(reason)
    with session_for(base_url, NOBODY) as opened:
        connector.look(opened)
    state, now = secrets.token_urlsafe(32), clock.now()
    with db.begin() as session:
        _forget(session)
        session.add(
            Authorization(
                state_digest=_digest(state),
                account_id=account_id,
                store_id=store_id,
                platform=platform_key,
                base_url=base_url,
                locale=locale,
                state="asked",
                reason="",
                detail="",
                created_at=now,
                expires_at=now + GOOD_FOR,
            )
        )
    public_url = settings().public_url
    asking = Asking(
        app_name="Goodword",
        state=state,
        callback_url=callback_url(platform_key),
        return_url=f"{public_url}/p/{platform_key}/return",
    )
    return authorizer_of(platform_key).address(base_url, asking)


def forget_expired() -> None:
    """Nothing is kept of askings whose time is over: least of all keys that nobody came back for."""
    with db.begin() as session:
        _forget(session)


def _forget(session: Session) -> None:
    session.execute(delete(Authorization).where(Authorization.expires_at < clock.now()))


def keep_keys(platform_key: str, request: RawRequest) -> None:
    """The keys in the post are kept, sealed and not yet believed; committed when this returns. Repeating is harmless.

    Raises SignatureInvalid where nobody waits for them, PayloadInvalid, RemoteRejected where they are no keys.
    """
    try:
        handed = authorizer_of(platform_key).keys(request)
    except RemoteRejected as error:
        raise SignatureInvalid("platform_unknown") from error
    with db.read() as session:  # junk takes no lock
        if _find(session, platform_key, handed.state) is None:
            raise SignatureInvalid("asking_unknown")
    with db.begin() as session:
        row = _find(session, platform_key, handed.state, locked=True)
        if row is None or row.expires_at < clock.now():
            raise SignatureInvalid("asking_unknown")
        credentials = connector_of(platform_key).credentials(row.base_url, handed.answers)
        row.credentials = msgspec.json.encode(credentials)
        row.state, row.reason, row.detail = "handed", "", ""


def came_back(account_id: int, platform_key: str, query: dict[str, str]) -> Outcome:
    """What the browser's return means: keys that have arrived are tried at the typed address, and the store connected.

    Raises RemoteUnavailable, RemoteOutcomeUnknown where the store did not answer: asking again may help.
    """
    back = authorizer_of(platform_key).came_back(query)
    with db.begin() as session:
        row = _find(session, platform_key, back.state, locked=True)
        if row is None or row.account_id != account_id:
            return Outcome("unknown")
        if row.state == "asked" and not back.approved:
            row.state = "declined"
        if row.state == "asked" and row.expires_at < clock.now():
            return Outcome("over", row.base_url, store_id=row.store_id)
        if row.state == "declined" and back.approved:
            row.state = "asked"  # they went back in the browser, and approved
        if row.state != "handed" or row.credentials is None:
            return _outcome(row)
    return _try(row, row.credentials)


def _try(row: Authorization, credentials: bytes) -> Outcome:
    installation_id, reason, detail = None, "", ""
    try:
        keys = msgspec.json.decode(credentials, type=Credentials)
        installation_id = installations.establish(
            row.account_id, row.platform, row.base_url, keys, row.locale, row.store_id
        )
    except RemoteRejected as error:
        reason, detail = error.reason, error.detail
    with db.begin() as session:
        standing = session.get_one(Authorization, row.id, with_for_update=True)
        if standing.credentials == credentials:  # else newer ones have come meanwhile, and are tried next
            standing.credentials = None
            standing.state = "failed" if reason else "connected"
            standing.reason, standing.detail = reason, detail
        standing.installation_id = installation_id or standing.installation_id
        return _outcome(standing)


def _outcome(row: Authorization) -> Outcome:
    return Outcome(row.state, row.base_url, row.reason, row.detail, row.installation_id, row.store_id)


def _find(session: Session, platform_key: str, state: str, *, locked: bool = False) -> Authorization | None:
    found = select(Authorization).where(
        Authorization.platform == platform_key, Authorization.state_digest == _digest(state)
    )
    return session.scalars(found.with_for_update() if locked else found).first()


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
