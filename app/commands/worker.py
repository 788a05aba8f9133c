"""`flask worker run`."""

from __future__ import annotations

import click

from app.worker.loop import Worker, run_until_idle


@click.group()
def worker() -> None:
    """The process that interprets messages and does what is owed to the outside."""


@worker.command()
@click.option("--threads", default=4, show_default=True, help="Effects run side by side, one in a lane of a store.")
def run(threads: int) -> None:
    """Work until SIGTERM."""
    Worker(threads).run()


@worker.command()
def once() -> None:
    """Work through what is due now, and stop."""
    click.echo(f"{run_until_idle()} runs")
