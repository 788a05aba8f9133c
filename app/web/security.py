"""What every answer says about itself to the browser, and proof that a form is ours.

Nothing is allowed that a page does not need: scripts and styles come from here, and the one style that stands in pages,
a store's accent, is known by its hash. There are no style="" attributes anywhere: the policy refuses them.
"""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256

from flask import Flask, Request, Response, abort, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect

csrf = CSRFProtect()

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{style}; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Sessions(SecureCookieSessionInterface):
    """Flask's, which does nothing for those who bring no cookie: friends and platforms have none."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def register(app: Flask) -> None:
    """Answers carry the headers above and are kept by nobody unless they say so; forms of a session need its token."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None)  # as long as the session: a form left open over lunch still works
    app.session_interface = Sessions()
    csrf.init_app(app)
    app.before_request(_refuse_nul)
    app.after_request(_guard)


def allow_style(text: str) -> None:
    """This answer may hold exactly this <style>; pages that wear a store's accent do."""
    if text:
        g.style_hash = _hash(text)


@lru_cache(maxsize=1024)
def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _refuse_nul() -> None:
    """No browser sends a NUL, and PostgreSQL keeps none in a text. Webhooks keep their bytes; addresses have none."""
    if "\0" in request.path:
        abort(404)
    says_nothing = request.method == "GET" and not request.query_string
    if says_nothing or request.blueprint == "webhooks":
        return
    if any("\0" in each for _, all_ in request.values.lists() for each in all_):
        abort(400)


def headers(style: str = "") -> dict[str, str]:
    """What an answer says that says nothing of it by itself; `style` is a hash that its page may wear."""
    return {"Content-Security-Policy": POLICY.format(style=style), **HEADERS, "Cache-Control": "no-store"}


def _guard(response: Response) -> Response:
    said = {name.title() for name, _ in response.headers}
    ours = headers(f" {g.style_hash}" if "style_hash" in g else "")
    response.headers.extend([each for each in ours.items() if each[0] not in said])
    return response
