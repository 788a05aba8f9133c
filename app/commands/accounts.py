"""Ways in for whoever runs the server: the first account's link, a one-time sign-in."""

from __future__ import annotations

import click

from app.commands.database import needs_database
from app.domain.errors import DomainError
from app.extensions import settings
from app.queries import accounts as seen
from app.services import accounts


@click.command("setup-link")
@needs_database
def setup_link() -> None:
    """Print the address where the first account is made."""
    try:
        click.echo(accounts.setup_link(settings().public_url))
    except DomainError as error:
        raise click.ClickException("There is an account already; sign in with: flask sign-in-link EMAIL") from error


@click.command("sign-in-link")
@click.argument("email", required=False)
@needs_database
def sign_in_link(email: str | None) -> None:
    """Print an address that signs an account in, once, within the hour.

    Without EMAIL it is whoever runs the server; while nobody does, it is the address where the first account is made.
    """
    public_url = settings().public_url
    try:
        account_id = accounts.account_id_of(email) if email else seen.first_account_id()
        click.echo(accounts.one_time_sign_in(public_url, account_id) if account_id else accounts.setup_link(public_url))
    except DomainError as error:
        raise click.ClickException("Nobody signs in with this address here.") from error
