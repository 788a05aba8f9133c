"""`flask …` commands: each lives in app/commands, which calls services, and is loaded when it is asked for, so that a
web server carries none of them."""

from __future__ import annotations

from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

from app.config import SettingInvalid

# Where each command is, as module:attribute within app.commands.
COMMANDS = {
    "migrate": "server:migrate",
    "health": "server:health",
    "new-key": "keys:new_key",
    "reseal": "keys:reseal",
    "check-ledger": "ledger:check_ledger",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "platforms": "platforms:platforms",
    "setup-link": "accounts:setup_link",
    "sign-in-link": "accounts:sign_in_link",
    "worker": "worker:worker",
}
WITHOUT_SETTINGS = ("new-key", "platforms")


class Commands(AppGroup):
    """Our commands beside Flask's own."""

    def __init__(self, names: tuple[str, ...] = tuple(COMMANDS), error: SettingInvalid | None = None) -> None:
        super().__init__()
        self._ours, self._error = names, error

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._ours})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self._ours:
            return load(cmd_name)
        if self._error is not None:  # says what keeps the others away
            raise click.ClickException(str(self._error))
        return super().get_command(ctx, cmd_name)


def load(name: str) -> click.Command:
    """The command of that name."""
    module, attribute = COMMANDS[name].split(":")
    command: click.Command = getattr(import_module(f"app.commands.{module}"), attribute)
    return command


def register(app: Flask) -> None:
    """The commands are there under `flask`."""
    app.cli = Commands()


def is_looking_for_a_command() -> bool:
    """Whether `flask` is loading the application only to see which commands it has."""
    context = click.get_current_context(silent=True)
    return context is not None and context.parent is None


def without_settings(error: SettingInvalid) -> Flask:
    """An application that has only the commands which need no settings."""
    app = Flask("app")
    app.cli = Commands(WITHOUT_SETTINGS, error)
    return app
