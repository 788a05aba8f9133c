"""One table of settings, the only reader of the environment. Refuses to boot on a bad value and says how to mend it.

Each setting may come from NAME, or from the file that NAME_FILE names (a mounted secret). docs/configuration.md is
generated from this table.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SMALLEST_LIMIT = 65_536
RELAYS = "smtp://host:25, smtp+starttls://user:password@host:587 or smtps://…:465"


class SettingInvalid(Exception):
    """A setting is missing or cannot be read; the message names it and says how to mend it, never its value."""


def _text(value: str) -> str:
    return value


def _flag(value: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if value.lower() not in words:
        raise ValueError("write 1 or 0")
    return words[value.lower()]


def _count(value: str) -> int:
    if not value.isdecimal():
        raise ValueError("write a whole number, zero or more")
    return int(value)


def _size(value: str) -> int:
    if _count(value) < SMALLEST_LIMIT:
        raise ValueError(f"write {SMALLEST_LIMIT} or more: orders would be refused")
    return int(value)


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value.lower() not in words:
            raise ValueError(f"write {', '.join(words[:-1])} or {words[-1]}")
        return value.lower()

    return parse


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("write an address such as https://refer.example.com")
    return value.rstrip("/")


def _database(value: str) -> str:
    if value.startswith("postgres://"):
        value = "postgresql://" + value.removeprefix("postgres://")
    if value.startswith("postgresql://"):
        return "postgresql+psycopg://" + value.removeprefix("postgresql://")
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("write sqlite:///path/to/file or postgresql://user@host/name")
    return value


def _secrets(value: str) -> tuple[str, ...]:
    keys = tuple(part.strip() for part in value.split(",") if part.strip())
    if not keys or any(len(key) < 32 for key in keys):
        raise ValueError("write one or more keys of 32 characters or longer, the newest first, with commas between")
    return keys


def _data_keys(value: str) -> tuple[str, ...]:
    keys = tuple(part.strip() for part in value.split(",") if part.strip())
    if not keys or not all(_is_data_key(key) for key in keys):
        raise ValueError("write keys made by `flask new-key`, the newest first, with commas between")
    return keys


def _is_data_key(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key.encode())) == 32
    except (binascii.Error, ValueError):
        return False


def _mail(value: str) -> str:
    if value != "outbox" and not _is_relay(value):
        raise ValueError(f"write outbox, {RELAYS}")
    return value


def _fallback(value: str) -> str:
    if value and not _is_relay(value):
        raise ValueError(f"write nothing, {RELAYS}")
    return value


def _is_relay(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in ("smtp", "smtps", "smtp+starttls") and bool(parts.hostname)


def _sender(value: str) -> str:
    _name, address = parseaddr(value)
    if not value.isprintable() or not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        raise ValueError("write an address, such as Leaf & Kettle <hello@shop.example>")
    return value


def _counters(value: str) -> str:
    scheme = urlsplit(value).scheme
    if scheme not in ("memory", "redis", "rediss"):
        raise ValueError("write memory:// or redis://host:6379")
    if scheme != "memory" and find_spec("redis") is None:
        raise ValueError("this needs the Python package redis beside what is pinned: .venv/bin/pip install redis")
    return value


def setting(parse: Callable[[str], Any], default: str | None, doc: str, *, secret: bool = False) -> Any:
    """A row of the table: its parser, its default as it would be written (None: must be set), and one line of doc."""
    return field(metadata={"parse": parse, "default": default, "doc": doc, "secret": secret})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting there is; names in the environment are these in capitals."""

    mode: str = setting(
        _one_of("production", "development"),
        "production",
        "production, or development (outbox page, clock file, private addresses)",
    )
    public_url: str = setting(_url, None, "The address under which browsers and stores reach this server")
    database_url: str = setting(
        _database,
        "sqlite:///var/goodword.sqlite",
        "sqlite:///file or postgresql://user:password@host/name",
        secret=True,
    )
    secret_keys: tuple[str, ...] = setting(
        _secrets, None, "Keys that sign links and sessions, newest first; older ones still verify", secret=True
    )
    data_keys: tuple[str, ...] = setting(
        _data_keys,
        None,
        "Keys of `flask new-key` for credentials and people, newest first; older ones still open",
        secret=True,
    )
    mail_url: str = setting(
        _mail, "outbox", "Where mail goes: outbox (development only) or an SMTP address", secret=True
    )
    mail_fallback_url: str = setting(
        _fallback, "", "A second SMTP address, used when the first cannot be reached", secret=True
    )
    mail_from: str = setting(_sender, "Goodword <goodword@localhost>", "Sender of every mail")
    clock_file: str = setting(_text, "", "Development only: a JSON file that moves the clock for every process")
    allow_private_stores: bool = setting(
        _flag, "0", "Allow stores on private or loopback addresses (development, or a shop in the same network)"
    )
    trusted_proxies: int = setting(_count, "0", "How many reverse proxies stand in front and set X-Forwarded-*")
    limits_url: str = setting(
        _counters, "memory://", "Where rate-limit counters live; redis://… when there are several machines"
    )
    raw_message_days: int = setting(_count, "30", "Days that raw webhooks are kept, encrypted")
    max_webhook_bytes: int = setting(_size, "2097152", "Largest webhook body that is read")
    log_level: str = setting(_one_of("debug", "info", "warning", "error"), "info", "debug, info, warning or error")
    log_format: str = setting(_one_of("json", "console"), "json", "json, or console for people")

    @property
    def development(self) -> bool:
        """Whether the conveniences of a developer's machine are on."""
        return self.mode == "development"


def load(environ: Mapping[str, str]) -> Settings:
    """The settings that `environ` describes. Raises SettingInvalid, naming the setting and the mend."""
    settings = Settings(**{row.name: _read(row.name, row.metadata, environ) for row in fields(Settings)})
    _refuse_contradictions(settings)
    return settings


def value(name: str, environ: Mapping[str, str]) -> Any:
    """One setting alone, for what is decided before the application is loaded. Raises SettingInvalid."""
    (row,) = (each for each in fields(Settings) if each.name == name)
    return _read(name, row.metadata, environ)


def _read(name: str, row: Mapping[str, Any], environ: Mapping[str, str]) -> Any:
    variable = name.upper()
    raw = environ.get(variable)
    if path := environ.get(f"{variable}_FILE"):
        try:
            raw = Path(path).read_text().strip()
        except OSError as error:
            raise SettingInvalid(f"{variable}_FILE cannot be read: {error.strerror}") from error
    if raw is None:
        raw = row["default"]
    if raw is None:
        raise SettingInvalid(f"{variable} is not set: {row['doc']}")
    try:
        return row["parse"](raw)
    except ValueError as error:
        raise SettingInvalid(f"{variable}: {error}") from error


def _refuse_contradictions(settings: Settings) -> None:
    if settings.development:
        return
    if settings.clock_file:
        raise SettingInvalid("CLOCK_FILE moves time and is for MODE=development only: unset it")
    if settings.mail_url == "outbox":
        raise SettingInvalid("MAIL_URL=outbox sends nothing and is for MODE=development only: set an SMTP address")
