"""`flask check-ledger`."""

from __future__ import annotations

import click

from app.commands.database import needs_database
from app.queries import ledger as seen
from app.services import ledger_checks

WORDS = {
    "entries_missing": "the ledger does not say what was seen of it",
    "owed_and_closed": "its reward is over, and something is still owed",
    "promised_and_not_owed": "its reward is promised, and nothing is owed",
    "points_overspent": "more points were spent than were given",
    "points_and_coupon_differ": "points are gone that bought no coupon, or too small a one",
}


@click.command("check-ledger")
@needs_database
def check_ledger() -> None:
    """Decide every order anew from what was seen and compare with the ledger; exit with 1 where they differ.

    Changes nothing. Takes some hundredths of a second an order, during which SQLite lets nobody else write.
    """
    found = 0
    for store_id, slug in seen.stores():
        for each in ledger_checks.differences(store_id):
            found += 1
            what = "customer" if each.wrong.startswith("points") else "order"
            click.echo(f"{slug}: {what} {each.order_ref}: {WORDS[each.wrong]}")
    if found:
        raise SystemExit(1)
    click.echo("Every ledger says what was seen.")
