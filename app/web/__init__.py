"""Thin blueprints, a folder each: read the request, call one service or query, answer."""

from __future__ import annotations

from flask import Flask

from app.web import errors, health, webhooks

BLUEPRINTS = (health.blueprint, webhooks.blueprint)


def register(app: Flask) -> None:
    """Every blueprint and the error pages answer in this application."""
    errors.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
