"""Writes the generated documents: docs/configuration.md from the settings, docs/platforms.md from the registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from app.config import Settings
from integrations.contract import Platform
from integrations.registry import PLATFORMS
from tools.install import ROOT

DOCS = ROOT / "docs"
GENERATED = "<!-- Written by `make docs`; a test fails when it is stale. Change the source, not this file. -->"
CAPABILITIES = {
    "connector": "connects itself",
    "subscriptions": "registers and repairs its webhooks",
    "coupons": "creates, finds and revokes coupons",
    "orders": "reads orders back",
    "catalogue": "tells what kind of goods were bought",
    "accounts": "tells the roles of a buyer’s account",
    "store_credit": "keeps credit for a customer",
    "gift_cards": "makes gift cards of its own",
    "tags": "keeps tags for a customer",
    "storefront": "applies a coupon by link",
    "shop_plugin": "has a plugin for the shop",
}
CONFIGURATION = """\
# Configuration

{generated}

Goodword reads its settings from the environment, once, when it starts; a value that it cannot use stops it, with
what to write instead. Each may also be read from a file that `NAME_FILE` names, such as a mounted secret.
`make run` makes up everything that has no default, for a developer's machine only.

| setting | default | what it is |
|---|---|---|
{rows}

Secret settings are never logged. `flask --app wsgi new-key` prints a fresh key for `DATA_KEYS`; `deploy.md` says how to
change keys in a running server.

How wide the server is (`gunicorn.conf.py`):

| variable | default | what it is |
|---|---|---|
| `HOST`, `PORT` | `127.0.0.1`, `8080` | Where gunicorn listens; a TLS proxy stands in front of it |
| `WEB_PROCESSES` | 1 on SQLite, 2 on PostgreSQL | Processes that answer requests |
| `WEB_THREADS` | 16 on SQLite, 4 on PostgreSQL | Threads in each |
"""
PLATFORM_TABLE = """\
# Platforms

{generated}

A platform is the capabilities that it has; what it lacks is left out everywhere. Each one's folder under
`integrations/` has a README with its version, topics, signature, limits and quirks; `adding-a-platform.md` says how to
write another.

| | {labels} |
|---|{columns}
{rows}
"""


def main() -> None:
    """Both documents are as the code says."""
    DOCS.mkdir(exist_ok=True)
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")


def documents() -> dict[Path, str]:
    """The text of every generated document."""
    return {DOCS / "configuration.md": configuration(), DOCS / "platforms.md": platforms(PLATFORMS)}


def configuration() -> str:
    """Every setting with its default and its line."""
    rows = []
    for row in fields(Settings):
        default, secret = row.metadata["default"], row.metadata["secret"]
        shown = "must be set" if default is None else f"`{default}`" if default else "empty"
        rows.append(f"| `{row.name.upper()}` | {shown} | {row.metadata['doc']}{' (secret)' if secret else ''} |")
    return CONFIGURATION.format(generated=GENERATED, rows="\n".join(rows))


def platforms(registered: Sequence[Platform]) -> str:
    """One column a platform, one row a capability."""
    rows = ["| receives webhooks | " + " | ".join("yes" for _ in registered) + " |"]
    for capability, words in CAPABILITIES.items():
        answers = ("yes" if getattr(platform, capability) is not None else "–" for platform in registered)
        rows.append(f"| {words} | " + " | ".join(answers) + " |")
    labels = " | ".join(platform.label for platform in registered)
    return PLATFORM_TABLE.format(
        generated=GENERATED, labels=labels, columns="---|" * len(registered), rows="\n".join(rows)
    )


if __name__ == "__main__":
    main()
