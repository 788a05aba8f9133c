"""`flask …` commands: each group lives in app/commands and calls services."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from app.commands import accounts, backup, keys, platforms, server, worker
from app.config import SettingInvalid

GROUPS = (
    server.migrate,
    server.health,
    keys.new_key,
    keys.reseal,
    backup.backup,
    backup.restore,
    platforms.platforms,
    accounts.setup_link,
    accounts.sign_in_link,
    worker.worker,
)
WITHOUT_SETTINGS = (keys.new_key, platforms.platforms)


def register(app: Flask) -> None:
    """The commands are there under `flask`."""
    for command in GROUPS:
        app.cli.add_command(command)


def is_looking_for_a_command() -> bool:
    """Whether `flask` is loading the application only to see which commands it has."""
    context = click.get_current_context(silent=True)
    return context is not None and context.parent is None


class _Few(AppGroup):
    """The commands that need no settings; asked for another, it says what keeps that away."""

    def __init__(self, error: SettingInvalid) -> None:
        super().__init__(commands={str(each.name): each for each in WITHOUT_SETTINGS})
        self._error = error

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        if found is None:
            raise click.ClickException(str(self._error))
        return found


def without_settings(error: SettingInvalid) -> Flask:
    """An application that has only the commands which need no settings."""
    app = Flask("app")
    app.cli = _Few(error)
    return app
