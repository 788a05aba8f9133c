"""wc-auth: the shop's manager approves in the browser, and the shop posts a new key pair to us, server to server.

The post is not signed and does not say which shop it is from: its `user_id`, which we chose, is all that ties it to
what was asked. Any answer but 200 makes the shop delete the key that it has just made.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

import msgspec

from integrations.connecting import Asking, CameBack, HandedKeys
from integrations.contract import RawRequest
from integrations.errors import PayloadInvalid

PATH = "/wc-auth/v1/authorize"
SCOPE = "read_write"
# WordPress posts to these ports alone.
SAFE_PORTS = (None, 80, 443, 8080)


class _Posted(msgspec.Struct):
    user_id: str | int
    consumer_key: str
    consumer_secret: str


class WooAuthorizer:
    """Asks a shop of WooCommerce for a key pair that reads and writes."""

    def obstacle(self, base_url: str, callback_url: str) -> str | None:
        """callback_insecure, callback_port or None. A shop on this very machine is a developer's: it may allow more."""
        if _on_this_machine(base_url):
            return None
        callback = urlsplit(callback_url)
        if callback.scheme != "https":
            return "callback_insecure"
        return None if callback.port in SAFE_PORTS else "callback_port"

    def address(self, base_url: str, asking: Asking) -> str:
        """The shop's page that asks its manager."""
        query = {
            "app_name": asking.app_name,
            "scope": SCOPE,
            "user_id": asking.state,
            "return_url": asking.return_url,
            "callback_url": asking.callback_url,
        }
        return f"{base_url}{PATH}?{urlencode(query)}"

    def keys(self, request: RawRequest) -> HandedKeys:
        """The key pair in the post. Raises PayloadInvalid."""
        try:
            posted = msgspec.json.decode(request.body, type=_Posted)
        except msgspec.DecodeError as error:
            raise PayloadInvalid("keys_unreadable") from error
        pair = {"consumer_key": posted.consumer_key, "consumer_secret": posted.consumer_secret}
        return HandedKeys(str(posted.user_id), pair)

    def came_back(self, query: Mapping[str, str]) -> CameBack:
        """`success=1` after the keys were posted, `success=0` where the manager declined."""
        return CameBack(query.get("user_id", ""), query.get("success") == "1")


def _on_this_machine(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
