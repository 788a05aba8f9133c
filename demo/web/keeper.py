"""The keeper's page: what a merchant does in wp-admin, and trouble on order. No password: it is for one's own machine.

Every action is a form post. It answers 303 to a page, or JSON when the Accept header prefers it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from demo import mishaps, orders, webhooks
from demo.clock import site_time
from demo.coupons import coupons_enabled
from demo.money import cents, decimals
from demo.records import ApiKey, Coupon, Order, Webhook
from demo.refunds import RefundRefused, refunds_of, remaining
from demo.shop import Shop, add_key, current_shop
from demo.storage import instant

keeper = Blueprint("keeper", __name__, url_prefix="/keeper")

SHOWN = 40
CHOICES = ("pending", "on-hold", "processing", "completed", "failed", "cancelled", "refunded")


@keeper.before_request
def receive() -> None:
    """The shop is at hand; a form on somebody else's page cannot press the keeper's buttons."""
    g.shop = current_shop()
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _done(page: str, **facts: Any) -> AnyResponse:
    return jsonify(facts) if _wants_json() else redirect(page, 303)


def _refused(message: str) -> tuple[AnyResponse | str, int]:
    return (jsonify(error=message) if _wants_json() else render_template("keeper/refused.html", message=message)), 400


@keeper.get("", strict_slashes=False)
def desk() -> str:
    """Everything at one glance."""
    shop: Shop = g.shop
    found = shop.store.select(Order, "status != 'checkout-draft'", (), f"ORDER BY id DESC LIMIT {SHOWN}")
    return render_template(
        "keeper/desk.html",
        orders=[(order, remaining(shop, order)) for order in found],
        count=shop.store.count(Order, "status != 'checkout-draft'"),
        coupons=shop.store.count(Coupon, "status = 'publish'"),
        webhooks=shop.store.select(Webhook),
        deliveries=_deliveries(shop),
        keys=shop.store.select(ApiKey),
        waiting=webhooks.waiting(shop),
        mishaps=mishaps.summary(shop),
        coupons_on=coupons_enabled(shop),
        now=site_time(shop.clock.now()),
        home=shop.home,
        site_time=site_time,
    )


def _deliveries(shop: Shop) -> list[dict[str, Any]]:
    columns = ("at", "webhook", "topic", "resource", "delivery_id", "outcome")
    rows = shop.store.rows(f"SELECT {', '.join(columns)} FROM deliveries ORDER BY id DESC LIMIT {SHOWN}")  # noqa: S608
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    return [{**each, "at": site_time(instant(each["at"]))} for each in found]


@keeper.get("/state")
def state() -> Response:
    """The same for programs: keys, queue, webhooks with their failures, mishaps, the last deliveries."""
    shop: Shop = g.shop
    hooks = [
        {"id": hook.id, "topic": hook.topic, "status": hook.status, "failures": hook.failures}
        for hook in shop.store.select(Webhook)
    ]
    keys = [
        {"id": key.id, "consumer_key": key.key, "consumer_secret": key.secret, "permissions": key.permissions}
        for key in shop.store.select(ApiKey)
    ]
    return jsonify(
        url=shop.home,
        now=shop.clock.now().isoformat(),
        keys=keys,
        waiting=webhooks.waiting(shop),
        webhooks=hooks,
        mishaps=mishaps.summary(shop),
        coupons_enabled=coupons_enabled(shop),
        deliveries=[{**each, "at": each["at"].isoformat()} for each in _deliveries(shop)],
    )


@keeper.get("/orders/<int:id>")
def order_page(id: int) -> str:
    """One order with everything that can be done to it."""
    shop: Shop = g.shop
    order = _find(id)
    return render_template(
        "keeper/order.html",
        order=order,
        refunds=refunds_of(shop, order),
        left=remaining(shop, order),
        choices=CHOICES,
        site_time=site_time,
    )


def _find(id: int) -> Order:
    order: Order | None = g.shop.store.find(Order, id)
    if order is None:
        abort(404)
    return order


def _act(id: int, act: Callable[[Shop, Order], object]) -> AnyResponse:
    shop: Shop = g.shop
    with shop.store.transaction():
        order = _find(id)
        act(shop, order)
        refunded = sum(refund.amount for refund in refunds_of(shop, order))
    facts = {"id": order.id, "status": order.status, "total": decimals(order.total), "refunded": decimals(refunded)}
    return _done(url_for("keeper.order_page", id=id), **facts)


@keeper.post("/orders/<int:id>/refund")
def refund(id: int) -> AnyResponse | tuple[AnyResponse | str, int]:
    """The amount is refunded, or all that is left when it is empty. Fields: amount, reason."""
    written = request.form.get("amount", "").strip()
    reason = request.form.get("reason", "").strip()

    def act(shop: Shop, order: Order) -> None:
        orders.refund(shop, order, cents(written) if written else remaining(shop, order), reason)

    try:
        return _act(id, act)
    except RefundRefused:
        return _refused("A refund is more than nothing and at most what is left.")


@keeper.post("/orders/<int:id>/cancel")
def cancel(id: int) -> AnyResponse:
    """The order is cancelled."""
    return _act(id, lambda shop, order: orders.change_status(shop, order, "cancelled"))


@keeper.post("/orders/<int:id>/status")
def status(id: int) -> AnyResponse | tuple[AnyResponse | str, int]:
    """The order has the status. Field: status."""
    wanted = request.form.get("status", "")
    if wanted not in CHOICES:
        return _refused(f"The status is one of {', '.join(CHOICES)}.")
    return _act(id, lambda shop, order: orders.change_status(shop, order, wanted))


@keeper.post("/orders/<int:id>/trash")
def trash(id: int) -> AnyResponse | tuple[AnyResponse | str, int]:
    """The order is in the trash."""
    if _find(id).status == "trash":
        return _refused("The order is in the trash already.")
    return _act(id, orders.trash)


@keeper.post("/orders/<int:id>/untrash")
def untrash(id: int) -> AnyResponse | tuple[AnyResponse | str, int]:
    """The order is back from the trash."""
    if _find(id).status != "trash":
        return _refused("The order is not in the trash.")
    return _act(id, orders.untrash)


@keeper.post("/orders/<int:id>/erase")
def erase(id: int) -> AnyResponse:
    """The order is deleted for good; no webhook tells of it."""
    with g.shop.store.transaction():
        orders.erase(g.shop, _find(id))
    return _done(url_for("keeper.desk"), id=id, status="erased")


@keeper.post("/mishap")
def mishap() -> AnyResponse | tuple[AnyResponse | str, int]:
    """The trouble that the fields ask for; a field that is left out or empty changes nothing, 0 ends its trouble."""
    form = {name: value for name, value in request.form.items() if value.strip()}
    fault, scope = form.get("down_status", "503"), form.get("down_scope", "both")
    try:
        numbers = {name: float(form[name]) for name in ("down_seconds", "slow_seconds", "drop_percent") if name in form}
        known = int(fault) in mishaps.FAULTS and scope in mishaps.SCOPES
    except ValueError:
        known = False
    if not known:
        return _refused("Seconds and percent are numbers; down_status is 500 or 503; down_scope is both, rest or shop.")
    shop: Shop = g.shop
    with shop.store.transaction():
        if "down_seconds" in numbers:
            mishaps.go_down(shop, numbers["down_seconds"], int(fault), scope)
        if "slow_seconds" in numbers:
            mishaps.go_slow(shop, numbers["slow_seconds"])
        if "drop_percent" in numbers:
            mishaps.drop_webhooks(shop, numbers["drop_percent"])
    return _done(url_for("keeper.desk"), **mishaps.summary(shop))


@keeper.post("/mishap/end")
def end_mishaps() -> AnyResponse:
    """The shop works again."""
    mishaps.end_all(g.shop)
    return _done(url_for("keeper.desk"), **mishaps.summary(g.shop))


@keeper.post("/run-queue")
def run_queue() -> AnyResponse:
    """Every webhook delivery that was owed has been tried once."""
    return _done(url_for("keeper.desk"), delivered=webhooks.run_queue(g.shop), waiting=webhooks.waiting(g.shop))


@keeper.post("/coupons-enabled")
def switch_coupons() -> AnyResponse:
    """The shop takes coupons, or not. Field: value=yes|no."""
    g.shop.store.set_option("woocommerce_enable_coupons", "no" if request.form.get("value") == "no" else "yes")
    return _done(url_for("keeper.desk"), coupons_enabled=coupons_enabled(g.shop))


@keeper.post("/keys")
def new_key() -> AnyResponse:
    """A new pair of REST keys. Field: permissions=read|write|read_write."""
    wanted = request.form.get("permissions", "read_write")
    key = add_key(g.shop, wanted if wanted in {"read", "write"} else "read_write", label="made by the keeper")
    return _done(url_for("keeper.desk"), id=key.id, consumer_key=key.key, consumer_secret=key.secret)


@keeper.post("/keys/<int:id>/revoke")
def revoke_key(id: int) -> AnyResponse:
    """The pair opens nothing any more. Webhooks that were made with it go on."""
    key = g.shop.store.find(ApiKey, id) or abort(404)
    g.shop.store.remove(key)
    return _done(url_for("keeper.desk"), id=id, revoked=True)
