"""A shop that answers calls from a function: for quirks that need no sockets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from integrations.contract import Answer

Reply = tuple[int, Any] | tuple[int, Any, dict[str, str]]


@dataclass(frozen=True)
class Call:
    """One call as the adapter made it."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    repeatable: bool | None


@dataclass
class Shop:
    """A StoreSession whose answers come from `reply`; `calls` remembers what was asked."""

    reply: Callable[[Call], Reply]
    base_url: str = "https://shop.example"
    calls: list[Call] = field(default_factory=list)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        repeatable: bool | None = None,
    ) -> Answer:
        """The function's answer, as bytes and as JSON."""
        call = Call(method, path.removeprefix("/wp-json/wc/v3"), dict(query or {}), json, repeatable)
        self.calls.append(call)
        status, payload, *headers = self.reply(call)
        return answer(status, payload, headers[0] if headers else {})

    @property
    def asked(self) -> list[str]:
        """Method and path of each call."""
        return [f"{call.method} {call.path}" for call in self.calls]


def answer(status: int, payload: Any, headers: Mapping[str, str]) -> Answer:
    """An answer whose body is the payload's JSON."""
    return Answer(status, headers, payload, json.dumps(payload).encode())
