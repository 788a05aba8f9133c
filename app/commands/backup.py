"""`flask backup` and `flask restore`."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.database import needs_database
from app.services import backup as backups

KEYS = "SECRET_KEYS and DATA_KEYS are not in it: keep them elsewhere, for without them it opens nothing."
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", type=FILE)
@needs_database
def backup(file: Path) -> None:
    """Write the database to FILE while everything runs; an older FILE is replaced once the new one is whole."""
    try:
        size = backups.backup(file)
    except backups.DumpFailed as error:
        raise click.ClickException(f"No backup was made: {error}") from error
    click.echo(f"{file} holds the database ({size / 1_000_000:.1f} MB). {KEYS}")


@click.command("restore")
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Give up everything that the database holds now.")
@needs_database
def restore(file: Path, replace: bool) -> None:
    """Fill the database from FILE, which `flask backup` wrote. Stop web and worker first."""
    try:
        done = backups.restore(file, replace=replace)
    except backups.DumpFailed as error:
        raise click.ClickException(f"Not restored: {error}") from error
    click.echo(f"Restored from {file} (schema {done.revision}, brought up to date).")
    click.echo(f"{done.freed} effects and messages that were under way are free again.")
    click.echo(f"{done.put_aside} coupons of the shelves were put aside; the worker makes new ones.")
    click.echo("What happened after the backup is not known here: docs/runbooks/restored-from-a-backup.md")
