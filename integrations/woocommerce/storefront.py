"""Links into the shop. Stock WooCommerce ignores ?coupon= and its like; 10.0 has one link that applies a code, and our
plugin reads another."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

CODE = "goodword_code"  # read by plugin/includes/click.php; a shop without the plugin passes over it


class WooStorefront:
    """Links into a shop of WooCommerce 10."""

    def home(self, base_url: str, parameters: Mapping[str, str], code: str | None = None) -> str:
        """The shop's front page with `parameters` added; order attribution keeps those named utm_… ."""
        query = {**parameters, CODE: code} if code else parameters
        return f"{base_url}/?{urlencode(query)}" if query else f"{base_url}/"

    def apply_link(
        self, base_url: str, code: str, product_ref: str | None, parameters: Mapping[str, str]
    ) -> str | None:
        """The built-in checkout link, or None without a product: it needs one, and empties the cart of the friend."""
        if product_ref is None:
            return None
        query = {"products": f"{product_ref}:1", "coupon": code, **parameters}
        return f"{base_url}/checkout-link/?{urlencode(query, safe=':')}"
