"""Thin blueprints, a folder each: read the request, call one service or query, answer."""

from __future__ import annotations

from flask import Flask

from app.web import (
    assets,
    auth,
    desk,
    errors,
    formats,
    health,
    install,
    language,
    limits,
    links,
    numbers,
    outbox,
    owner,
    portal,
    security,
    support,
    webhooks,
)

BLUEPRINTS = (
    health.blueprint,
    webhooks.blueprint,
    links.blueprint,
    portal.blueprint,
    outbox.blueprint,
    auth.blueprint,
    install.blueprint,
    owner.blueprint,
    support.blueprint,
)


def register(app: Flask) -> None:
    """Every blueprint and the error pages answer in this application."""
    for part in (numbers, language, formats, limits, assets, security, errors, desk, webhooks):
        part.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    # Webhooks prove themselves by their signature, and carry no session.
    security.csrf.exempt(webhooks.blueprint)
    # A friend's forms carry a signed nonce of their own, so that no cookie is needed before the tap.
    security.csrf.exempt(links.blueprint)
