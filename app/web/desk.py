"""Behind the counter: who is signed in, in which store, and the frame that every desk page stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import unquote

from flask import Flask, g, render_template, request, session, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.domain import colours
from app.queries import accounts
from app.queries.accounts import Viewer, Workplace
from app.services.accounts import SignedIn
from app.web import formats, language, words

KEY = "desk"
# How long a browser stays signed in; a shop's desk is often a shared machine.
SESSION_LIFE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the desk's navigation."""

    address: str
    label: LazyString | str
    is_current: bool


# endpoint, label, roles; the first part of the endpoint's view name marks the current one.
PLACES: tuple[tuple[str, LazyString, tuple[str, ...]], ...] = (
    ("owner.overview", _l("Overview"), ("owner",)),
    ("owner.programs", _l("Programs"), ("owner",)),
    ("support.home", _l("Support"), ("owner", "agent")),
    ("support.waiting", _l("Waiting for you"), ("owner", "agent")),
    ("support.messages", _l("Messages"), ("owner", "agent")),
    ("support.audit", _l("Audit log"), ("owner", "agent")),
    ("owner.ledger", _l("Ledger"), ("owner",)),
    ("owner.team", _l("Team"), ("owner",)),
    ("owner.connection", _l("Connection"), ("owner",)),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """A signed-in account at work in one of its stores."""

    viewer: Viewer
    workplace: Workplace

    @property
    def store_id(self) -> int:
        """The store whose desk this is."""
        return self.workplace.store_id

    @property
    def account_id(self) -> int:
        """Whose desk this is."""
        return self.viewer.account_id

    @property
    def slug(self) -> str:
        """The store's name in addresses."""
        return self.workplace.slug

    @property
    def is_owner(self) -> bool:
        """Whether the owner's pages open."""
        return self.workplace.role == "owner"

    def address(self, endpoint: str, **values: Any) -> str:
        """The address of a page of this desk."""
        return url_for(endpoint, slug=self.slug, **values)

    def page(self, template: str, here: str, **values: Any) -> str:
        """The rendered page; `here` is the endpoint that is marked in the navigation."""
        return render_template(
            template,
            desk={"links": self._links(here)},
            work=self,
            accent_style=colours.style(self.workplace.accent),
            **values,
        )

    def _links(self, here: str) -> list[Link]:
        return [
            Link(self.address(endpoint), label, endpoint == here)
            for endpoint, label, roles in PLACES
            if self.workplace.role in roles
        ]


def register(app: Flask) -> None:
    """Desk pages say states and reasons in words: {{ state_of("reward", "held") }}, {{ reason_of("on_hold") }}."""
    app.config["PERMANENT_SESSION_LIFETIME"] = SESSION_LIFE
    app.jinja_env.globals.update(state_of=words.state, reason_of=words.reason, hold_start=words.HOLD_STARTS.get)


def keep(signed_in: SignedIn, *, by_link: bool = False) -> None:
    """This browser is signed in from here on; its forms get a new token."""
    session.pop("csrf_token", None)
    session.permanent = True
    session[KEY] = [signed_in.account_id, signed_in.epoch, by_link]


def came_by_link() -> bool:
    """Whether this session began with a one-time link, whose holder need not know the password."""
    return bool((session.get(KEY) or (0, 0, False))[2])


def forget() -> None:
    """This browser is signed in no more."""
    session.pop(KEY, None)
    session.pop("csrf_token", None)
    g.viewer = None


def viewer() -> Viewer | None:
    """Who is signed in, read once a request; a session of an earlier epoch is nobody's."""
    if "viewer" not in g:
        account_id, epoch, _ = session.get(KEY) or (0, 0, False)
        g.viewer = accounts.viewer(account_id, epoch) if account_id else None
        if g.viewer is not None:
            language.prefer(known=g.viewer.locale)
    return cast(Viewer | None, g.viewer)


def open_desk(who: Viewer, slug: str) -> Desk | None:
    """The desk in the store with this slug, or None where the account does not work there."""
    workplace = who.workplace(slug)
    if workplace is None:
        return None
    language.prefer(store=workplace.locale)
    formats.stand_in(workplace.timezone, workplace.shown_currency)
    return Desk(who, workplace)


# Browsers read a backslash as a slash and pass over tabs and line ends, so that "/<TAB>/shop.example" leads away.
OWN_PATH = re.compile(r"/(?!/)[^\\\x00-\x1f\x7f-\x9f]*")


def safe_next(address: str | None) -> str | None:
    """The address where it is a path of this server, to go to after signing in; written plainly or encoded."""
    if not address or not all(OWN_PATH.fullmatch(each) for each in (address, unquote(address))):
        return None
    return address


def wanted_page() -> str | None:
    """Where whoever must sign in first wanted to go; only what can be opened again by itself."""
    return request.full_path.rstrip("?") if request.method == "GET" else None
