"""Commands say in a line what keeps the database away."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from app.extensions import DatabaseTrouble

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def needs_database(command: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """The command ends with a sentence, not with a traceback, where the database cannot be used."""

    @wraps(command)
    def said_plainly(*args: Given.args, **given: Given.kwargs) -> Answer:
        try:
            return command(*args, **given)
        except DatabaseTrouble as trouble:
            why = " ".join(str(trouble.orig).split())
            mend = "Look at DATABASE_URL; `flask migrate` brings an older or an empty database up to date."
            raise click.ClickException(f"The database cannot be used: {why}. {mend}") from trouble

    return said_plainly
