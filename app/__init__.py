"""Goodword: a self-hosted referral server for online stores."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from app.version import VERSION

if TYPE_CHECKING:
    from flask import Flask

    from app.config import Settings

__version__ = VERSION


def create_app(settings: Settings | None = None) -> Flask:
    """The Flask application, bound to the settings (by default those of the environment)."""
    from flask import Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    from app import cli, config, extensions, logs, web
    from app.links.tokens import tokens

    settings = settings or config.load(os.environ)
    app = Flask("app", static_folder="web/static", template_folder="web/templates")
    app.config["GOODWORD"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_keys[0],
        SECRET_KEY_FALLBACKS=list(settings.secret_keys[1:]),
        MAX_CONTENT_LENGTH=settings.max_webhook_bytes,
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    logs.configure(settings)
    extensions.connect(settings)
    tokens.configure(settings.secret_keys)
    web.register(app)
    cli.register(app)
    return app
