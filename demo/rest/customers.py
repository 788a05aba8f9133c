"""Customers with an account, over REST. The shop itself sells to guests; an account is made here only."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request

from demo import shapes
from demo.records import Customer
from demo.rest.answers import ITEM, Listing, answer, created, listed, one, root
from demo.rest.auth import need
from demo.rest.errors import refuse
from demo.rest.parameters import body, read, text
from demo.shop import Shop
from demo.webhooks import notify

routes = Blueprint("customers", __name__, url_prefix="/wc/v3/customers")

SCHEMA = {"email": text, "first_name": text, "last_name": text, "username": text}


def _present(customer: Customer) -> dict[str, Any]:
    return shapes.customer(customer, root())


@routes.get("")
def list_customers() -> Response:
    """Customers, by e-mail if one is given."""
    need(g.key, "list")
    listing = Listing()
    if email := request.args.get("email"):
        listing.add("name = ?", email.lower())
    return listed(Customer, listing, _present)


@routes.post("")
def post_customer() -> Response:
    """A new customer; customer.created and customer.updated are owed."""
    need(g.key, "create")
    g.allow = "GET, POST"
    given = read(body(), SCHEMA, required=["email"])
    shop: Shop = g.shop
    now = shop.clock.now()
    email = given["email"]
    with shop.store.transaction():
        if shop.store.count(Customer, "name = ?", (email.lower(),)):
            message = f"An account is already registered with {email}. Please log in or use a different email address."
            refuse(400, "registration-error-email-exists", message)
        customer = Customer(
            id=shop.store.next(Customer.sequence) + 1,  # the keeper is user 1
            created=now,
            modified=now,
            status="active",
            email=email,
            first_name=given.get("first_name", ""),
            last_name=given.get("last_name", ""),
            username=given.get("username", email.partition("@")[0]),
        )
        shop.store.save(customer)
        notify(shop, "customer.created", customer.id)
        notify(shop, "customer.updated", customer.id)
    return created(_present(customer), "customers")


@routes.get("/<int:id>")
def get_customer(id: int) -> Response:
    """One customer."""
    need(g.key, "view")
    g.allow = ITEM
    return answer(_present(one(Customer, id, "woocommerce_rest_invalid_id", "Invalid resource ID.")))
