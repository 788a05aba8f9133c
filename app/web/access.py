"""Who may call a route. Every view says it, and a test refuses a view that does not.

A store is taken from the address and checked against the account's memberships: another store's address is a page that
does not exist. Views of a store get their Desk as first argument.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from app.web import desk

View = TypeVar("View", bound=Callable[..., object])


def public(view: View) -> View:
    """Anybody may call this view; whatever it needs to trust, it verifies by itself."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def account(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Whoever is signed in may call this view, which gets the Viewer; others are sent to sign in."""

    @wraps(view)
    def guarded(**names: Any) -> ResponseReturnValue:
        viewer = desk.viewer()
        return to_sign_in() if viewer is None else view(viewer, **names)

    guarded.access = "account"  # type: ignore[attr-defined]
    return guarded


def server(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Whoever runs the server may call this view, which gets the Viewer."""

    @wraps(view)
    def guarded(**names: Any) -> ResponseReturnValue:
        viewer = desk.viewer()
        if viewer is None:
            return to_sign_in()
        return view(viewer, **names) if viewer.runs_server else abort(404)

    guarded.access = "server"  # type: ignore[attr-defined]
    return guarded


def member(
    *roles: str,
) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """Members of the address's store with one of the roles may call the view; to strangers it does not exist."""

    def guard(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def guarded(slug: str, **names: Any) -> ResponseReturnValue:
            viewer = desk.viewer()
            if viewer is None:
                return to_sign_in()
            opened = desk.open_desk(viewer, slug)
            if opened is None:
                abort(404)
            if opened.workplace.role not in roles:
                abort(403)
            return view(opened, **names)

        guarded.access = f"member:{','.join(roles)}"  # type: ignore[attr-defined]
        return guarded

    return guard


def to_sign_in() -> ResponseReturnValue:
    """The way to sign in, and back to the page that was wanted."""
    return redirect(url_for("auth.sign_in", next=desk.wanted_page()))
