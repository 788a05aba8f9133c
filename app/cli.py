"""`flask …` commands: each group lives in app/commands and calls services."""

from __future__ import annotations

from flask import Flask

from app.commands import accounts, platforms, server, worker

GROUPS = (
    server.migrate,
    server.new_key,
    platforms.platforms,
    accounts.setup_link,
    accounts.sign_in_link,
    worker.worker,
)


def register(app: Flask) -> None:
    """The commands are there under `flask`."""
    for command in GROUPS:
        app.cli.add_command(command)
