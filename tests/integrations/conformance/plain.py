"""Events as the expected files spell them, written apart from the command that prints them."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from integrations.events import StoreEvent


def plain_event(event: StoreEvent) -> dict[str, Any]:
    """The event as JSON has it: tuples as lists, enums as their words, times in UTC with a Z."""
    found: dict[str, Any] = json.loads(json.dumps({"type": type(event).__name__, **asdict(event)}, default=_instant))
    return found


def _instant(value: object) -> str:
    assert isinstance(value, datetime)
    offset = value.utcoffset()
    assert offset is not None
    assert not offset
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")
