"""Every platform that this Goodword speaks to: one explicit tuple. A new platform is one folder, one test folder, one line here."""

from __future__ import annotations

from integrations.contract import Platform

PLATFORMS: tuple[Platform, ...] = ()


def platform(key: str) -> Platform:
    """The platform registered under `key`. Raises KeyError."""
    return BY_KEY[key]


BY_KEY: dict[str, Platform] = {each.key: each for each in PLATFORMS}
