"""Commands for whoever runs the server."""

from __future__ import annotations

import click
from flask import current_app

from app import migrate as schema


@click.command("migrate")
def migrate() -> None:
    """Bring the database to the newest schema."""
    schema.upgrade(current_app.config["GOODWORD"].database_url)
    click.echo("The database has the newest schema.")
