"""What the demo store is told from outside: environment and command line, read once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """One running store. `public_url` has no trailing slash; it is what links, webhooks and OAuth signatures spell."""

    database: str = "var/demo.sqlite"
    public_url: str = "http://127.0.0.1:8081"
    clock_file: str | None = None
    consumer_key: str | None = None
    consumer_secret: str | None = None
    queue_seconds: float = 1.0
    plugin: bool = False
    strict_callbacks: bool = (
        False  # keys are handed only to https, the open internet and usual ports, as WordPress does
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings that the environment spells, defaults for the rest."""
        port = environment.get("DEMO_PORT") or "8081"
        return cls(
            database=environment.get("DEMO_DATABASE") or "var/demo.sqlite",
            public_url=(environment.get("DEMO_PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
            clock_file=environment.get("GOODWORD_CLOCK_FILE") or None,
            consumer_key=environment.get("DEMO_CONSUMER_KEY") or None,
            consumer_secret=environment.get("DEMO_CONSUMER_SECRET") or None,
            queue_seconds=float(environment.get("DEMO_QUEUE_SECONDS") or 1),
            plugin=environment.get("DEMO_PLUGIN") == "1",
            strict_callbacks=environment.get("DEMO_STRICT_CALLBACKS") == "1",
        )
