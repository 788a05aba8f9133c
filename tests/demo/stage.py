"""A demo store in memory whose clock stands still, and short words for what tests do to it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from demo import create_app
from demo.clock import Clock
from demo.records import Order, Product, Webhook
from demo.settings import Settings
from demo.shop import Shop
from demo.webhooks import run_queue

HOME = "http://127.0.0.1:8089"
KEY = "ck_e2b42b2cfb6d93fcc314286033f82abc26ac1d5f"
CONSUMER_SECRET = "cs_b6bd7b4281a037cbeba5a1cae678e938d52e16de"
HOOK_SECRET = "s3cr3t-hook-key"
BUYER = {
    "first_name": "Bob",
    "last_name": "Müller",
    "address_1": "Street 1",
    "city": "Utrecht",
    "postcode": "3511AA",
    "country": "NL",
    "phone": "0612345678",
    "email": "bob@example.net",
}


class StillClock(Clock):
    """Stands until it is moved."""

    def __init__(self) -> None:
        super().__init__(None)
        self.at = datetime(2026, 11, 22, 18, 42, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """Where it stands."""
        return self.at

    def advance(self, **delta: float) -> None:
        """It stands so much later."""
        self.at += timedelta(**delta)


class Stage:
    """A store, a browser, and the keys of an application."""

    def __init__(self, *, plugin: bool = False, strict_callbacks: bool = False) -> None:
        settings = Settings(
            database=":memory:",
            public_url=HOME,
            consumer_key=KEY,
            consumer_secret=CONSUMER_SECRET,
            queue_seconds=0,
            plugin=plugin,
            strict_callbacks=strict_callbacks,
        )
        self.clock = StillClock()
        self.app: Flask = create_app(settings, self.clock)
        self.shop: Shop = self.app.extensions["shop"]
        self.browser: FlaskClient = self.app.test_client()

    def rest(self, method: str, path: str, body: Any = None) -> TestResponse:
        """A call with the first pair of keys, over TLS."""
        basic = base64.b64encode(f"{KEY}:{CONSUMER_SECRET}".encode()).decode()
        headers = {"X-Forwarded-Proto": "https", "Authorization": f"Basic {basic}"}
        client = self.app.test_client()
        return client.open(f"/wp-json/wc/v3/{path}", method=method, headers=headers, json=body)

    def keep(self, path: str, **form: str) -> TestResponse:
        """The keeper presses a button; the answer is JSON."""
        return self.browser.post(f"/keeper/{path}", data=form, headers={"Accept": "application/json"})

    def next_id(self, number: int, sequence: str = "post") -> None:
        """The next thing of the sequence gets this id."""
        self.shop.store.rows("INSERT OR REPLACE INTO sequences VALUES (?, ?)", (sequence, number - 1))

    def product(self, id: int = 11, price: int = 2000, title: str = "Sencha 100 g", sku: str = "TEA-1") -> None:
        """A product for sale."""
        now = self.clock.now()
        slug = title.lower().replace(" ", "-")
        self.shop.store.save(
            Product(
                id=id,
                created=now,
                modified=now,
                status="publish",
                slug=slug,
                title=title,
                price=price,
                regular_price=price,
                sku=sku,
            )
        )

    def coupon(self, id: int, code: str, amount: str = "10", **fields: Any) -> None:
        """A coupon, made over REST."""
        self.next_id(id)
        self.made(self.rest("POST", "coupons", {"code": code, "amount": amount, **fields}))

    def order(self, id: int, email: str = "bob@example.net", **fields: Any) -> None:
        """An order of one Sencha, made over REST."""
        self.next_id(id)
        body = {"billing": {**BUYER, "email": email}, "line_items": [{"product_id": 11, "quantity": 1}], **fields}
        self.made(self.rest("POST", "orders", body))

    def webhook(self, id: int, topic: str, url: str = "http://127.0.0.1:9/hook", **fields: Any) -> Webhook:
        """An active webhook, without the ping."""
        now = self.clock.now()
        hook = Webhook(
            id=id,
            created=now,
            modified=now,
            status="active",
            title=f"ref {topic}",
            topic=topic,
            delivery_url=url,
            secret=HOOK_SECRET,
            touched=True,
        )
        for name, value in fields.items():
            setattr(hook, name, value)
        self.shop.store.save(hook)
        return hook

    def hook(self, id: int) -> Webhook:
        """The webhook as it stands now."""
        found = self.shop.store.find(Webhook, id)
        assert found is not None
        return found

    def find_order(self, id: int) -> Order:
        """The order as it stands now."""
        found = self.shop.store.find(Order, id)
        assert found is not None
        return found

    def owed(self) -> list[tuple[str, int]]:
        """Topic and id of what webhooks owe, in the order it will be sent."""
        rows = self.shop.store.rows("SELECT webhook, resource FROM queue ORDER BY id")
        return [(self.hook(webhook).topic, resource) for webhook, resource in rows]

    def deliver(self) -> int:
        """The queue runs."""
        return run_queue(self.shop)

    @staticmethod
    def made(response: TestResponse) -> Any:
        """The JSON of an answer that must be a success."""
        assert response.status_code < 300, response.get_data(as_text=True)
        return response.get_json()
