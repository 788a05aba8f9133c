"""Keys: making them, and moving what they seal from the old ones to the newest."""

from __future__ import annotations

import click
from cryptography.fernet import Fernet

from app.commands.database import needs_database
from app.services import resealing


@click.command("new-key")
def new_key() -> None:
    """Print a fresh key for DATA_KEYS."""
    click.echo(Fernet.generate_key().decode())


@click.command("reseal")
@needs_database
def reseal() -> None:
    """Encrypt everything sealed under the newest of DATA_KEYS.

    Safe beside a running server that already knows the newest key; stopped half-way, it is simply run again.
    """
    tallies = []
    for tally in resealing.reseal():
        click.echo(f"{tally.column:<32}{tally.resealed:>9} resealed{tally.standing:>9} already")
        for row_id in tally.unreadable[:5]:
            click.echo(f"  no key opens row {row_id}", err=True)
        tallies.append(tally)
    unreadable = sum(len(tally.unreadable) for tally in tallies)
    if unreadable:
        raise click.ClickException(f"No key of DATA_KEYS opens {unreadable} values: add the key that sealed them.")
    if not all(tally.finished for tally in tallies):
        raise click.ClickException("Some rows were written meanwhile: run this once more.")
    click.echo("Everything is under the newest key. Backups made before still need the older ones.")
