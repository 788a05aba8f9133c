"""Leaf & Kettle, a small tea shop that speaks as WooCommerce 10.0.2 does. A process of its own: see README.md here."""

from __future__ import annotations

import secrets
import uuid

from flask import Flask

from demo.catalogue import stock_shelves
from demo.clock import Clock
from demo.money import shown
from demo.rest import rest
from demo.settings import Settings
from demo.shop import NAME, open_shop
from demo.web.authorize import authorization
from demo.web.keeper import keeper
from demo.web.storefront import storefront
from demo.webhooks import start_runner


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """A stocked shop that answers requests and runs its webhook queue. Tests bring a clock that stands still."""
    shop = open_shop(settings or Settings.from_environment(), clock)
    stock_shelves(shop)
    for name, value in (("store_id", str(uuid.uuid4())), ("salt", secrets.token_hex(16))):
        if not shop.store.option(name):
            shop.store.set_option(name, value)
    app = Flask(__name__)
    app.extensions["shop"] = shop
    app.jinja_env.globals.update(shop_name=NAME, money=shown)
    app.register_blueprint(rest)
    app.register_blueprint(authorization)
    app.register_blueprint(keeper)
    app.register_blueprint(storefront)
    start_runner(shop)
    return app
