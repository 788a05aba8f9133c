"""wc-auth: the shop's manager approves an application, and the shop hands it a new pair of REST keys.

Signing in is one button without a password: this shop is for one's own machine. Any answer to the keys but 200 deletes
the pair again, and nothing says so to the application. An approval that is sent again makes a second pair.
"""

from __future__ import annotations

import hmac
import ipaddress
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import requests
from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from demo import mishaps, shapes
from demo.records import ApiKey
from demo.shop import WORDPRESS, Shop, add_key, current_shop

authorization = Blueprint("authorization", __name__, url_prefix="/wc-auth/v1")

NEEDED = ("app_name", "user_id", "return_url", "callback_url", "scope")
SCOPES = {"read": "Read", "write": "Write", "read_write": "Read/Write"}
SIGNED_IN = "wordpress_logged_in_"
SIGNED_IN_HERE = f"{SIGNED_IN}leafandkettle"
TIMEOUT_SECONDS = 60
SAFE_PORTS = (None, 80, 443, 8080)
NOT_SENT = "An error occurred in the request and at the time were unable to send the consumer data"


class AccessDenied(Exception):
    """The page that the merchant sees instead; the application hears nothing."""


@authorization.before_request
def receive() -> tuple[str, int, dict[str, str]] | None:
    """The shop is at hand, and the day's mishaps have happened."""
    g.shop = current_shop()
    time.sleep(mishaps.delay(g.shop))
    status = mishaps.fault(g.shop, "shop")
    return None if status is None else (render_template("closed.html"), status, {"Retry-After": "600"})


@authorization.errorhandler(AccessDenied)
def deny(denied: AccessDenied) -> Response:
    """As wp_die() says it."""
    response = make_response(render_template("wcauth/denied.html", message=f"Error: {denied}."), 401)
    response.headers["Content-Type"] = "text/html; charset=UTF-8"
    response.headers["Expires"] = "Wed, 11 Jan 1984 05:00:00 GMT"
    response.headers["Cache-Control"] = "no-cache, must-revalidate, max-age=0, no-store, private"
    return response


@authorization.get("/authorize", strict_slashes=False)
def authorize() -> AnyResponse:
    """What is asked, for the manager to approve; whoever is not signed in does that first."""
    asked = _asked(g.shop)
    if not _is_signed_in():
        return _onwards(f"{g.shop.home}/wc-auth/v1/login/?{_spelled(asked)}")
    query = urlencode({**asked, "wc_auth_nonce": _nonce(g.shop)})
    page = render_template(
        "wcauth/grant.html",
        asked=asked,
        permissions=SCOPES[asked["scope"]],
        host=urlsplit(asked["callback_url"]).hostname,
        approve=f"{g.shop.home}/wc-auth/v1/access_granted/?{query}",
        decline=_back(asked, success=0),
    )
    response = make_response(page)
    response.headers["Content-Type"] = "text/html; charset=UTF-8"
    return response


@authorization.get("/login/")
def login() -> str:
    """The button that signs the manager in."""
    return render_template("wcauth/login.html", asked=_asked(g.shop))


@authorization.post("/login/")
def sign_in() -> AnyResponse:
    """The manager is signed in and sees what is asked."""
    response = redirect(f"{g.shop.home}/wc-auth/v1/authorize?{urlencode(_asked(g.shop))}", 302)
    response.set_cookie(SIGNED_IN_HERE, "manager", httponly=True, samesite="Lax")
    return response


@authorization.get("/access_granted/")
def grant() -> AnyResponse:
    """A new pair was handed to the application, and the browser goes back to it; or there is no such pair."""
    shop: Shop = g.shop
    asked = _asked(shop)
    if not _is_signed_in() or not hmac.compare_digest(request.args.get("wc_auth_nonce", ""), _nonce(shop)):
        raise AccessDenied("Invalid nonce verification")
    with shop.store.transaction():
        key = add_key(shop, asked["scope"], label=f"{asked['app_name']} - API")
    try:
        _hand_over(shop, key, asked)
    except AccessDenied:
        shop.store.remove(key)
        raise
    return _onwards(_back(asked, success=1))


def _asked(shop: Shop) -> dict[str, str]:
    """The parameters of the request, all there and each what it may be. Raises AccessDenied."""
    asked = {name: request.args.get(name, "") for name in NEEDED}
    absent = next((name for name, value in asked.items() if not value), None)
    if absent:
        raise AccessDenied(f"Missing parameter {absent}")
    if asked["scope"] not in SCOPES:
        raise AccessDenied(f"Invalid scope {asked['scope']}")
    for name in ("return_url", "callback_url"):
        if "://" not in asked[name]:
            asked[name] = f"https://{asked[name]}"
        if not urlsplit(asked[name]).hostname:
            raise AccessDenied(f"The {name} is not a valid URL")
    if shop.settings.strict_callbacks and not asked["callback_url"].startswith("https://"):
        raise AccessDenied("The callback_url needs to be over SSL")
    return asked


def _hand_over(shop: Shop, key: ApiKey, asked: Mapping[str, str]) -> None:
    if shop.settings.strict_callbacks and not _may_be_called(asked["callback_url"]):
        raise AccessDenied("A valid URL was not provided.")
    pair = {
        "key_id": key.id,
        "user_id": asked["user_id"],
        "consumer_key": key.key,
        "consumer_secret": key.secret,
        "key_permissions": key.permissions,
    }
    headers = {"User-Agent": f"WordPress/{WORDPRESS}; {shop.home}", "Content-Type": "application/json;charset=UTF-8"}
    if post(asked["callback_url"], shapes.dump(pair), headers) != 200:
        raise AccessDenied(NOT_SENT)


def post(address: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status that the application answered; 0 where it did not."""
    try:
        answer = requests.post(
            address, data=body, headers=dict(headers), timeout=TIMEOUT_SECONDS, allow_redirects=False
        )
    except requests.RequestException:
        return 0
    return answer.status_code


def _may_be_called(address: str) -> bool:
    """Whether stock WordPress posts there: no private address, no unusual port. Names are not looked up here."""
    parts = urlsplit(address)
    try:
        return ipaddress.ip_address(parts.hostname or "").is_global and parts.port in SAFE_PORTS
    except ValueError:
        return parts.hostname != "localhost" and parts.port in SAFE_PORTS


def _is_signed_in() -> bool:
    return any(name.startswith(SIGNED_IN) for name in request.cookies)


def _nonce(shop: Shop) -> str:
    """Ten hex digits, the same for as long as the shop stands: WordPress's last for a day."""
    return hmac.new(shop.store.option("salt").encode(), b"wc_auth_grant_access", "sha256").hexdigest()[:10]


def _spelled(asked: Mapping[str, str]) -> str:
    """The parameters as WordPress spells them in this redirect: `:` and `=` of user_id stay as they are."""
    return "&".join(f"{name}={quote(value, safe=':=' if name == 'user_id' else '')}" for name, value in asked.items())


def _back(asked: Mapping[str, str], *, success: int) -> str:
    """The application's page with the outcome; a query that it had is kept."""
    address = asked["return_url"]
    sign = "&" if "?" in address else "?"
    return f"{address}{sign}success={success}&user_id={quote(asked['user_id'], safe=':=')}"


def _onwards(address: str) -> Response:
    response = make_response("", 302)
    # Set as it is: Werkzeug would spell it anew.
    response.headers["Location"] = address
    response.headers["X-Redirect-By"] = "WordPress"
    response.headers["Content-Type"] = "text/html; charset=UTF-8"
    return response


def route_in_query() -> Any:
    """What `/?wc-auth-version=1&wc-auth-route=…` answers, as with permalinks off; None for every other address."""
    if request.args.get("wc-auth-version") != "1" or request.args.get("wc-auth-route") != "authorize":
        return None
    try:
        return authorize()
    except AccessDenied as denied:
        return deny(denied)
