"""The REST API v3 of WooCommerce 10.0.2, as far as Goodword calls it. One module a resource; this one is the frame.

How applications are handed keys (/wc-auth/v1/…) is no part of this API: see demo/web/authorize.py.
"""

from __future__ import annotations

import time
from typing import Any

from flask import Blueprint, Response, g, request

from demo import mishaps
from demo.rest import auth, coupons, customers, facts, orders, products, refunds, webhooks
from demo.rest.answers import answer, root
from demo.rest.errors import RestError, no_route
from demo.shop import current_shop

EXPOSED = "X-WP-Total, X-WP-TotalPages, Link"
ALLOWED = "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type"
EVERY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE"]

rest = Blueprint("rest", __name__, url_prefix="/wp-json")
for resource in (facts, coupons, orders, refunds, webhooks, products, customers):
    rest.register_blueprint(resource.routes)


@rest.before_request
def receive() -> Response | None:
    """The caller is known, and the day's mishaps have happened."""
    g.shop, g.tls, g.key = current_shop(), auth.sees_tls(request), None
    time.sleep(mishaps.delay(g.shop))
    status = mishaps.fault(g.shop, "rest")
    if status is not None:
        return _broken(status)
    if not request.path.startswith("/wp-json/wc/"):
        return None  # WordPress's own pages of the API are public, and look at no keys of WooCommerce's
    g.key = auth.identify(g.shop, request)
    if g.key is not None:
        auth.check_permission(g.key, request.method)
    return None


def _broken(status: int) -> Response:
    if status == 503:
        page = "Briefly unavailable for scheduled maintenance. Check back in a minute."
        return Response(page, 503, {"Retry-After": "600"}, content_type="text/html; charset=utf-8")
    sentence = "<p>There has been a critical error on this website.</p>"
    body: dict[str, Any] = {"code": "internal_server_error", "message": sentence, "data": {"status": status}}
    return answer(body, status, allow="")


@rest.errorhandler(RestError)
def answer_error(error: RestError) -> Response:
    """The error as JSON; a caller who may do nothing here is not told what others may do."""
    dispatched = error.status not in {401, 403} and error.code != "rest_no_route"
    return answer(error.body, error.status, allow=g.get("allow", "") if dispatched else "")


@rest.after_request
def add_headers(response: Response) -> Response:
    """The headers that every answer of the API has."""
    if response.mimetype == "text/html":
        return response
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers.setdefault("Link", f'<{root()}/wp-json/>; rel="https://api.w.org/"')
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    response.headers["Access-Control-Allow-Headers"] = ALLOWED
    if g.key is None:
        response.headers["Vary"] = "Origin"
    else:
        response.headers["Expires"] = "Wed, 11 Jan 1984 05:00:00 GMT"
        response.headers["Cache-Control"] = "no-cache, must-revalidate, max-age=0, no-store, private"
    return response


@rest.route("/<path:anything>", methods=EVERY_METHOD)
def nothing_here(anything: str) -> Response:
    """404 for what no other route takes, a wrong method included."""
    raise no_route()
