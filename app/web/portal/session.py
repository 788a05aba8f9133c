"""An advocate's session: a signed cookie of its own, apart from the desks', good for ninety days from the last visit.

It names a person and nothing else; when the person is erased, nobody is signed in any more.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast

from flask import Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.links.tokens import TokenInvalid, tokens
from app.queries import portal
from app.queries.portal import Portal
from app.web import shopfront

COOKIE = "goodword_me"
PATH = "/me"
SECONDS = 90 * 24 * 3600


def start(response: Response, store_id: int, person_id: int) -> Response:
    """The browser is signed in as this person from now on."""
    response.set_cookie(
        COOKIE,
        tokens.timed("me", [store_id, person_id]),
        path=PATH,
        max_age=SECONDS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def end(response: Response) -> Response:
    """The browser is signed in as nobody."""
    response.delete_cookie(COOKIE, path=PATH)
    return response


def advocate_only(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Only who signed in by a mailed link may call this view; mine() is their page. Each visit renews ninety days."""

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> ResponseReturnValue:
        page = _signed_in()
        if page is None:
            return redirect(url_for("portal.signed_out"), 303)
        g.portal = page
        shopfront.enter(page.shop, known_locale=page.locale)
        response = current_app.make_response(view(*args, **kwargs))
        return response if _is_ending(response) else start(response, page.shop.id, page.person_id)

    guarded.access = "advocate"  # type: ignore[attr-defined]
    return guarded


def mine() -> Portal:
    """The page of whoever is signed in."""
    return cast(Portal, g.portal)


def _signed_in() -> Portal | None:
    try:
        store_id, person_id = tokens.read_timed("me", request.cookies.get(COOKIE, ""), SECONDS)
    except (TokenInvalid, TypeError, ValueError):
        return None
    return portal.page(store_id, person_id)


def _is_ending(response: Response) -> bool:
    return any(each.startswith(f"{COOKIE}=;") for each in response.headers.getlist("Set-Cookie"))
