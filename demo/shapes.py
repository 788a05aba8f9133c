"""The JSON of WooCommerce's REST API v3: the same shapes in REST answers and in webhooks, byte habits included."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from demo.clock import site_time
from demo.money import CURRENCY, decimals, number, trimmed, unit_price
from demo.records import Coupon, CouponLine, Customer, Line, Meta, Order, Refund, ShippingLine, Webhook
from demo.shop import VERSION

Json = dict[str, Any]
ITEM_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
PAYABLE = {"pending", "failed", "checkout-draft"}
EDITABLE = {"pending", "on-hold", "auto-draft"}


def dump(body: object) -> bytes:
    r"""Compact ASCII JSON with PHP's escapes: \uXXXX for what is not ASCII and \/ for a slash."""
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def local(moment: datetime | None) -> str | None:
    """Naive site time."""
    return site_time(moment).isoformat() if moment else None


def gmt(moment: datetime | None) -> str | None:
    """Naive UTC, without a Z."""
    return moment.replace(tzinfo=None).isoformat() if moment else None


def links(root: str, path: str, id: object, methods: Sequence[str] = ITEM_METHODS, up: str = "") -> Json:
    """The _links of one item of a collection."""
    base = f"{root}/wp-json/wc/v3"
    found: Json = {
        "self": [{"href": f"{base}/{path}/{id}", "targetHints": {"allow": list(methods)}}],
        "collection": [{"href": f"{base}/{path}"}],
    }
    if up:
        found["up"] = [{"href": f"{base}/{up}"}]
    return found


def meta_data(entries: Sequence[Meta]) -> list[Json]:
    """meta_data as REST shows it."""
    return [{"id": entry.id, "key": entry.key, "value": entry.value} for entry in entries]


def _item_meta(entries: Sequence[Meta]) -> list[Json]:
    return [
        {"id": each.id, "key": each.key, "value": each.value, "display_key": each.key, "display_value": each.value}
        for each in entries
    ]


def order(order: Order, refunds: Sequence[Refund], root: str) -> Json:
    """An order. `refunds` newest first; `root` is scheme and host of the links."""
    linked = links(root, "orders", order.id)
    linked["email_templates"] = [
        {"embeddable": True, "href": f"{root}/wp-json/wc/v3/orders/{order.id}/actions/email_templates"}
    ]
    return {
        "id": order.id,
        "parent_id": 0,
        "status": order.status,
        "currency": CURRENCY,
        "version": VERSION,
        "prices_include_tax": False,
        "date_created": local(order.created),
        "date_modified": local(order.modified),
        **_totals(order),
        "customer_id": order.customer_id,
        "order_key": order.order_key,
        "billing": order.billing,
        "shipping": order.shipping,
        "payment_method": order.payment_method,
        "payment_method_title": order.payment_method_title,
        "transaction_id": order.transaction_id,
        "customer_ip_address": order.customer_ip,
        "customer_user_agent": order.customer_agent,
        "created_via": order.created_via,
        "customer_note": order.customer_note,
        "date_completed": local(order.completed),
        "date_paid": local(order.paid),
        "cart_hash": order.cart_hash,
        "number": str(order.id),
        "meta_data": meta_data(order.meta),
        "line_items": [line_item(line) for line in order.lines],
        "tax_lines": [],
        "shipping_lines": [_shipping_line(line) for line in order.shipping_lines],
        "fee_lines": [],
        "coupon_lines": [_coupon_line(line) for line in order.coupons],
        "refunds": [{"id": each.id, "reason": each.reason, "total": decimals(-each.amount)} for each in refunds],
        "payment_url": f"{root}/checkout/order-pay/{order.id}/?pay_for_order=true&key={order.order_key}",
        "is_editable": order.status in EDITABLE,
        "needs_payment": order.status in PAYABLE and order.total > 0,
        "needs_processing": any(line.product_id for line in order.lines),
        "date_created_gmt": gmt(order.created),
        "date_modified_gmt": gmt(order.modified),
        "date_completed_gmt": gmt(order.completed),
        "date_paid_gmt": gmt(order.paid),
        "currency_symbol": "\u20ac",
        "_links": linked,
    }


def _totals(order: Order) -> Json:
    return {
        "discount_total": decimals(order.discount),
        "discount_tax": "0.00",
        "shipping_total": decimals(order.postage),
        "shipping_tax": "0.00",
        "cart_tax": "0.00",
        "total": decimals(order.total),
        "total_tax": "0.00",
    }


def line_item(line: Line) -> Json:
    """A line of an order or of a refund."""
    return {
        "id": line.id,
        "name": line.title,
        "product_id": line.product_id,
        "variation_id": 0,
        "quantity": line.quantity,
        "tax_class": "",
        "subtotal": decimals(line.subtotal),
        "subtotal_tax": "0.00",
        "total": decimals(line.total),
        "total_tax": "0.00",
        "taxes": [],
        "meta_data": _item_meta(line.meta),
        "sku": line.sku,
        "price": unit_price(line.total, line.quantity) if line.quantity > 0 else 0,
        "image": {"id": "" if line.product_id else 0, "src": ""},
        "parent_name": None,
    }


def _shipping_line(line: ShippingLine) -> Json:
    return {
        "id": line.id,
        "method_title": line.title,
        "method_id": line.method_id,
        "instance_id": line.instance_id,
        "total": decimals(line.total),
        "total_tax": "0.00",
        "taxes": [],
        "tax_status": "taxable",
        "meta_data": _item_meta(line.meta),
    }


def _coupon_line(line: CouponLine) -> Json:
    kind = None if line.discount_type == "fixed_cart" else line.discount_type
    facts = [line.coupon_id, line.code, kind, number(line.amount)] + ([True] if line.free_shipping else [])
    return {
        "id": line.id,
        "code": line.code,
        "discount": trimmed(line.discount),
        "discount_tax": "0",
        "meta_data": _item_meta([Meta(line.meta_id, "coupon_info", dump(facts).decode())]),
        "discount_type": line.discount_type,
        "nominal_amount": number(line.amount),
        "free_shipping": line.free_shipping,
    }


def refund(refund: Refund, root: str, *, with_parent: bool = False) -> Json:
    """A refund; the list over all orders also names its order."""
    path = f"orders/{refund.order_id}/refunds"
    return {
        "id": refund.id,
        **({"parent_id": refund.order_id} if with_parent else {}),
        "date_created": local(refund.created),
        "date_created_gmt": gmt(refund.created),
        "amount": decimals(refund.amount),
        "reason": refund.reason,
        "refunded_by": 1,
        "refunded_payment": False,
        "meta_data": [],
        "line_items": [line_item(line) for line in refund.lines],
        "shipping_lines": [],
        "tax_lines": [],
        "fee_lines": [],
        "_links": links(root, path, refund.id, ["GET", "DELETE"], f"orders/{refund.order_id}"),
    }


def coupon(coupon: Coupon, root: str) -> Json:
    """A coupon."""
    return {
        "id": coupon.id,
        "code": coupon.code,
        "amount": decimals(coupon.amount),
        "status": coupon.status,
        "date_created": local(coupon.created),
        "date_created_gmt": gmt(coupon.created),
        "date_modified": local(coupon.modified),
        "date_modified_gmt": gmt(coupon.modified),
        "discount_type": coupon.discount_type,
        "description": coupon.description,
        "date_expires": local(coupon.date_expires),
        "date_expires_gmt": gmt(coupon.date_expires),
        "usage_count": len(coupon.used_by),
        "individual_use": coupon.individual_use,
        "product_ids": coupon.product_ids,
        "excluded_product_ids": coupon.excluded_product_ids,
        "usage_limit": coupon.usage_limit or None,
        "usage_limit_per_user": coupon.usage_limit_per_user or None,
        "limit_usage_to_x_items": coupon.limit_usage_to_x_items,
        "free_shipping": coupon.free_shipping,
        "product_categories": coupon.product_categories,
        "excluded_product_categories": coupon.excluded_product_categories,
        "exclude_sale_items": coupon.exclude_sale_items,
        "minimum_amount": decimals(coupon.minimum_amount),
        "maximum_amount": decimals(coupon.maximum_amount),
        "email_restrictions": coupon.email_restrictions,
        "used_by": coupon.used_by,
        "meta_data": meta_data(coupon.meta),
        "_links": links(root, "coupons", coupon.id),
    }


def webhook(webhook: Webhook, root: str, hooks: Sequence[str]) -> Json:
    """A webhook; its secret is never shown."""
    resource, event = webhook.topic.split(".")
    modified = webhook.modified if webhook.touched else None
    return {
        "id": webhook.id,
        "name": webhook.title,
        "status": webhook.status,
        "topic": webhook.topic,
        "resource": resource,
        "event": event,
        "hooks": list(hooks),
        "delivery_url": webhook.delivery_url,
        "date_created": local(webhook.created),
        "date_created_gmt": gmt(webhook.created),
        "date_modified": local(modified),
        "date_modified_gmt": gmt(modified),
        "_links": links(root, "webhooks", webhook.id),
    }


def customer(customer: Customer, root: str) -> Json:
    """A customer with an account."""
    face = hashlib.sha256(customer.email.lower().encode()).hexdigest()
    fields = ["first_name", "last_name", "company", "address_1", "address_2", "city", "postcode", "country", "state"]
    return {
        "id": customer.id,
        "date_created": local(customer.created),
        "date_created_gmt": gmt(customer.created),
        "date_modified": local(customer.modified),
        "date_modified_gmt": gmt(customer.modified),
        "email": customer.email,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "role": customer.role,
        "username": customer.username,
        "billing": dict.fromkeys([*fields, "email", "phone"], ""),
        "shipping": dict.fromkeys([*fields, "phone"], ""),
        "is_paying_customer": False,
        "avatar_url": f"https://secure.gravatar.com/avatar/{face}?s=96&d=mm&r=g",
        "meta_data": [],
        "_links": links(root, "customers", customer.id),
    }
