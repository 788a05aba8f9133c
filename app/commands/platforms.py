"""`flask platforms …`: what the adapters are, and what they make of recorded webhooks. Needs no database."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

import click

from app import clock
from app.commands.recordings import read_request
from integrations.contract import Platform, RawRequest, WebhookSource
from integrations.errors import PlatformError
from integrations.registry import BY_KEY, PLATFORMS

UNREADABLE = "file_unreadable"
CAPABILITIES = ("webhooks", "connector", "subscriptions", "coupons", "orders", "storefront")


@click.group("platforms")
def platforms() -> None:
    """Store platforms and their adapters."""


@platforms.command("list")
def list_platforms() -> None:
    """Print each platform with the capabilities it has."""
    for each in PLATFORMS:
        click.echo(f"{each.key}\t{each.label}\t{' '.join(_capabilities(each))}")


@platforms.command("translate")
@click.argument("platform", type=click.Choice(sorted(BY_KEY)))
@click.option("--secret", "secrets", multiple=True, help="Webhook secret; repeat it for a previous one.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def translate(platform: str, secrets: tuple[str, ...], files: tuple[Path, ...]) -> None:
    """Print what raw HTTP FILES mean, one JSON object a line; exit with 1 where a file cannot be read or verified."""
    source = BY_KEY[platform].webhooks
    keys = [secret.encode(errors="surrogateescape") for secret in secrets]
    failed = False
    for path in files:
        line = {"file": str(path), **_translated(source, path, keys)}
        click.echo(json.dumps(line))
        failed |= line["verified"] is False or line.get("error") == UNREADABLE
    if failed:
        raise SystemExit(1)


def _translated(source: WebhookSource, path: Path, secrets: list[bytes]) -> dict[str, Any]:
    """What one recording says. A fault is a slug under `error`; what fails to verify is not translated."""
    line: dict[str, Any] = {"verified": False if secrets else None, "store_ref": None, "topic": None}
    line |= {"delivery_key": None, "events": []}
    try:
        request = read_request(path.read_bytes())
        if source.is_ping(request):
            return line | {"verified": None, "ping": True}  # unsigned by nature: there is nothing to verify
        line |= _located(source, request)
        if secrets:
            source.verify(request, secrets, clock.now())
            line["verified"] = True
        line["events"] = [_plain_event(event) for event in source.translate(request)]
    except PlatformError as error:
        line["error"] = error.reason
    except OSError:
        line["error"] = UNREADABLE
    return line


def _located(source: WebhookSource, request: RawRequest) -> dict[str, str]:
    envelope = source.locate(request)
    return {"store_ref": envelope.store_ref, "topic": envelope.topic, "delivery_key": envelope.delivery_key}


def _plain_event(event: Any) -> dict[str, Any]:
    return {"type": type(event).__name__, **_plain(event)}


def _plain(value: Any) -> Any:
    """Dataclasses as objects, times as ISO 8601 with Z, the rest as JSON has it."""
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value


def _capabilities(platform: Platform) -> list[str]:
    return [name for name in CAPABILITIES if getattr(platform, name) is not None]
