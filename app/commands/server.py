"""Commands for whoever runs the server."""

from __future__ import annotations

import click
from flask import current_app

from app import migrate as schema
from app.commands.database import needs_database
from app.queries import health as seen


@click.command("migrate")
@needs_database
def migrate() -> None:
    """Bring the database to the newest schema."""
    schema.upgrade(current_app.config["GOODWORD"].database_url)
    click.echo("The database has the newest schema.")


@click.command("health")
@needs_database
def health() -> None:
    """Print what needs a person, store by store; exit with 1 where anything does. For monitoring."""
    troubles = [f"{store.slug}: {trouble}" for store in seen.server() for trouble in _troubles(store.health)]
    click.echo("\n".join(troubles) or "All is well.")
    if troubles:
        raise SystemExit(1)


def _troubles(found: seen.Health) -> list[str]:
    late = f"more than {int(seen.LATE.total_seconds() / 60)} minutes late"
    counts = {
        "messages that could not be interpreted": found.failed_messages,
        "effects that were stopped": found.stopped_effects,
        f"effects {late}": found.late_effects,
        "tasks that wait for a person": found.open_tasks,
        "mails that could not be sent": found.failed_mails,
        f"mails {late}": found.late_mails,
        "shelves that are nearly empty": sum(shelf.low for shelf in found.shelves),
    }
    troubles = [f"{words}: {count}" for words, count in counts.items() if count]
    if not found.connected:
        troubles.append("not connected")
    elif found.quiet:
        troubles.append(f"no message for {seen.QUIET_DAYS} days")
    return troubles
