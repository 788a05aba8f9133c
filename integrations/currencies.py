"""Decimal amounts to minor units and back: ISO 4217 exponents, and store codes that stand for an ISO currency."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from integrations.errors import PayloadInvalid
from integrations.events import Money

# ISO 4217 minor units that differ from two (list one of 2026-01-01), and BTC, which WooCommerce offers as a currency.
EXPONENTS: dict[str, int] = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND"), 0),
    **dict.fromkeys(("VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
    "BTC": 8,
}
# Codes that shops use for a multiple of an ISO currency: the toman, and thousands of rials or tomans.
STORE_CODES: dict[str, tuple[str, int]] = {"IRT": ("IRR", 10), "IRHR": ("IRR", 1000), "IRHT": ("IRR", 10_000)}


# What a signed 64-bit column holds, thousands of times over: sums of such amounts fit too.
LARGEST_MINOR = 10**15


class CurrencyDiffers(ValueError):
    """An amount of one currency was asked for in another; nothing is converted live."""


def iso_code(code: str) -> str:
    """The ISO 4217 code that a store's code stands for."""
    return STORE_CODES.get(code.upper(), (code.upper(), 1))[0]


def codes_of(currency: str) -> tuple[str, ...]:
    """The ISO currency's own code, and those that stores use for a multiple of it."""
    return (currency, *(code for code, (iso, _multiple) in STORE_CODES.items() if iso == currency))


def exponent(code: str) -> int:
    """How many decimal digits the minor unit of the currency has."""
    return EXPONENTS.get(iso_code(code), 2)


def to_money(amount: Decimal, code: str) -> Money:
    """The amount in minor units of the ISO currency; what a store keeps below the minor unit is rounded half up.

    Raises PayloadInvalid where no shop sells for so much.
    """
    currency, multiple = STORE_CODES.get(code.upper(), (code.upper(), 1))
    minor = (amount * multiple).scaleb(EXPONENTS.get(currency, 2)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if abs(minor) > LARGEST_MINOR:
        raise PayloadInvalid("amount_unreadable")
    return Money(int(minor), currency)


def to_decimal(money: Money, code: str) -> Decimal:
    """The amount as a store that counts in `code` writes it. Raises CurrencyDiffers."""
    currency, multiple = STORE_CODES.get(code.upper(), (code.upper(), 1))
    own, own_multiple = STORE_CODES.get(money.currency.upper(), (money.currency.upper(), 1))
    if own != currency or own_multiple != 1:
        raise CurrencyDiffers(f"{money.currency} is not {code}")
    return Decimal(money.minor).scaleb(-EXPONENTS.get(currency, 2)) / multiple
