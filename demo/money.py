"""Money as integer cents, and the strings and numbers that WooCommerce makes of it."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

CURRENCY = "EUR"


def cents(text: object) -> int:
    """The amount that WooCommerce reads in a text: commas are thousands, other signs are dropped, junk is zero."""
    cleaned = re.sub(r"[^0-9.\-]", "", str(text).replace(",", ""))
    try:
        return int((Decimal(cleaned) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    except InvalidOperation:
        return 0


def decimals(amount: int) -> str:
    """'12.50': the usual form in REST answers."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def trimmed(amount: int) -> str:
    """'12.5' and '6': the form of a coupon line's discount."""
    return decimals(amount).rstrip("0").rstrip(".")


def number(amount: int) -> int | float:
    """A JSON number, whole when it can be: a coupon's nominal amount."""
    return amount // 100 if amount % 100 == 0 else amount / 100


def unit_price(total: int, quantity: int) -> int | float:
    """The JSON number of a line's price: what one piece costs after discount, unrounded."""
    price = total / 100 / max(quantity, 1)
    return int(price) if price.is_integer() else price


def shown(amount: int) -> str:
    """'€12.50', for people."""
    return f"-€{decimals(-amount)}" if amount < 0 else f"€{decimals(amount)}"


def share(amount: int, percent_cents: int) -> int:
    """That many hundredths of a percent of an amount, a half cent rounded down as WooCommerce rounds discounts."""
    return (amount * percent_cents * 2 + 9_999) // 20_000


def price_html(amount: int) -> str:
    """An amount in the markup that WooCommerce puts into its messages."""
    sign = '<span class="woocommerce-Price-currencySymbol">&euro;</span>'
    return f'<span class="woocommerce-Price-amount amount"><bdi>{sign}{decimals(amount)}</bdi></span>'
