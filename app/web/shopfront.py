"""A public page wears its store: name, accent, language of last resort, and the days of the store's own zone."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template

from app.domain import colours
from app.queries.offers import Shop
from app.web import formats, language, security


def enter(shop: Shop, *, known_locale: str | None = None) -> None:
    """The rest of this request is answered in this shop, whose accent its page may wear."""
    language.prefer(known=known_locale, store=shop.locale)
    formats.stand_in(shop.timezone, shop.shown_currency)
    security.allow_style(colours.style(shop.accent))


def page(template: str, shop: Shop, **values: Any) -> str:
    """The rendered page, wearing the shop."""
    return render_template(template, shop=shop, accent_style=colours.style(shop.accent), **values)


def public_address(path: str) -> str:
    """The path under the address by which the world reaches this server."""
    return f"{current_app.config['GOODWORD'].public_url}{path}"
