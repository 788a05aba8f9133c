"""Commands for whoever runs the server."""

from __future__ import annotations

import click
from cryptography.fernet import Fernet
from flask import current_app

from app import migrate as schema


@click.command("migrate")
def migrate() -> None:
    """Bring the database to the newest schema."""
    schema.upgrade(current_app.config["GOODWORD"].database_url)
    click.echo("The database has the newest schema.")


@click.command("new-key")
def new_key() -> None:
    """Print a fresh key for DATA_KEYS."""
    click.echo(Fernet.generate_key().decode())
