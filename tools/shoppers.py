"""The demo store's customers and its keeper, over plain HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import requests

from tools.visitors import PATIENCE, Browser, Form, Page, Stuck


@dataclass(frozen=True)
class Buyer:
    """Who buys, as they write it into the checkout."""

    first_name: str
    last_name: str
    email: str
    phone: str = ""
    address_1: str = "Teestraat 1"
    city: str = "Utrecht"
    postcode: str = "3511 AA"
    country: str = "NL"


class Shop:
    """The demo store as its visitors see it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def buy(self, buyer: Buyer, *, code: str = "", pieces: int = 3, product: int = 1, payment: str = "card") -> str:
        """The buyer fills a basket, types the code and checks out; returns the order's number. Raises Stuck."""
        browser = Browser()
        browser.open(f"{self.address}/")
        self._post(browser, "/cart/add", product_id=str(product), quantity=str(pieces))
        if code:
            page = self._post(browser, "/cart/coupon", coupon_code=code)
            if code.lower() not in page.html.lower():
                raise Stuck(f"the shop did not take {code}: {page.text[:400]}")
        answers = {name: str(value) for name, value in vars(buyer).items()}
        done = self._post(browser, "/checkout/", payment_method=payment, customer_note="", **answers)
        found = re.search(r"/order-received/(\d+)/", done.address)
        if found is None:
            raise Stuck(f"no order came of it: {done.text[:400]}")
        return found[1]

    def _post(self, browser: Browser, path: str, **fields: str) -> Page:
        return browser.send(Form(f"{self.address}{path}", "post", fields))

    def keep(self, action: str, **fields: object) -> Any:
        """The keeper acts: orders/<id>/refund, orders/<id>/status, mishap … Raises Stuck."""
        answer = requests.post(
            f"{self.address}/keeper/{action}", data=fields, headers={"Accept": "application/json"}, timeout=PATIENCE
        )
        if answer.status_code >= 400:
            raise Stuck(f"the keeper could not {action}: {answer.text[:400]}")
        return answer.json()

    def state(self) -> Any:
        """What the keeper's page knows: keys, queue, webhooks, mishaps, last deliveries."""
        return requests.get(f"{self.address}/keeper/state", timeout=PATIENCE).json()
