"""Money is an integer of minor units and a currency; never a float, never converted live."""

from __future__ import annotations

import re
from dataclasses import dataclass

# ISO 4217 gives a currency two decimals unless this says otherwise (list one, checked 2026-11-22); BTC is no ISO
# code, but shops price in it. The rial keeps ISO's two, though nobody prices in parts of it: a store sends as many
# decimals as its owner configured, and none may be lost. XXX is a reward without a sum of money; PTS, which is no code
# of ISO's, counts points.
_WITHOUT_DECIMALS = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"),
    *("XAF", "XOF", "XPF", "XXX", "PTS"),
)
_WITH_THREE = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_EXPONENTS = dict.fromkeys(_WITHOUT_DECIMALS, 0) | dict.fromkeys(_WITH_THREE, 3) | {"CLF": 4, "UYW": 4, "BTC": 8}

# Codes that shops use and ISO does not know, as so many units of an ISO currency: the toman, and thousands of both.
_STORE_CODES = {"IRT": ("IRR", 10), "IRHR": ("IRR", 1000), "IRHT": ("IRR", 10_000)}

NO_CURRENCY, POINTS = "XXX", "PTS"
_WHOLE = 10_000  # basis points
_DECIMAL = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]*))?", re.ASCII)


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were to be added or compared."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of `currency` (2000 EUR is 20.00 euros)."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other


def exponent(currency: str) -> int:
    """How many decimals the currency's minor unit stands for: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


def half_up(numerator: int, denominator: int) -> int:
    """The quotient rounded to the nearest integer, halves away from zero, so that a refund mirrors its sale."""
    magnitude = (2 * abs(numerator) + abs(denominator)) // (2 * abs(denominator))
    return magnitude if (numerator < 0) == (denominator < 0) else -magnitude


def share(minor: int, basis_points: int) -> int:
    """So many ten-thousandths of an amount, rounded half up: share(999, 1500) is 150."""
    return half_up(minor * basis_points, _WHOLE)


def parse_decimal(text: str, currency: str) -> int:
    """The minor units of a plain decimal such as "-10.00"; decimals beyond the currency's are rounded half up.

    Raises ValueError for anything else: a comma, an exponent, spaces within, no digits.
    """
    match = _DECIMAL.fullmatch(text.strip())
    if match is None:
        raise ValueError("not a plain decimal number")
    sign, whole, decimals = match[1], match[2], match[3] or ""
    minor = half_up(int(whole + decimals) * 10 ** exponent(currency), 10 ** len(decimals))
    return -minor if sign == "-" else minor


def format_plain(minor: int, currency: str) -> str:
    """The amount as platforms take it: a full stop, all the currency's decimals, no separators."""
    places = exponent(currency)
    if places == 0:
        return str(minor)
    whole, rest = divmod(abs(minor), 10**places)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{places}}"


def in_iso(amount: Money) -> Money:
    """The same worth under an ISO 4217 code: 5 IRT are 50 IRR; other currencies are as they were."""
    iso, factor = _STORE_CODES.get(amount.currency, (amount.currency, 1))
    return Money(amount.minor * factor, iso)


def units(own: str, currency: str) -> int:
    """How many units of the ISO currency one of the store's own code is: 10 IRR an IRT; 1 where it is no such code."""
    iso, factor = _STORE_CODES.get(own, (own, 1))
    return factor if iso == currency else 1


def counted_in(amount: Money, own: str) -> Money:
    """The same worth as a store writes it that counts in `own`: 50 IRR are 5 IRT; other currencies are as they were."""
    factor = units(own, amount.currency)
    return amount if factor == 1 else Money(half_up(amount.minor, factor), own)
