"""A shop's keeper and its customers through the shop's own API, written anew: nothing here calls the adapter.

Whatever a keeper makes in the shop is remembered, and clean() takes it out again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import requests
from requests_oauthlib import OAuth1

PATIENCE = 60
PRICE = "100"


class Keeper(Protocol):
    """What the story needs done in a shop, whatever the shop is."""

    def order(self, *, code: str, email: str) -> str:
        """A new guest's order of one thing at PRICE with this code, paid; returns its reference."""

    def goods(self, order: str) -> str:
        """What the order's goods cost after discounts and without tax, as a decimal number."""

    def refund(self, order: str, amount: str) -> None:
        """This much was given back."""

    def refund_rest(self, order: str) -> None:
        """All that was left was given back."""

    def cancel(self, order: str) -> None:
        """The order is cancelled."""

    def silence(self, webhooks_to: str, silent: bool) -> None:
        """Webhooks to that server are lost until it is no longer silent."""

    def spendable(self, code: str) -> str | None:
        """The amount of an unused coupon that stands under the code, or None."""

    def nudge(self) -> None:
        """What waits in the shop's own queue gets its chance, as any visitor would give it."""

    def clean(self, coupon_refs: Iterable[str], webhooks_to: str) -> None:
        """Everything made here, these coupons and every webhook to that server are gone from the shop for good."""


class WooKeeper:
    """WooCommerce through REST v3, with the merchant's keys."""

    def __init__(self, address: str, answers: Mapping[str, str]) -> None:
        self.address = address
        self.session = requests.Session()
        self.session.trust_env = False
        key, secret = answers["consumer_key"], answers["consumer_secret"]
        if address.startswith("https://"):
            self.session.auth = (key, secret)
        else:
            self.session.auth = OAuth1(key, secret, signature_method="HMAC-SHA256", signature_type="query")
        self.orders: list[str] = []
        self.products: list[int] = []

    def order(self, *, code: str, email: str) -> str:
        made = self._call(
            "POST",
            "orders",
            {
                "payment_method": "bacs",
                "set_paid": True,
                "billing": {
                    "first_name": "Guest",
                    "last_name": secrets.token_hex(4),
                    "address_1": f"{secrets.token_hex(4)} 7",
                    "city": "Utrecht",
                    "postcode": "3511 AA",
                    "country": "NL",
                    "email": email,
                },
                "line_items": [{"product_id": self._product(), "quantity": 1}],
                "coupon_lines": [{"code": code}],
            },
        )
        self.orders.append(str(made["id"]))
        return self.orders[-1]

    def goods(self, order: str) -> str:
        lines = self._call("GET", f"orders/{order}")["line_items"]
        assert len(lines) == 1
        return str(lines[0]["total"])

    def refund(self, order: str, amount: str) -> None:
        self._call("POST", f"orders/{order}/refunds", {"amount": amount, "api_refund": False})

    def refund_rest(self, order: str) -> None:
        self._call("PUT", f"orders/{order}", {"status": "refunded"})

    def cancel(self, order: str) -> None:
        self._call("PUT", f"orders/{order}", {"status": "cancelled"})

    def silence(self, webhooks_to: str, silent: bool) -> None:
        for path in self._webhooks(webhooks_to):
            self._call("PUT", path, {"status": "paused" if silent else "active"})

    def spendable(self, code: str) -> str | None:
        found = [each for each in self._call("GET", "coupons", query={"code": code.lower()}) if not each["usage_count"]]
        return str(found[0]["amount"]) if found else None

    def nudge(self) -> None:
        # Webhooks leave with WordPress's cron, which any visit starts; this address is that visit and nothing else.
        self.session.get(f"{self.address}/wp-cron.php", auth=_nobody, timeout=PATIENCE)

    def clean(self, coupon_refs: Iterable[str], webhooks_to: str) -> None:
        gone = self._webhooks(webhooks_to)
        gone += [f"orders/{each}" for each in self.orders]
        gone += [f"products/{each}" for each in self.products]
        gone += [f"coupons/{each}" for each in coupon_refs]
        for path in gone:
            self._call("DELETE", path, query={"force": "true"}, gone_is_well=True)

    def _webhooks(self, to: str) -> list[str]:
        hooks = self._call("GET", "webhooks", query={"per_page": "100"})
        return [f"webhooks/{each['id']}" for each in hooks if each["delivery_url"].startswith(f"{to}/")]

    def _product(self) -> int:
        if not self.products:
            thing = {"name": "Goodword's test of this shop", "regular_price": PRICE, "catalog_visibility": "hidden"}
            self.products.append(self._call("POST", "products", {**thing, "virtual": True})["id"])
        return self.products[0]

    def _call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, str] | None = None,
        gone_is_well: bool = False,
    ) -> Any:
        address = f"{self.address}/wp-json/wc/v3/{path}"
        answer = self.session.request(method, address, json=body, params=query, timeout=PATIENCE)
        assert answer.ok or (gone_is_well and answer.status_code == 404), f"{method} {path}: {answer.text[:500]}"
        return answer.json()


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


KEEPERS: Mapping[str, type[WooKeeper]] = {"woocommerce": WooKeeper}
